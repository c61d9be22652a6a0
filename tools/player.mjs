// The page in one file, into which the share dialog puts a session: start page, styles and both wasm files stand in it,
// packed. It opens from a disk and asks no network; its policy says so. What is missing is the log and the end, which
// `worker/share.rs` appends. `player_boot.js` is what runs in it.
//
// The file is UTF-16: 15 bits of what is packed make one character, at two bytes. Base64 would make it a quarter larger;
// single bytes would save 5 %, but a host that sends `charset=utf-8` would break them, while nothing overrides a byte order
// mark. LZMA, by the `xz` that every Linux has, makes it a fifth smaller than deflate.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { transformSync } from "esbuild";

const BYTE_ORDER_MARK = "\ufeff";
/** What 15 bits of zero are: 32,768 characters from here on are neither halves of others nor anything to HTML. */
const ZERO = 0x3400;

/**
 * The file's bytes. `page` is the finished index.html, `read(name)` gives the bytes of a file beside it, and `worker` the
 * names of the worker's script and wasm. `level` is how hard xz tries.
 */
export function playerOf(page, read, worker, level) {
  const styles = [...page.matchAll(/<link[^>]*rel="?stylesheet"?[^>]*>/g)].map(([link]) => read(addressIn(link)));
  const bootstrap = page.match(/<script[^>]*type="?module"?[^>]*>([\s\S]*?)<\/script>/)[1];
  const script = bootstrap.match(/from\s*['"]\.\/([^'"]+\.js)['"]/)[1];
  const wasm = bootstrap.match(/['"]\.\/([^'"]+_bg\.wasm)['"]/)[1];
  const bindings = transformSync(read(script).toString("utf8"), {
    format: "iife",
    globalName: "page",
    minify: true,
    legalComments: "none",
    // Where the module itself stands is asked for only when nobody says where the wasm is.
    define: { "import.meta.url": "''" },
  }).code;
  const start = readFileSync(new URL("player_boot.js", import.meta.url), "utf8");
  const boot = `${bindings}${transformSync(start, { format: "iife", minify: true }).code}`;
  const parts = [Buffer.concat(styles), Buffer.from(bodyOf(page)), read(wasm), read(worker.script), read(worker.wasm)];
  const packed = lzma(Buffer.concat(parts), level);
  const lengths = [packed, ...parts].map(({ length }) => length).join(" ");
  const data = `<script type="text/plain" id="packed" data-lengths="${lengths}">${characters(packed)}</script>`;
  // The script before the data: where the end is missing it still runs, and says so.
  const text = `${head(page, boot)}<body>\n<noscript>This page needs JavaScript.</noscript>\n<script type="module">${boot}</script>\n${data}\n<script type="text/plain" id="carried">`;
  return Buffer.from(BYTE_ORDER_MARK + text, "utf16le");
}

function head(page, boot) {
  const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const policy = [
    "default-src 'none'",
    `script-src ${hash(boot)} 'wasm-unsafe-eval'`,
    "worker-src blob:",
    "img-src blob: data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const icon = page.match(/<link[^>]*rel="?icon"?[^>]*>/)?.[0] ?? "";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Sessionscope</title>
<meta name="sessionscope-worker" content="">
${icon}
</head>
`;
}

/** What the page shows before its wasm is there: the start page, symbols, dialogs. */
function bodyOf(page) {
  const [, body] = page.match(/<body>([\s\S]*)<\/body>/);
  return body.replace(/<script[\s\S]*?<\/script>/g, "");
}

function addressIn(link) {
  return link.match(/href="?\.?\/?([^"\s>]+)"?/)[1].replace(/^\.\//, "");
}

function lzma(bytes, level) {
  return execFileSync("xz", ["--format=raw", `--lzma1=preset=${level},lc=3,lp=0,pb=0`, "--stdout"], { input: bytes, maxBuffer: 1 << 28 });
}

/** 15 bits a character, the first ones first; `bytesOf` in player_boot.js is the way back. */
function characters(bytes) {
  const units = Buffer.alloc(Math.ceil((bytes.length * 8) / 15) * 2);
  let [bits, count, to] = [0, 0, 0];
  const put = (value) => (to = units.writeUInt16LE(ZERO + (value & 0x7fff), to));
  for (const byte of bytes) {
    bits = ((bits & 0x7fff) << 8) | byte;
    count += 8;
    if (count >= 15) {
      count -= 15;
      put(bits >> count);
    }
  }
  if (count > 0) put(bits << (15 - count));
  return units.toString("utf16le");
}
