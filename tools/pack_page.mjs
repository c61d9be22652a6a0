// Puts the files of the built page into one, which the command carries (`cargo build --features page`): for each its name
// and its content, each after its length in four bytes, the lowest first. `src/cli/bundle/site.rs` reads it.
//
//   node tools/pack_page.mjs dist target/page.pack

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

const [folder, out] = process.argv.slice(2);
if (!folder || !out) {
  console.error("tools/pack_page.mjs: FOLDER OUT");
  process.exit(2);
}

function* filesBelow(path) {
  for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const full = join(path, entry.name);
    if (entry.isDirectory()) yield* filesBelow(full);
    else yield full;
  }
}

function withLength(bytes) {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return [length, bytes];
}

const parts = [];
for (const path of filesBelow(folder)) {
  parts.push(...withLength(Buffer.from(relative(folder, path).split(sep).join("/"))), ...withLength(readFileSync(path)));
}
writeFileSync(out, Buffer.concat(parts));
