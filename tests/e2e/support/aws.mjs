#!/usr/bin/env node
// As much of the command `aws` as the recipe of docs/hosting.md uses. A bucket is a folder below BUCKETS; what went up and
// what was removed stands in the file `done` beside it, a line each.

import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const [service, action, from, to, ...words] = process.argv.slice(2);
const [, bucket, key] = to.match(/^s3:\/\/([^/]+)\/(.*)$/);
if (service !== "s3" || !["cp", "sync"].includes(action)) throw new Error(`not known here: ${process.argv.slice(2).join(" ")}`);

/** Later ones decide. A star stands for slashes too. */
const filters = [];
for (const [at, word] of words.entries()) {
  if (!["--exclude", "--include"].includes(word)) continue;
  const pattern = words[at + 1].split("*").map((text) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*");
  filters.push([new RegExp(`^${pattern}$`), word === "--include"]);
}
const passes = (name) => filters.reduce((passes, [pattern, included]) => (pattern.test(name) ? included : passes), true);
const below = (folder) => (existsSync(folder) ? readdirSync(folder, { recursive: true }).filter((name) => statSync(join(folder, name)).isFile() && passes(name)) : []);
const note = (line) => appendFileSync(join(process.env.BUCKETS, "done"), `${line}\n`);

const prefix = join(process.env.BUCKETS, bucket, key);
const put = (file, target) => {
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(file, target);
  note(`put ${target.slice(join(process.env.BUCKETS, bucket).length + 1)}`);
};
const isThere = (file, target) => existsSync(target) && statSync(target).size === statSync(file).size && statSync(target).mtimeMs >= statSync(file).mtimeMs;

if (action === "cp" && !words.includes("--recursive")) {
  put(from, key.endsWith("/") ? join(prefix, basename(from)) : prefix);
} else {
  const names = below(from);
  for (const name of names) if (action === "cp" || !isThere(join(from, name), join(prefix, name))) put(join(from, name), join(prefix, name));
  for (const name of words.includes("--delete") ? below(prefix) : []) {
    if (names.includes(name)) continue;
    rmSync(join(prefix, name));
    note(`removed ${join(key, name)}`);
  }
}
