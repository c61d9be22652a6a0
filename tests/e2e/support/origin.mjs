// What the reference program found in the corpus, as its ORIGIN.md tells, and the command's own report of it.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const top = fileURLToPath(new URL("../../../", import.meta.url));

/** Columns of ORIGIN.md's table of expected results, by the names that the page and the CSV give them. */
const COLUMNS = [
  "provider",
  "model",
  "sessions",
  "success_sessions",
  "failed_sessions",
  "input_tokens",
  "output_tokens",
  "total_tokens",
  "duration_ms",
  "known_cost_usd",
  "unknown_cost_sessions",
  "cache_read_tokens",
  "cache_write_tokens",
];

/** Rows and totals of ORIGIN.md, every value a text; costs with four decimals, "" for an unknown one. */
export function expectedUsage(folder) {
  const lines = readFileSync(join(folder, "ORIGIN.md"), "utf8").split("\n");
  const head = lines.findIndex((line) => line.startsWith("| provider | model |"));
  const end = lines.findIndex((line, index) => index > head && !line.startsWith("|"));
  const table = lines.slice(head + 2, end).map(rowOf);
  return { rows: table.slice(0, -1), totals: table.at(-1) };
}

function rowOf(line) {
  const cells = line.split("|").slice(1, -1).map((cell) => cell.trim().replaceAll("*", ""));
  const row = Object.fromEntries(COLUMNS.map((name, index) => [name, cells[index]]));
  row.known_cost_usd = row.known_cost_usd === "null" ? "" : Number(row.known_cost_usd).toFixed(4);
  return row;
}

/** The same rows out of a CSV text, which has more columns; the row of totals comes last. */
export function usageOfCsv(text) {
  const [head, ...lines] = text.trimEnd().split(/\r?\n/).map((line) => line.split(","));
  const rows = lines.map((cells) => Object.fromEntries(COLUMNS.map((name) => [name, cells[head.indexOf(name)]])));
  return { rows: rows.slice(0, -1), totals: rows.at(-1) };
}

/** The command as it was built last, or null where nobody has built it. */
export function builtCommand() {
  const target = process.env.CARGO_TARGET_DIR ?? join(top, "target");
  const built = ["release", "fast", "debug"].map((profile) => join(target, profile, "sessionscope")).filter(existsSync);
  return built.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0] ?? null;
}

/** What the command prints with these words, or null where nobody has built it. */
export function outputOfCommand(...words) {
  const built = builtCommand();
  if (!built) return null;
  return execFileSync(built, words, { stdio: ["ignore", "pipe", "ignore"], maxBuffer: 1 << 28 }).toString();
}

/** What the command prints for the folder as CSV, or null where nobody has built it. */
export function csvOfCommand(folder) {
  return outputOfCommand("usage", folder, "--reference", "--format", "csv");
}
