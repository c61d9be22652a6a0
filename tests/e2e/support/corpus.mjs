// Real session logs, which stand beside a checkout and are no part of it.

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "@playwright/test";

const top = fileURLToPath(new URL("../../../", import.meta.url));
const corpus = resolve(process.env.SESSIONSCOPE_CORPUS ?? join(top, "../shared/corpus"));

/** Where one of the corpus's folders or files is, if it is there. */
export function corpusFolder(...parts) {
  return join(corpus, ...parts);
}

/**
 * The path of one of the corpus's folders or files. Call it inside a test: where there is no corpus the test is
 * skipped and says so, except in CI, which must have it.
 */
export function corpusPath(...parts) {
  const path = corpusFolder(...parts);
  const isThere = existsSync(path);
  if (!isThere && process.env.CI) throw new Error(`corpus not found, and CI must have it: ${path}`);
  test.skip(!isThere, "corpus not found");
  return path;
}

/** Small logs of all formats, made for tests: a folder of tests/fixtures. */
export function fixtureFolder(name) {
  return join(top, "tests/fixtures", name);
}
