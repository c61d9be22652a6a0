// The page in one file, into which the share dialog puts a session: style sheets, scripts and both wasm files stand in it,
// packed. It opens from a disk and asks no network; its policy says so. What is missing is the log and the end, which
// `worker/share.rs` appends.

import { createHash } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { transformSync } from "esbuild";

/**
 * The file's text. `page` is the finished index.html, `read(name)` gives the bytes of a file beside it, and `worker` the
 * names of the worker's script and wasm.
 */
export function playerOf(page, read, worker) {
  const styles = [...page.matchAll(/<link[^>]*rel="?stylesheet"?[^>]*>/g)].map(([link]) => read(addressIn(link)).toString("utf8")).join("\n");
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
  const boot = `${bindings}${transformSync(start.toString(), { minify: true }).code}start(page.default);`;
  const parts = {
    "packed-styles": packed(styles),
    "packed-page": packed(read(wasm)),
    "packed-script": packed(read(worker.script)),
    "packed-worker": packed(read(worker.wasm)),
  };
  const data = Object.entries(parts).map(([id, text]) => `<script type="text/plain" id="${id}">${text}</script>\n`);
  return `${head(page, boot)}${bodyOf(page)}\n${data.join("")}<script type="module">${boot}</script>\n<script type="text/plain" id="carried">`;
}

/** Runs in the file: unpacks the parts, starts the page, and gives it a worker that brings its own wasm along. */
async function start(init) {
  const unpacked = (text) => {
    const [length, digits] = text.split(" ");
    const bytes = new DataView(new ArrayBuffer(Math.ceil(length / 4) * 4));
    for (let at = 0; at < digits.length; at += 5) {
      let word = 0;
      for (let digit = at; digit < at + 5; digit += 1) {
        const code = digits.charCodeAt(digit);
        word = word * 85 + code - (code > 92 ? 37 : code > 60 ? 36 : code > 38 ? 35 : code > 34 ? 34 : 33);
      }
      bytes.setUint32((at / 5) * 4, word);
    }
    return new Response(new Blob([bytes.buffer.slice(0, length)]).stream().pipeThrough(new DecompressionStream("deflate-raw")));
  };
  const take = (id) => {
    const element = document.getElementById(id);
    element.remove();
    return element.textContent;
  };
  const styles = new CSSStyleSheet();
  styles.replaceSync(await unpacked(take("packed-styles")).text());
  document.adoptedStyleSheets = [styles];
  document.body.hidden = false;
  const script = await unpacked(take("packed-script")).text();
  const loader = `;wasm_bindgen({module_or_path:(${unpacked})("${take("packed-worker")}").arrayBuffer()}).catch((why)=>setTimeout(()=>{throw why}));`;
  const worker = URL.createObjectURL(new Blob([script, loader], { type: "text/javascript" }));
  document.querySelector("meta[name=sessionscope-worker]").content = worker;
  await init({ module_or_path: unpacked(take("packed-page")).arrayBuffer() });
  dispatchEvent(new CustomEvent("TrunkApplicationStarted"));
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

function bodyOf(page) {
  return page.slice(page.indexOf("<body"), page.lastIndexOf("</body>")).replace(/<script[\s\S]*?<\/script>/g, "").replace("<body", "<body hidden");
}

function addressIn(link) {
  return link.match(/href="?\.?\/?([^"\s>]+)"?/)[1].replace(/^\.\//, "");
}

/** Characters that mean nothing in HTML nor in a text of JavaScript: 33 to 121 without `"`, `&`, `<` and `\\`. */
const DIGITS = Array.from({ length: 89 }, (_, n) => String.fromCharCode(33 + n)).filter((c) => !'"&<\\'.includes(c));

/** Deflated, five characters for four bytes: base64 would take 60 KB more. Before them stands the number of bytes. */
function packed(content) {
  const bytes = deflateRawSync(content, { level: 9 });
  const padded = Buffer.concat([bytes, Buffer.alloc(3)]);
  let text = `${bytes.length} `;
  for (let at = 0; at < bytes.length; at += 4) {
    let word = padded.readUInt32BE(at);
    let digits = "";
    for (let digit = 0; digit < 5; digit += 1) {
      digits = DIGITS[word % 85] + digits;
      word = Math.floor(word / 85);
    }
    text += digits;
  }
  return text;
}
