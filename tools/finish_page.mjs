// Runs after Trunk has put the release page together and before it becomes dist/.
//
// - takes away what nobody calls and optimises both wasm files (Trunk would optimise before anything can be taken away);
//   puts functions that resemble each other beside each other
// - minifies scripts, style sheets and the page (Trunk's own minifier fails on wasm-bindgen's modules, and its output
//   differs from build to build); saves a third of each script
// - makes one style sheet of all: over a slow line each costs a round trip before anything can be read
// - names the worker's files by their content (Trunk does not), so that a page never meets the worker of another build
// - writes the script that starts the worker and puts its name into <meta name="sessionscope-worker">
// - writes the page of one file that sessions are shared in, and the script that keeps the page without a network
// - puts the SHA-256 of Trunk's inline bootstrap into the policy, and fails if the page has any other inline code

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";
import { withOrderAsNames } from "./order_functions.mjs";
import { playerOf } from "./player.mjs";
import { withoutUncalled, withShortNames } from "./shrink_wasm.mjs";

const staging = process.env.TRUNK_STAGING_DIR ?? fail("TRUNK_STAGING_DIR is not set: Trunk runs this script");
const WASM_OPT = fileURLToPath(new URL("../node_modules/.bin/wasm-opt", import.meta.url));
const pagePath = join(staging, "index.html");

// A page for looking at while one works (`./dev quick`) is there sooner as it is.
const isRelease = process.env.TRUNK_PROFILE !== "debug";
for (const name of readdirSync(staging).filter((name) => isRelease && name.endsWith("_bg.wasm"))) shrink(name);
for (const name of readdirSync(staging)) minify(name);
let page = readFileSync(pagePath, "utf8").replace(/<!--[\s\S]*?-->\s*/g, "");
page = withOneStyleSheet(page);
const worker = nameWorker();
page = replaceOnce(page, "WORKER_LOADER", worker.loader);
page = replaceOnce(page, "'sha256-BOOTSTRAP'", `'sha256-${sha256(bootstrap(page), "base64")}'`);
refuseOtherInlineCode(page);
page = replaceOnce(page, "PLAYER_PAGE", writePlayer());
page = replaceOnce(page, "OFFLINE_SCRIPT", "offline.js");
writeFileSync(pagePath, page);
writeOffline();

/** Optimises a wasm file, the page's for size and the worker's for speed, orders it, and shortens it together with its script. */
function shrink(name) {
  const [wasmPath, scriptPath] = [join(staging, name), join(staging, name.replace("_bg.wasm", ".js"))];
  const lean = withoutUncalled(readFileSync(wasmPath), readFileSync(scriptPath, "utf8"));
  const scratch = join(mkdtempSync(join(tmpdir(), "sessionscope-")), name);
  writeFileSync(scratch, lean.wasm);
  const level = name.startsWith("worker") ? "-O3" : "-Oz";
  // Rust keeps nothing at the lowest addresses: there the stack ends. LLVM has inlined and shared
  // before; what wasm-opt still does of both makes functions less alike, and 1.5 % more of gzip.
  const left = ["--skip-pass=inlining-optimizing", "--skip-pass=local-cse"];
  const words = [level, ...left, "--low-memory-unused", scratch, "-o", scratch];
  execFileSync(WASM_OPT, words, { stdio: "inherit" });
  writeFileSync(scratch, withOrderAsNames(readFileSync(scratch)));
  execFileSync(WASM_OPT, ["--reorder-functions-by-name", scratch, "-o", scratch], { stdio: "inherit" });
  const small = withShortNames(readFileSync(scratch), lean.script);
  rmSync(dirname(scratch), { recursive: true });
  writeFileSync(wasmPath, small.wasm);
  writeFileSync(scriptPath, small.script);
}

function minify(name) {
  const loader = { ".js": "js", ".css": "css" }[extname(name)];
  if (!loader) return;
  const path = join(staging, name);
  const source = readFileSync(path, "utf8");
  // The page's script is a module. The worker's is a classic script, whose top-level name has to stay.
  const format = loader === "js" && !name.startsWith("worker") ? "esm" : undefined;
  writeFileSync(path, transformSync(source, { loader, format, minify: true, legalComments: "none" }).code);
}

/** Puts the sheets that the page links into one, in their order, and links that. */
function withOneStyleSheet(html) {
  const links = [...html.matchAll(/\s*<link[^>]*rel="?stylesheet"?[^>]*>/g)].map(([link]) => link);
  const paths = links.map((link) => join(staging, link.match(/href="?([^"\s>]+)"?/)[1]));
  const sheet = Buffer.concat(paths.map((path) => readFileSync(path)));
  for (const path of paths) rmSync(path);
  const name = `style-${sha256(sheet, "hex").slice(0, 16)}.css`;
  writeFileSync(join(staging, name), sheet);
  const rest = links.slice(1).reduce((text, link) => text.replace(link, ""), html);
  return rest.replace(links[0], `\n  <link rel="stylesheet" href="./${name}"/>`);
}

/** Writes the page of one file that the share dialog puts sessions into; answers its name. */
function writePlayer() {
  const player = playerOf(page, (name) => readFileSync(join(staging, name)), worker, isRelease ? "9e" : "0");
  const name = `player-${sha256(player, "hex").slice(0, 16)}.bin`;
  writeFileSync(join(staging, name), player);
  return name;
}

/** Writes the script that keeps the page: its files are those whose names tell their content. Trunk writes no leading zeros. */
function writeOffline() {
  const files = readdirSync(staging).filter((name) => /-[0-9a-f]{10,16}[._]/.test(name));
  const source = readFileSync(new URL("offline.js", import.meta.url), "utf8");
  const id = sha256(page, "hex").slice(0, 16);
  const script = replaceOnce(replaceOnce(source, ":NAME`", `:${id}\``), "FILES = []", `FILES = ${JSON.stringify(files)}`);
  writeFileSync(join(staging, "offline.js"), transformSync(script, { minify: true, legalComments: "none" }).code);
}

/** Renames the worker's two files, writes its loader, answers their names. */
function nameWorker() {
  const script = join(staging, "worker.js");
  const wasm = join(staging, "worker_bg.wasm");
  const id = sha256(Buffer.concat([readFileSync(script), readFileSync(wasm)]), "hex").slice(0, 16);
  renameSync(script, join(staging, `worker-${id}.js`));
  renameSync(wasm, join(staging, `worker-${id}_bg.wasm`));
  // A rejected promise never reaches `worker.onerror`, a thrown error does: so the page hears of a failed start.
  // The wasm is asked for before the script, which waits for it: over a slow line that saves a round trip.
  const loader =
    `const w=fetch("worker-${id}_bg.wasm");importScripts("worker-${id}.js");` +
    `wasm_bindgen({module_or_path:w}).catch((why)=>setTimeout(()=>{throw why}));\n`;
  writeFileSync(join(staging, `worker-${id}_loader.js`), loader);
  return { script: `worker-${id}.js`, wasm: `worker-${id}_bg.wasm`, loader: `worker-${id}_loader.js` };
}

/** The text of the one inline script that a page may have. */
function bootstrap(html) {
  const inline = scripts(html).filter(({ attributes }) => !/\ssrc\s*=/i.test(attributes));
  if (inline.length !== 1) fail(`the page has ${inline.length} inline scripts, wanted Trunk's bootstrap alone`);
  if (!/\stype\s*=\s*"?module"?/i.test(inline[0].attributes)) fail("the inline script is not a module");
  return inline[0].text;
}

/** The policy would block these silently, on every load. */
function refuseOtherInlineCode(html) {
  const markup = scripts(html).reduce((rest, { whole }) => rest.replace(whole, ""), html);
  for (const [what, pattern] of [
    ["a <style> element", /<style[\s>]/i],
    ["a style attribute", /<[^>]+\sstyle\s*=/i],
    ["an event handler attribute", /<[^>]+\son[a-z]+\s*=/i],
    ["a javascript: address", /(?:href|src|action)\s*=\s*["']?\s*javascript:/i],
  ]) {
    const found = markup.match(pattern);
    if (found) fail(`the page has ${what}, which its policy blocks: ${found[0]}`);
  }
}

function scripts(html) {
  return [...html.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/gi)].map(([whole, attributes, text]) => ({ whole, attributes, text }));
}

function replaceOnce(text, placeholder, value) {
  const parts = text.split(placeholder);
  if (parts.length !== 2) fail(`index.html names ${placeholder} ${parts.length - 1} times, wanted once`);
  return parts.join(value);
}

function sha256(data, encoding) {
  return createHash("sha256").update(data).digest(encoding);
}

function fail(why) {
  console.error(`tools/finish_page.mjs: ${why}`);
  process.exit(1);
}
