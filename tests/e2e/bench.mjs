// Measures the page in a browser and the core natively, on the same generated logs. `./dev bench` builds both first.
//
//   node tests/e2e/bench.mjs [WORDS]
//     --size MB        of many and one (200)     --seed N       of the generated logs (1)
//     --mixed MB       of mixed (1000)           --huge MB      one file more, opened and replayed once (2500)
//     --runs N         of everything (5)         --set NAME     only `many`, `one`, `claude`, `mixed` or `small`
//     --dist FOLDER    the page (dist)           --no-native    only the browser
//     --json           one JSON object a line    --no-limits    never fail for a figure
//     --no-frames      not the timeline of a long session, nor the start over a slow line
//
// Ends with 1 when a figure is over its limit.

import { spawnSync } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";
import { generate, generateHuge, generateLong, generateMixed, generateSmall } from "../../benches/generate.mjs";
import config from "../../playwright.config.mjs";
import { browserFigures, compareFigures, frameFigures, hugeFigures, nativeFigures, overLimit, printTable, smallFigures, startFigures } from "./bench/figures.mjs";
import { measureCompare, writeCompared } from "./bench/compare.mjs";
import { measureFrames } from "./bench/frames.mjs";
import { measureCancel, measureClicks, measureOpening, measureReplay } from "./bench/page.mjs";
import { measureSearch } from "./bench/search.mjs";
import { served } from "./bench/served.mjs";
import { measureStartup } from "./bench/startup.mjs";
import { folderOfLogs } from "./support/logs.mjs";

/** Those that the native passes are measured on too, and all. */
const NATIVE = ["many", "one", "claude"];
const SETS = [...NATIVE, "mixed", "small"];
const LONG_EVENTS = 200_000;
/** Of each of the two sessions that are compared. */
const COMPARED_STEPS = 5_000;
const top = fileURLToPath(new URL("../../", import.meta.url));
const options = readOptions();
const say = (text) => process.stderr.write(`${text}\n`);

const loadBefore = loadavg()[0];
say("writing logs, unless they are there");
const set = madeSets();
const native = options.native ? measureNative() : [];
const { version, figures } = await measureBrowser();
const about = {
  machine: `${cpus().length} × ${cpus()[0].model}`,
  browser: `Chromium ${version}`,
  load: [loadBefore, loadavg()[0]],
  logs: `${set.origin}, seed ${set.seed}`,
  runs: options.runs,
};
const all = [...figures, ...native];
if (options.json) for (const each of all) console.log(JSON.stringify({ ...about, ...each.json }));
else printTable(about, all);

const failures = all.flatMap(overLimit);
for (const failure of failures) say(`OVER THE LIMIT: ${failure}`);
process.exit(failures.length > 0 && options.limits ? 1 : 0);

function readOptions() {
  const text = { type: "string" };
  const on = { type: "boolean" };
  const { values } = parseArgs({
    options: {
      ...{ size: text, mixed: text, huge: text, seed: text, runs: text, set: text, dist: text },
      ...{ json: on, limits: { ...on, default: true }, native: { ...on, default: true }, frames: { ...on, default: true } },
    },
    allowNegative: true,
  });
  const { size = 200, mixed = 1000, huge = 0, seed = 1, runs = 5, set, dist = "dist", ...flags } = values;
  const read = { ...flags, size: Number(size), mixed: Number(mixed), huge: Number(huge), seed: Number(seed), runs: Number(runs), sets: set ? [set] : SETS, dist };
  const isSound = read.size > 0 && read.mixed > 0 && read.huge >= 0 && Number.isInteger(read.seed) && read.runs >= 1 && read.sets.every((name) => SETS.includes(name));
  if (isSound) return read;
  console.error(`tests/e2e/bench.mjs: sizes and --runs want positive numbers, --seed a whole one; --set is one of ${SETS.join(", ")}`);
  process.exit(2);
}

/** What stands where, by the names of the sets that are wanted. */
function madeSets() {
  const { seed, sets } = options;
  const made = generate({ sizeMb: options.size, seed });
  const mixed = sets.includes("mixed") && generateMixed({ sizeMb: options.mixed, seed });
  const small = sets.includes("small") && generateSmall({ sizeMb: 2 * options.size, seed });
  return { ...made, mixed, small, paths: { ...made.paths, mixed: mixed.path, small: small.path } };
}

/** As fast as the worker and the command are built. Criterion keeps its samples; what it prints goes to stderr. */
function measureNative() {
  say("native: cargo bench");
  const kept = join(top, ".bench/criterion");
  const words = ["bench", "--quiet", "--profile", "fast", "--bench", "parse", "--", "--quiet", ...(options.sets.length === 1 ? [`${options.sets[0]}/`] : [])];
  const { status } = spawnSync("cargo", words, { cwd: top, env: { ...process.env, CRITERION_HOME: kept }, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(`cargo bench ended with ${status}`);
  return NATIVE.filter((name) => options.sets.includes(name)).map((name) => nativeFigures(name, set[name], join(kept, name)));
}

async function measureBrowser() {
  const servers = [];
  const browser = await chromium.launch(config.use.launchOptions);
  try {
    const product = await serve(options.dist, servers);
    const peer = await (await browser.newContext()).newPage();
    await peer.goto(await serve("tests/e2e/bench/peer", servers));
    const figures = [];
    for (const name of options.sets) figures.push(await measureSet(name, browser, product, peer));
    if (options.sets.includes("small")) figures.push(smallFigures(set.small, await measureSmall(browser, product)));
    figures.push(compareFigures(COMPARED_STEPS, await measureCompared(browser, product)));
    if (options.huge > 0) {
      const huge = generateHuge({ sizeMb: options.huge, seed: options.seed });
      say(`browser, one file of ${options.huge} MB`);
      figures.push(hugeFigures(huge, await measureReplay(browser, product, [huge.path])));
    }
    if (options.frames) {
      say("browser, start over a slow line");
      figures.push(startFigures(await measureStartup(browser, options.dist, options.runs)));
      say(`browser, a session of ${LONG_EVENTS} events`);
      figures.push(frameFigures(LONG_EVENTS, await measureFrames(browser, product, generateLong({ events: LONG_EVENTS }))));
    }
    return { version: browser.version(), figures };
  } finally {
    await browser.close();
    for (const server of servers) server.end();
  }
}

/** Everything is measured once a run, so that what disturbs the machine disturbs all of it. */
async function measureSet(name, browser, product, peer) {
  const path = set.paths[name];
  const input = peer.locator(name === "one" ? "#file" : "#folder");
  await input.setInputFiles(path);
  const measurePeer = (task) => peer.evaluate(([task, id]) => window.measure(task, id), [task, name === "one" ? "file" : "folder"]);
  // Not counted: from here on the files are in the system's memory for everybody.
  await measurePeer("read");
  const runs = { open: [], atOnce: [], clicks: [], cancel: [], search: [], read: [], js: [] };
  for (let run = 1; run <= options.runs; run += 1) {
    say(`browser, set ${name}: run ${run} of ${options.runs}`);
    runs.read.push(await measurePeer("read"));
    runs.open.push(await measureOpening(browser, product, [path]));
    runs.atOnce.push(await measureOpening(browser, product, [path], { atOnce: true }));
    runs.js.push(await measurePeer("sums"));
    runs.clicks.push(await measureClicks(browser, product, [path]));
    runs.search.push(await measureSearch(browser, product, [path]));
    runs.cancel.push(await measureCancel(browser, product, [path], 20 * run));
  }
  const bytes = new Set([...runs.read, ...runs.js].map((run) => run.bytes));
  if (bytes.size !== 1 || !bytes.has(set[name].bytes)) throw new Error(`the peers read ${[...bytes]} of ${set[name].bytes} bytes`);
  const scopes = new Set(runs.open.map((run) => run.scope));
  if (scopes.size !== 1) throw new Error(`the page found something else each time: ${[...scopes].join("; ")}`);
  return browserFigures(name, set[name], runs);
}

/** The same bytes in many files and in one, by turns. */
async function measureSmall(browser, product) {
  const runs = { files: [], whole: [] };
  for (let run = 1; run <= options.runs; run += 1) {
    say(`browser, small files and one: run ${run} of ${options.runs}`);
    runs.files.push(await measureOpening(browser, product, [set.small.path]));
    runs.whole.push(await measureOpening(browser, product, [set.small.whole]));
  }
  return runs;
}

/** Two sessions side by side. */
async function measureCompared(browser, product) {
  const folder = folderOfLogs();
  const paths = writeCompared(folder, COMPARED_STEPS);
  const runs = [];
  for (let run = 1; run <= options.runs; run += 1) {
    say(`browser, two sessions of ${COMPARED_STEPS} steps side by side: run ${run} of ${options.runs}`);
    runs.push(await measureCompare(browser, product, paths));
  }
  folder.clear();
  return runs;
}

/** Serves a folder; answers the address. */
async function serve(folder, servers) {
  const server = await served(folder);
  servers.push(server);
  return server.address;
}
