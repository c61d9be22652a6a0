// Writes the logs that the measurements read: copies of real logs, each with ids and times of its own, so that no copy is
// taken for a duplicate. The same words give the same bytes; what is there already is not written again.
//
//   node benches/generate.mjs [SET] [--size MB] [--seed N] [--events N] [--out FOLDER]       seed 1, .bench/
//
//   (none)  FOLDER/many/*.jsonl       Fizeau logs of real sizes, MB together (200)
//           FOLDER/one.jsonl          one run of MB: a start, many turns, an end
//           FOLDER/claude/*.jsonl     twice as many MB of Claude Code transcripts, where the corpus is
//           FOLDER/set.json           what was written
//   mixed   FOLDER/mixed-MB/*.jsonl   MB of Claude Code, Codex, CodeTether and Fizeau logs, some with images (1000)
//   small   FOLDER/small-MB/*.jsonl   MB in files of 80 KB (400), FOLDER/small-MB.jsonl the same bytes in one
//   huge    FOLDER/huge-MB.jsonl      one run of MB (2500)
//   long    FOLDER/long-N.jsonl       one run of N events, made up (200,000)
//
// The real logs are those of ../shared/corpus (SESSIONSCOPE_CORPUS names another one); where there are none, the hand-made
// ones of samples/ and tests/fixtures/ take their place.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { withImage } from "./generate/image.mjs";
import { generateLong } from "./generate/long.mjs";
import { writeMany, writeSmall } from "./generate/many.mjs";
import { writeOne } from "./generate/one.mjs";
import { isLog, readTemplates, top } from "./generate/templates.mjs";

export { generateLong };

/** Rises with every change of what is written. */
const VERSION = 3;
const MB = 1e6;
const HOME = join(top, ".bench");

/** Makes the first three sets. Answers what FOLDER/set.json says, and the paths. */
export function generate({ sizeMb = 200, seed = 1, out = HOME } = {}) {
  const { templates, origin } = readTemplates("fizeau", isLog);
  const claude = readTemplates("claude").templates;
  const paths = { many: join(out, "many"), one: join(out, "one.jsonl"), claude: join(out, "claude") };
  const asked = { sizeMb, seed, origin, templates: templates.length + claude.length };
  const set = kept(join(out, "set.json"), Object.values(paths), asked, () => ({
    many: writeMany(templates, sizeMb * MB, seed, paths.many),
    one: writeOne(templates, sizeMb * MB, seed, paths.one),
    claude: claude.length > 0 ? writeMany(claude, 2 * sizeMb * MB, seed, paths.claude) : null,
  }));
  return { ...set, paths };
}

/** Logs of all main formats together, Claude Code's twice. Answers its figures and `path`. */
export function generateMixed({ sizeMb = 1000, seed = 1, out = HOME } = {}) {
  const path = join(out, `mixed-${sizeMb}`);
  const claude = readTemplates("claude").templates;
  const others = ["codex", "codetether"].flatMap((format) => readTemplates(format).templates);
  const templates = [...claude, ...others, ...readTemplates("fizeau", isLog).templates, withImage(MB), ...claude.map((log) => ({ ...log, salt: "again" }))];
  const set = kept(`${path}.json`, [path], { sizeMb, seed, templates: templates.length }, () => writeMany(templates, sizeMb * MB, seed, path));
  return { ...set, path };
}

/** Files of 80 KB in `path`, and their bytes in one file, `whole`. */
export function generateSmall({ sizeMb = 400, seed = 1, out = HOME } = {}) {
  const path = join(out, `small-${sizeMb}`);
  const whole = `${path}.jsonl`;
  const { templates } = readTemplates("claude");
  const set = kept(`${path}.json`, [path, whole], { sizeMb, seed, templates: templates.length }, () => writeSmall(templates, sizeMb * MB, seed, path, whole));
  return { ...set, path, whole };
}

/** One run, longer than any memory of the page. */
export function generateHuge({ sizeMb = 2500, seed = 1, out = HOME } = {}) {
  const path = join(out, `huge-${sizeMb}.jsonl`);
  const { templates } = readTemplates("fizeau", isLog);
  const set = kept(`${path}.json`, [path], { sizeMb, seed, templates: templates.length }, () => writeOne(templates, sizeMb * MB, seed, path));
  return { ...set, path };
}

/** What `write` answers, or what it answered when the same was asked for before. */
function kept(manifest, places, words, write) {
  const asked = { version: VERSION, ...words };
  const known = existsSync(manifest) ? JSON.parse(readFileSync(manifest, "utf8")) : {};
  if (Object.entries(asked).every(([key, value]) => known[key] === value)) return known;
  for (const old of [manifest, ...places]) rmSync(old, { recursive: true, force: true });
  for (const place of places) mkdirSync(place.endsWith(".jsonl") ? join(place, "..") : place, { recursive: true });
  const set = { ...asked, ...write() };
  writeFileSync(manifest, JSON.stringify(set, null, 2));
  return set;
}

const SETS = { mixed: generateMixed, small: generateSmall, huge: generateHuge };

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const text = { type: "string" };
  const { values, positionals } = parseArgs({ options: { size: text, seed: text, out: text, events: text }, allowPositionals: true });
  const sizeMb = values.size && Number(values.size);
  const seed = Number(values.seed ?? 1);
  const events = Number(values.events ?? 200_000);
  const [name] = positionals;
  const isKnown = positionals.length === 0 || (positionals.length === 1 && (name === "long" || name in SETS));
  if (!isKnown || (values.size && !(sizeMb > 0)) || !Number.isInteger(seed) || !(events > 1)) {
    console.error("benches/generate.mjs: mixed, small, huge, long or nothing; --size wants a number of MB, --seed and --events whole numbers");
    process.exit(2);
  }
  const words = { ...(sizeMb && { sizeMb }), seed, ...(values.out && { out: resolve(values.out) }) };
  if (name === "long") {
    console.log(generateLong({ events, out: words.out }));
  } else if (name) {
    console.log(JSON.stringify(SETS[name](words), null, 2));
  } else {
    const { many, one, origin, paths } = generate(words);
    console.log(`from ${origin}: ${many.files} files, ${many.bytes} bytes, ${many.lines} lines in ${paths.many}`);
    console.log(`one file, ${one.bytes} bytes, ${one.lines} lines: ${paths.one}`);
  }
}
