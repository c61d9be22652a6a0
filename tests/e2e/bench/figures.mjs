// From runs to figures: medians, ratios, limits; as a table and as JSON.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What must hold on any machine, milliseconds: from a click to the next frame, from a drop to the first row … */
const LIMITS = { click_ms: 100, first_row_ms: 300, longest_task_ms: 50, cancel_ms: 100, compare_ms: 300 };

/** MB of the worker's memory, wasm and JavaScript together, by the MB of the logs. */
const memoryLimit = (bytes) => Math.round(64 + (0.15 * bytes) / 1e6);

/** Of a session of 200,000 events: what must not be seen or felt. */
const FRAME_LIMITS = { frame_p95_ms: 8, task_ms: 50, open_ms: 500 };

const PASSES = { lines: "lines", skip: "lines, each skipped by serde_json", "first-pass": "whole first pass", archive: "archive and rows", usage: "usage" };

/** Figures of the page and its peers over one set. */
export function browserFigures(name, { bytes, files = 1 }, runs) {
  const of = (list, key) => spread(list.map((run) => run[key]));
  const page = of(runs.open, "ms");
  const atOnce = of(runs.atOnce, "ms");
  const read = of(runs.read, "ms");
  const js = of(runs.js, "ms");
  const clicks = runs.clicks.flatMap((run) => run.clicks);
  const tasks = [...runs.open, ...runs.clicks];
  const search = of(runs.search, "ms");
  const spreads = {
    first_hit_ms: of(runs.search, "firstHitMs"),
    first_row_ms: of(runs.open, "firstRowMs"),
    click_ms: spread(clicks.map(({ ms }) => ms)),
    longest_task_ms: of(tasks, "longestTaskMs"),
    cancel_ms: of(runs.cancel, "ms"),
    worker_wasm_mb: of(runs.open, "wasmMb"),
    worker_heap_mb: of(runs.open, "heapMb"),
    peak_worker_mb: spread(runs.open.map(({ wasmMb, heapMb }) => wasmMb + heapMb)),
  };
  const slowest = [...clicks].sort((a, b) => b.ms - a.ms)[0];
  const replaced = runs.cancel.filter((run) => run.wasReplaced).length;
  const during = clicks.filter((click) => click.during === "reading").length;
  const rate = ({ median }) => bytes / 1e3 / median;
  const notes = {
    click_ms: `${clicks.length} clicks, ${during} while reading; the slowest: ${slowest?.what}, ${slowest?.during}`,
    cancel_ms: replaced > 0 ? `${replaced} of ${runs.cancel.length} times the worker had to be replaced` : "",
  };
  const timed = (label, times, ratio = "") => row(label, times, "ms", { rate: rate(times), ratio });
  return {
    title: `Browser, set "${name}": ${files} file${files === 1 ? "" : "s"}, ${(bytes / 1e6).toFixed(1)} MB; the page found ${runs.open[0].scope}`,
    rows: [
      timed("drop to the complete list", page),
      timed("the same, dropped as soon as the page is there", atOnce),
      timed("only reading (BYOB stream)", read, `page ${times(page.median / read.median)} its time`),
      timed("JavaScript peer", js, `page ${times(js.median / page.median)} as fast`),
      row("drop to the first row", spreads.first_row_ms, "ms", { limit: LIMITS.first_row_ms }),
      timed("search through all text", search),
      row("search: first hit", spreads.first_hit_ms, "ms"),
      row("click to the next frame", spreads.click_ms, "ms", { limit: LIMITS.click_ms, note: notes.click_ms }),
      row("longest task of the page", spreads.longest_task_ms, "ms", { limit: LIMITS.longest_task_ms }),
      row("Cancel to the end of reading", spreads.cancel_ms, "ms", { limit: LIMITS.cancel_ms, note: notes.cancel_ms }),
      row("worker: wasm memory, peak", spreads.worker_wasm_mb, "MB"),
      row("worker: JavaScript heap, peak", spreads.worker_heap_mb, "MB"),
      row("worker: both, peak", spreads.peak_worker_mb, "MB", { limit: memoryLimit(bytes) }),
    ],
    json: {
      set: name,
      where: "browser",
      bytes,
      files,
      ingest_mb_s: round(rate(page)),
      ingest_vs_js: round(js.median / page.median),
      ingest_vs_read: round(page.median / read.median),
      ingest_at_once_mb_s: round(rate(atOnce)),
      js_mb_s: round(rate(js)),
      read_mb_s: round(rate(read)),
      search_mb_s: round(rate(search)),
      ...flat({ search_ms: search, ingest_ms: page, js_ms: js, read_ms: read, ...spreads }),
      clicks: clicks.length,
      clicks_while_reading: during,
      workers_replaced: replaced,
    },
  };
}

/** Figures of one long session on screen, frame by frame (frames.mjs). */
export function frameFigures(events, { open, ...moving }) {
  const once = (ms) => ({ median: ms, longest: ms });
  const rows = [row("click to the first painted step", once(open.ms), "ms", { limit: FRAME_LIMITS.open_ms }), row("longest task while it opens", once(open.longestMs), "ms", { limit: FRAME_LIMITS.task_ms })];
  for (const [name, { frames, medianMs, p95Ms, worstMs, longestTaskMs, presented }] of Object.entries(moving)) {
    const note = `not the longest but the 95th of a hundred; the longest ${worstMs.toFixed(1)} ms; ${frames} frames, ${presented.toFixed(0)} presented a second`;
    rows.push(row(`${name}: main thread's work per frame`, { median: medianMs, longest: p95Ms }, "ms", { limit: FRAME_LIMITS.frame_p95_ms, note }));
    rows.push(row(`${name}: longest task`, once(longestTaskMs), "ms", { limit: FRAME_LIMITS.task_ms }));
  }
  return { title: `Browser, a session of ${events} events`, rows, json: { set: "long", where: "browser", events, open, ...moving } };
}

/** A folder of small files beside the same bytes in one file. */
export function smallFigures({ bytes, files }, runs) {
  const [small, whole] = [runs.files, runs.whole].map((list) => spread(list.map(({ ms }) => ms)));
  const share = whole.median / small.median;
  const rate = ({ median }) => bytes / 1e3 / median;
  return {
    title: `Browser, ${files} files of 80 KB beside the same ${(bytes / 1e6).toFixed(0)} MB in one file`,
    rows: [
      row("many files", small, "ms", { rate: rate(small), ratio: `${(100 * share).toFixed(0)} % of the throughput of one (wanted: 40 %)` }),
      row("one file", whole, "ms", { rate: rate(whole) }),
    ],
    json: { set: "small-beside-one", where: "browser", bytes, files, small_vs_one: round(share), ...flat({ small_ms: small, one_ms: whole }) },
  };
}

/** Two sessions side by side (compare.mjs). */
export function compareFigures(steps, runs) {
  const spreads = { compare_ms: spread(runs.map(({ ms }) => ms)) };
  const rows = [row("address to the first painted row", spreads.compare_ms, "ms", { limit: LIMITS.compare_ms, note: runs[0].told })];
  return { title: `Browser, two sessions of ${steps} steps side by side`, rows, json: { set: "compared", where: "browser", steps, ...flat(spreads) } };
}

/** One log that is longer than any memory of the page. */
export function hugeFigures({ bytes }, { ms, openMs, jumpMs, longestTaskMs, wasmMb, heapMb }) {
  const once = (value) => ({ median: value, longest: value });
  return {
    title: `Browser, one file of ${(bytes / 1e6).toFixed(0)} MB`,
    rows: [
      row("drop to the complete list", once(ms), "ms", { rate: bytes / 1e3 / ms }),
      row("click to the first painted step", once(openMs), "ms"),
      row("jump to the end of the replay", once(jumpMs), "ms"),
      row("longest task of the page", once(longestTaskMs), "ms"),
      row("worker: wasm memory and heap, peak", once(wasmMb + heapMb), "MB"),
    ],
    json: { set: "huge", where: "browser", bytes, ingest_ms: round(ms), open_ms: round(openMs), jump_ms: round(jumpMs), longest_task_ms: longestTaskMs, peak_worker_mb: round(wasmMb + heapMb) },
  };
}

/** The start page over a slow line (startup.mjs). */
export function startFigures({ readableMs, interactiveMs }) {
  const once = (value) => ({ median: value, longest: value });
  return {
    title: "Start page over 9 Mbit/s with 60 ms to the server and back, nothing kept",
    rows: [row("readable", once(readableMs), "ms"), row("answers", once(interactiveMs), "ms", { limit: 1000 })],
    json: { set: "start", where: "browser", readable_ms: round(readableMs), interactive_ms: round(interactiveMs) },
  };
}

/** Figures of the native passes: criterion's samples in `folder`. */
export function nativeFigures(name, { bytes, files = 1 }, folder) {
  const found = Object.keys(PASSES).filter((pass) => existsSync(join(folder, pass)));
  const spreads = Object.fromEntries(found.map((pass) => [pass, spread(samples(join(folder, pass)))]));
  const vsSkip = spreads["first-pass"].median / spreads.skip.median;
  const readsAll = (pass) => ["lines", "skip", "first-pass"].includes(pass);
  const rate = (pass) => bytes / 1e3 / spreads[pass].median;
  const rates = found.filter(readsAll).map((pass) => [`native_${snake(pass)}_mb_s`, round(rate(pass))]);
  return {
    title: `Native, set "${name}": ${files} file${files === 1 ? "" : "s"}, ${(bytes / 1e6).toFixed(1)} MB, one thread`,
    rows: found.map((pass) =>
      row(PASSES[pass], spreads[pass], "ms", {
        rate: readsAll(pass) ? rate(pass) : undefined,
        ratio: pass === "first-pass" ? `${times(vsSkip)} the time of skipping` : "",
      }),
    ),
    json: {
      ...{ set: name, where: "native", bytes, files, native_first_pass_vs_skip: round(vsSkip) },
      ...Object.fromEntries(rates),
      ...flat(Object.fromEntries(found.map((pass) => [`native_${snake(pass)}_ms`, spreads[pass]]))),
    },
  };
}

/** What is over its limit, in words. */
export function overLimit({ title, rows }) {
  return rows.filter(({ limit, longest }) => longest > limit).map(({ label, longest, unit, limit }) => `${title}: ${label}: ${longest.toFixed(0)} ${unit}, limit ${limit}`);
}

export function printTable({ machine, browser, load, logs, runs }, all) {
  console.log(`${machine}; ${browser}; load ${load.map((value) => value.toFixed(1)).join(" before, ")} after; logs from ${logs}`);
  console.log(`Browser: median and longest of ${runs} runs. Native: of criterion's samples.`);
  for (const { title, rows } of all) {
    console.log(`\n${title}`);
    line("", "median", "longest", "MB/s", "limit", "ratio");
    for (const { label, median, longest, unit, rate, limit, ratio, note } of rows) {
      const value = (number) => (number === null ? "none" : `${number.toFixed(number < 10 ? 1 : 0)} ${unit}`);
      line(label, value(median), value(longest), rate?.toFixed(0) ?? "", limit ? `${limit} ${unit}` : "", ratio || note);
    }
  }
}

function line(label, ...columns) {
  const [ratio] = columns.splice(-1);
  console.log(`  ${label.padEnd(36)}${columns.map((text) => text.padStart(11)).join("")}  ${ratio}`.trimEnd());
}

function row(label, { median, longest }, unit, { rate, ratio = "", limit, note = "" } = {}) {
  return { label, median, longest, unit, rate, ratio, limit, note };
}

/** Median and maximum; runs without a value do not count. */
function spread(values) {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (sorted.length === 0) return { median: null, longest: null };
  const middle = sorted.length / 2;
  const median = Number.isInteger(middle) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[Math.floor(middle)];
  return { median, longest: sorted.at(-1) };
}

/** Milliseconds a pass, each sample. */
function samples(folder) {
  const { iters, times } = JSON.parse(readFileSync(join(folder, "new/sample.json"), "utf8"));
  return times.map((nanos, index) => nanos / iters[index] / 1e6);
}

/** `{a: {median, longest}}` as `{a, a_longest}`. */
function flat(spreads) {
  const pairs = Object.entries(spreads).flatMap(([key, { median, longest }]) => [
    [key, median === null ? null : round(median)],
    [`${key}_longest`, longest === null ? null : round(longest)],
  ]);
  return Object.fromEntries(pairs);
}

function snake(name) {
  return name.replace("-", "_");
}

function round(value) {
  return Number(value.toPrecision(4));
}

function times(ratio) {
  return `${ratio.toFixed(ratio < 10 ? 2 : 0)} ×`;
}
