// Two long sessions side by side: from the address that names them to the first painted row.
//
//   node tests/e2e/bench/compare.mjs [--dist FOLDER] [--steps N] [--runs N]     5,000 steps each, 5 runs

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";
import config from "../../../playwright.config.mjs";
import { dropPaths } from "../support/drop.mjs";
import { folderOfLogs, text, transcript } from "../support/logs.mjs";
import { ended, withPage } from "./page.mjs";
import { served } from "./served.mjs";

const IDS = ["aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"];
/** Every so many steps the second session does something else, or edits another text. */
const OTHER = 20;

/** Writes both logs; answers their paths. Each step is a call with some text as its result, every fifth an edit. */
export function writeCompared(folder, steps) {
  return IDS.map((session, side) => {
    const entries = [{ prompt: "Do it all" }];
    for (let n = 1; n < steps; n += 1) {
      const own = side === 1 && n % OTHER === 0 ? ` of ${side}` : "";
      const output = `line ${n} of what came back\n`.repeat(n % 60);
      const edit = { file_path: `/made-up/${n % 50}.rs`, old_string: `old ${n}${own}`, new_string: `new ${n}\nmore` };
      entries.push(n % 5 === 0 ? { tool: "Edit", input: edit, output } : { tool: "Bash", input: { command: `make part-${n}${own}` }, output });
    }
    return folder.write(`${session}.jsonl`, text(transcript(entries, { session })));
  });
}

/** Opens both logs, then the comparison: `ms` to its first painted row, `wholeMs` to its tables, `told` over the rows. */
export async function measureCompare(browser, address, paths) {
  return withPage(browser, address, async (page) => {
    await dropPaths(page, paths);
    await ended(page);
    return page.evaluate(compared, `v=1&tab=compare${IDS.map((id) => `&with=${id}`).join("")}`);
  });
}

/** Runs in the page. */
async function compared(hash) {
  // What is there when a frame begins is painted with it, and a timer comes after that.
  const painted = async (selector) => {
    do await new Promise((resolve) => requestAnimationFrame(resolve));
    while (!document.querySelector(selector));
    await new Promise((resolve) => setTimeout(resolve, 0));
    return performance.now() - began;
  };
  const began = performance.now();
  location.hash = hash;
  const ms = await painted('[data-testid="compare-list"] [role="option"]');
  const wholeMs = await painted('[data-testid="compare-tables"] table');
  return { ms, wholeMs, told: document.querySelector('[data-testid="compare-same"]').textContent };
}

async function main() {
  const option = { type: "string" };
  const { dist = "dist", steps = "5000", runs = "5" } = parseArgs({ options: { dist: option, steps: option, runs: option } }).values;
  const folder = folderOfLogs();
  const paths = writeCompared(folder, Number(steps));
  const { address, end } = await served(dist);
  const browser = await chromium.launch(config.use.launchOptions);
  try {
    for (let run = 1; run <= Number(runs); run += 1) {
      const { ms, wholeMs, told } = await measureCompare(browser, address, paths);
      console.log(JSON.stringify({ steps: Number(steps), compare_ms: Math.round(ms), whole_ms: Math.round(wholeMs), told }));
    }
  } finally {
    await browser.close();
    end();
    folder.clear();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
