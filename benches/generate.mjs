// Writes the logs that the measurements read: copies of real logs, each with ids and times of its own, so that no copy is
// taken for a duplicate. The same words give the same bytes.
//
//   node benches/generate.mjs [--size MB] [--seed N] [--out FOLDER]       200 MB, seed 1, .bench/
//
// FOLDER/many/*.jsonl  files of real sizes, MB together
// FOLDER/one.jsonl     one run of MB: a start, many turns, an end
// FOLDER/claude/*.jsonl  twice as many MB of Claude Code transcripts, where the corpus is
// FOLDER/long-N.jsonl  one run of N events, made up: `node benches/generate.mjs long [--events N] [--out FOLDER]`
// FOLDER/set.json      what was written; when it is what was asked for, nothing is written again
//
// The real logs are those of ../shared/corpus/fizeau (SESSIONSCOPE_CORPUS names another corpus); where there are none,
// the hand-made ones of samples/ and tests/fixtures/ take their place.

import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

/** Rises with every change of what is written. */
const VERSION = 2;
const MB = 1e6;
const DAY_S = 86_400;
/** Keys whose values name something; equal ones stay equal within a copy, and differ between copies. */
const ID_KEYS = /"(session_id|id|tool_call_id|attempt_id|bead_id|task_id|sessionId|uuid|requestId|messageId|tool_use_id|agentId)":"([A-Za-z0-9_-]+)"/g;
/** What is shorter is a count within one run (`item_7`), which real logs repeat too. */
const SHORTEST_ID = 12;
const TOKENS = /20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d|[A-Za-z0-9_-]+/g;

const top = fileURLToPath(new URL("../", import.meta.url));

/** Makes the set unless it is there. Answers what FOLDER/set.json says, and the paths. */
export function generate({ sizeMb = 200, seed = 1, out = join(top, ".bench") } = {}) {
  const { templates, origin } = readTemplates("fizeau", isLog);
  const claude = readTemplates("claude", () => true).templates;
  const paths = { many: join(out, "many"), one: join(out, "one.jsonl"), claude: join(out, "claude") };
  const asked = { version: VERSION, sizeMb, seed, origin, templates: templates.length + claude.length };
  const manifest = join(out, "set.json");
  const known = existsSync(manifest) ? JSON.parse(readFileSync(manifest, "utf8")) : {};
  if (Object.entries(asked).every(([key, value]) => known[key] === value)) return { ...known, paths };

  for (const old of [manifest, ...Object.values(paths)]) rmSync(old, { recursive: true, force: true });
  mkdirSync(paths.many, { recursive: true });
  mkdirSync(paths.claude, { recursive: true });
  const set = {
    ...asked,
    many: writeMany(templates, sizeMb * MB, seed, paths.many),
    one: writeOne(templates, sizeMb * MB, seed, paths.one),
    claude: claude.length > 0 ? writeMany(claude, 2 * sizeMb * MB, seed, paths.claude) : null,
  };
  writeFileSync(manifest, JSON.stringify(set, null, 2));
  return { ...set, paths };
}

function readTemplates(format, isLog) {
  const corpus = join(resolve(process.env.SESSIONSCOPE_CORPUS ?? join(top, "../shared/corpus")), format);
  const ours = [join(top, "samples"), join(top, "tests/fixtures", format)];
  const folders = existsSync(corpus) ? [corpus] : format === "fizeau" ? ours : [];
  const files = folders.flatMap((folder) => {
    const names = readdirSync(folder).filter((name) => name.endsWith(".jsonl")).sort();
    return names.map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
  });
  // Neighbours of other kinds and logs damaged on purpose are left out: every byte is to be decoded.
  const logs = files.filter(({ bytes }) => isLog(bytes));
  const ids = new Set(logs.flatMap(({ bytes }) => idsOf(bytes)));
  return { templates: logs.map((log) => ({ ...log, spots: spotsOf(log.bytes, ids) })), origin: existsSync(corpus) ? "corpus" : "samples" };
}

function isLog(bytes) {
  return linesOf(bytes).every((line) => {
    const record = parsed(line);
    return typeof record?.type === "string" && ("session_id" in record || "sequence" in record);
  });
}

function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function linesOf(bytes) {
  const lines = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(10, from);
    const to = end < 0 ? bytes.length : end + 1;
    lines.push(bytes.subarray(from, to));
    from = to;
  }
  return lines;
}

function idsOf(bytes) {
  const found = [...bytes.toString("latin1").matchAll(ID_KEYS)];
  return found.filter(([, key, id]) => id.length >= SHORTEST_ID || (key === "session_id" && /\d/.test(id))).map(([, , id]) => id);
}

/** Where ids and times stand, also inside of texts and names. Latin-1, so that places count bytes. */
function spotsOf(bytes, ids) {
  const spots = [];
  for (const { 0: text, index } of bytes.toString("latin1").matchAll(TOKENS)) {
    if (ids.has(text)) spots.push({ at: index, id: text });
    else if (/^20..-..-..T/.test(text)) {
      // Texts hold times that are none.
      const seconds = Date.parse(`${text}Z`) / 1000;
      if (Number.isFinite(seconds)) spots.push({ at: index, seconds, text });
    }
  }
  return spots;
}

/** A copy of the same length. `idOf` and `shift` (seconds) say what changes. */
function copyOf({ bytes, spots }, idOf, shift) {
  const copy = Buffer.from(bytes);
  for (const { at, id, seconds } of spots) copy.write(id ? idOf(id) : timeText(seconds + shift), at, "latin1");
  return copy;
}

function timeText(seconds) {
  return new Date(seconds * 1000).toISOString().slice(0, 19);
}

/**
 * A name of the same shape for the same thing in another copy: digits become digits, letters letters. What stands
 * before the last dash is kept, and of a number (a time) the digits that tell the year.
 */
function freshId(id, copy, seed) {
  const random = randomOf(`${seed} ${copy} ${id}`);
  const tail = id.search(/[^-_]+$/);
  const keep = /^\d+$/.test(id.slice(tail)) ? tail + 3 : tail;
  const isHex = /^[0-9a-f]+$/.test(id.slice(tail));
  const pick = (letters) => letters[random() % letters.length];
  const fresh = (letter) => {
    if (/\d/.test(letter)) return pick("0123456789");
    if (isHex) return pick("abcdef");
    return pick(letter < "a" ? "ABCDEFGHJKLMNPQRSTUVWXYZ" : "abcdefghijkmnopqrstuvwxyz");
  };
  return id.slice(0, keep) + [...id.slice(keep)].map(fresh).join("");
}

/** Numbers that depend on a text alone: FNV-1a, then xorshift. */
function randomOf(text) {
  let state = 2_166_136_261;
  for (const letter of text) state = Math.imul(state ^ letter.charCodeAt(0), 16_777_619);
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Copies of everything, a day earlier each, until there is enough. Logs of one run keep what joins them. */
function writeMany(templates, size, seed, folder) {
  const written = { files: 0, bytes: 0, lines: 0 };
  for (let copy = 0; written.bytes < size; copy += 1) {
    const idOf = memo((id) => freshId(id, copy, seed));
    const shift = -copy * DAY_S - (randomOf(`${seed} ${copy}`)() % 3600);
    for (const template of templates) {
      if (written.bytes >= size) break;
      const bytes = copyOf(template, idOf, shift);
      const name = template.name.replace(/(\d{12,})?\.jsonl$/, (end, digits) => (digits ? `${copy}-${digits}.jsonl` : `-${copy}${end}`));
      writeFileSync(join(folder, name), bytes);
      written.files += 1;
      written.bytes += bytes.length;
      written.lines += linesOf(bytes).length;
    }
  }
  return written;
}

/** One run out of the turns of all runs that recorded their turns, each of which gives as many bytes as the others. */
function writeOne(templates, size, seed, path) {
  const runs = templates.map(runOf).filter(Boolean);
  const sameShape = runs.filter(({ ids }) => ids.every((id) => /^(svc|s)-\d{19}$/.test(id)));
  if (sameShape.length === 0) throw new Error("no log has the turns that one long run is made of");
  const [first] = sameShape;
  const written = { bytes: 0, lines: 0 };
  const file = openSync(path, "w");
  const write = (bytes, lines) => {
    writeSync(file, bytes);
    written.bytes += bytes.length;
    written.lines += lines;
  };
  const ids = { svc: freshId("svc-1778000000000000000", 0, seed), s: freshId("s-1778000000000000000", 0, seed) };
  const own = (copy) => memo((id) => (/^(svc|s)-\d{19}$/.test(id) ? ids[id.split("-")[0]] : freshId(id, copy, seed)));
  const tokens = { input: 0, output: 0, total: 0 };
  write(copyOf(first.start, own(0), 0), 1);
  const from = first.start.spots.find(({ seconds }) => seconds).seconds;
  let clock = from;
  for (let copy = 1; written.bytes < size; copy += 1) {
    const run = sameShape.reduce((least, other) => (other.given < least.given ? other : least));
    run.given += run.turns.bytes.length;
    clock += 1;
    write(copyOf(run.turns, own(copy), clock - run.from), run.lines);
    clock += run.to - run.from;
    for (const key of Object.keys(tokens)) tokens[key] += run.tokens[key];
  }
  write(endOf(first.end, { tokens, idOf: own(0), shift: clock + 1 - first.endAt, duration_ms: (clock + 1 - from) * 1000 }), 1);
  closeSync(file);
  return written;
}

/** The parts of a log that a long run is made of, or null when it is not one whole run with turns. */
function runOf(template) {
  const lines = linesOf(template.bytes);
  const types = lines.map((line) => /"type":"([^"]*)"/.exec(line.toString("latin1"))?.[1]);
  const isWhole = types[0] === "session.start" && types.at(-1) === "session.end" && types.includes("llm.request");
  if (!isWhole) return null;
  const turns = lines.filter((_, index) => /^(llm\.|tool\.|progress|compaction)/.test(types[index]));
  const part = (bytes) => {
    const ids = new Set(template.spots.map(({ id }) => id).filter(Boolean));
    return { bytes, spots: spotsOf(bytes, ids) };
  };
  const whole = part(Buffer.concat(turns));
  const stamps = turns.map((line) => JSON.parse(line).ts?.slice(0, 19)).filter(Boolean).map((ts) => Date.parse(`${ts}Z`) / 1000);
  if (stamps.length === 0) return null;
  const tokens = { input: 0, output: 0, total: 0 };
  for (const line of turns) {
    const { type, data } = JSON.parse(line);
    if (type !== "llm.response") continue;
    for (const key of Object.keys(tokens)) tokens[key] += data?.usage?.[key] ?? 0;
  }
  return {
    start: part(lines[0]),
    turns: whole,
    end: part(lines.at(-1)),
    endAt: Date.parse(`${JSON.parse(lines.at(-1)).ts.slice(0, 19)}Z`) / 1000,
    ids: [...new Set(lines.map((line) => JSON.parse(line).session_id))],
    lines: turns.length,
    from: Math.min(...stamps),
    to: Math.max(...stamps),
    tokens,
    given: 0,
  };
}

function endOf(end, { tokens, idOf, shift, duration_ms }) {
  const record = JSON.parse(copyOf(end, idOf, shift));
  return Buffer.from(`${JSON.stringify({ ...record, data: { ...record.data, tokens, duration_ms } })}\n`);
}

/**
 * One made-up run of so many events for what is drawn of a session: turns of a request, an answer and two calls, some of
 * them failed or without counts, a compaction every thousand turns, long pauses. Answers its path; it is written once.
 */
export function generateLong({ events = 200_000, out = join(top, ".bench") } = {}) {
  const path = join(out, `long-${events}.jsonl`);
  if (existsSync(path)) return path;
  mkdirSync(out, { recursive: true });
  const file = openSync(path, "w");
  const random = randomOf("long");
  const id = "svc-1778000000000000042";
  const tools = [["bash", '{"command":"cargo test"}'], ["read", '{"path":"src/lib.rs"}'], ["edit", '{"path":"src/lib.rs"}'], ["grep", '{"pattern":"fn main"}']];
  let clock = Date.UTC(2026, 4, 1);
  let written = 0;
  let context = 9_000;
  let block = [];
  const add = (type, data) => {
    block.push(JSON.stringify({ session_id: id, seq: written, type, ts: new Date(clock).toISOString(), data }));
    written += 1;
    if (block.length === 1000) writeSync(file, `${block.splice(0).join("\n")}\n`);
  };
  add("session.start", { provider: "local", model: "claude-sonnet-4-5", prompt: "A long run", work_dir: "/home/sam/src/long" });
  for (let turn = 1; written < events - 1; turn += 1) {
    add("llm.request", { messages: [{ role: "user", content: `Turn ${turn}` }] });
    const latency_ms = 400 + (random() % 9000);
    clock += latency_ms;
    const usage = random() % 12 === 0 ? null : { input: context, output: random() % 1500, total: context };
    add("llm.response", { content: `Answer ${turn}`, tool_calls: null, usage, latency_ms, model: "claude-sonnet-4-5" });
    context += random() % 300;
    for (let call = 0; call < 2; call += 1) {
      const [tool, input] = tools[random() % tools.length];
      const duration_ms = random() % 4000;
      const error = random() % 25 === 0 ? "exit status 1" : "";
      add("tool.call", { tool, input, output: "ok", duration_ms, error });
      clock += duration_ms;
    }
    if (turn % 1000 === 0) {
      add("compaction.end", { tokens_before: context, tokens_after: 12_000 });
      context = 12_000;
    }
    if (turn % 400 === 0) clock += 3_600_000;
  }
  add("session.end", { status: "success", output: "Done.", duration_ms: clock - Date.UTC(2026, 4, 1) });
  writeSync(file, `${block.join("\n")}\n`);
  closeSync(file);
  return path;
}

function memo(make) {
  const made = new Map();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key);
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const text = { type: "string" };
  const { values, positionals } = parseArgs({ options: { size: text, seed: text, out: text, events: text }, allowPositionals: true });
  const sizeMb = Number(values.size ?? 200);
  const seed = Number(values.seed ?? 1);
  const events = Number(values.events ?? 200_000);
  const isKnown = positionals.length === 0 || (positionals.length === 1 && positionals[0] === "long");
  if (!isKnown || !(sizeMb > 0) || !Number.isInteger(seed) || !(events > 1)) {
    console.error("benches/generate.mjs: `long` or nothing; --size wants a number of MB, --seed and --events whole numbers");
    process.exit(2);
  }
  const out = values.out && resolve(values.out);
  if (positionals.length === 1) {
    console.log(generateLong({ events, out }));
  } else {
    const { many, one, origin, paths } = generate({ sizeMb, seed, out });
    console.log(`from ${origin}: ${many.files} files, ${many.bytes} bytes, ${many.lines} lines in ${paths.many}`);
    console.log(`one file, ${one.bytes} bytes, ${one.lines} lines: ${paths.one} (${statSync(paths.one).size})`);
  }
}
