// One run as long as wanted: a start, the turns of real runs again and again, an end.

import { closeSync, openSync, writeSync } from "node:fs";
import { copyOf, freshId, linesOf, memo, spotsOf } from "./templates.mjs";

/** One run out of the turns of all runs that recorded their turns, each of which gives as many bytes as the others. */
export function writeOne(templates, size, seed, path) {
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
