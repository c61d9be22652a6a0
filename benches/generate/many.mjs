// Many files of real sizes, and many of one size.

import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { copyOf, freshId, linesOf, memo, randomOf } from "./templates.mjs";

const DAY_S = 86_400;
const SMALL_BYTES = 80_000;

/** Copies of everything, a day earlier each, until there is enough. Logs of one run keep what joins them. */
export function writeMany(templates, size, seed, folder) {
  const written = { files: 0, bytes: 0, lines: 0, lengths: lengths() };
  for (const { name, bytes } of copies(templates, seed)) {
    if (written.bytes >= size) break;
    writeFileSync(join(folder, name), bytes);
    written.files += 1;
    written.bytes += bytes.length;
    const lines = linesOf(bytes);
    written.lines += lines.length;
    written.lengths.add(lines);
  }
  return { ...written, lengths: written.lengths.told() };
}

/** The first 80 KB of each copy, in a file each and all in one behind each other. */
export function writeSmall(templates, size, seed, folder, whole) {
  const written = { files: 0, bytes: 0, lines: 0 };
  const file = openSync(whole, "w");
  for (const { name, bytes } of copies(templates.map(start), seed)) {
    if (written.bytes >= size) break;
    writeFileSync(join(folder, name), bytes);
    writeSync(file, bytes);
    written.files += 1;
    written.bytes += bytes.length;
    written.lines += linesOf(bytes).length;
  }
  closeSync(file);
  return written;
}

/** A template cut behind the line that makes it long enough. */
function start(template) {
  let end = 0;
  for (const line of linesOf(template.bytes)) if (end < SMALL_BYTES) end += line.length;
  return { ...template, bytes: template.bytes.subarray(0, end), spots: template.spots.filter(({ at }) => at < end) };
}

function* copies(templates, seed) {
  for (let copy = 0; ; copy += 1) {
    const idsOf = memo((salt) => memo((id) => freshId(id, `${copy}${salt}`, seed)));
    const shift = -copy * DAY_S - (randomOf(`${seed} ${copy}`)() % 3600);
    for (const template of templates) {
      const { salt = "" } = template;
      const tag = `${salt}${copy}`;
      const name = template.name.replace(/(\d{12,})?\.jsonl$/, (end, digits) => (digits ? `${tag}-${digits}.jsonl` : `-${tag}${end}`));
      yield { name, bytes: copyOf(template, idsOf(salt), shift) };
    }
  }
}

/** How long lines are, in steps of a fifth, so that a gigabyte of them need not be kept. */
function lengths() {
  const counts = [];
  const step = ({ length }) => Math.ceil(4 * Math.log2(length));
  return {
    add(lines) {
      for (const line of lines) counts[step(line)] = (counts[step(line)] ?? 0) + 1;
    },
    told: () => ({ median: share(counts, 0.5), p99: share(counts, 0.99), longest: share(counts, 1) }),
  };
}

function share(counts, part) {
  const all = Array.from(counts, (count) => count ?? 0);
  let left = part * all.reduce((sum, count) => sum + count, 0);
  return Math.round(2 ** (all.findIndex((count) => (left -= count) <= 0) / 4));
}
