// What grows with the work, and how: the table of docs/performance.md.
//
//   node tests/e2e/bench/growth.mjs [--dist FOLDER] [--runs N] [--sessions N,N…] [--events N,N…] [--write]
//
// `--write` puts it into docs/performance.md; without, it is only printed.

import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";
import { generateLong } from "../../../benches/generate.mjs";
import config from "../../../playwright.config.mjs";
import { dropPaths } from "../support/drop.mjs";
import { measureFilters, watchTasks, writeSessions } from "./filters.mjs";
import { appeared } from "./page.mjs";
import { installProbe } from "./probe.mjs";
import { searchAll } from "./search.mjs";
import { served } from "./served.mjs";

const REQUESTS = 60;
/** What a person needs at least to choose files; meanwhile the worker runs itself in. */
const CHOOSING_MS = 2500;
const LONGEST_MS = 300_000;

const top = fileURLToPath(new URL("../../../", import.meta.url));
const text = { type: "string" };
const { values } = parseArgs({ options: { dist: text, runs: text, sessions: text, events: text, write: { type: "boolean" } } });
const numbers = (list, standard) => (list ?? standard).split(",").filter(Boolean).map(Number);
const runs = Number(values.runs ?? 3);

const { address, end } = await served(values.dist ?? "dist");
const browser = await chromium.launch(config.use.launchOptions);
const lines = [];
try {
  lines.push(...table("sessions", await sessionRows(numbers(values.sessions, "10,100,1000,5000"))), "");
  lines.push(...table("events", await eventRows(numbers(values.events, "10000,100000,1000000,10000000"))));
} finally {
  await browser.close();
  end();
}
const about = `${cpus().length} × ${cpus()[0].model}, Chromium ${browser.version()}, ${new Date().toISOString().slice(0, 10)}, load ${loadavg()[0].toFixed(1)}; ${runs === 1 ? "one run" : `medians of ${runs} runs`}`;
const told = [about, "", ...lines].join("\n");
console.log(told);
if (values.write) {
  const path = join(top, "docs/performance.md");
  const marks = /(?<=<!-- growth -->\n)[^]*?(?=<!-- end of growth -->)/;
  writeFileSync(path, readFileSync(path, "utf8").replace(marks, () => `${told}\n`));
}

/** Made transcripts of sixty requests each, in a file a session. */
async function sessionRows(counts) {
  const rows = [];
  for (const count of counts) {
    const folder = join(top, ".bench", `growth-${count}`);
    writeSessions(folder, count, REQUESTS);
    rows.push(await row(count, folder, async (page) => {
      const { ms } = await measureFilters(page, count, 2);
      return ms[ms.length >> 1];
    }));
    rmSync(folder, { recursive: true });
  }
  return rows;
}

/** One made session. */
async function eventRows(counts) {
  const rows = [];
  for (const events of counts) {
    const path = generateLong({ events });
    rows.push(await row(events, path, async () => null));
    if (events > 200_000) rmSync(path);
  }
  return rows;
}

async function row(count, path, filter) {
  const found = [];
  for (let run = 0; run < runs; run += 1) found.push(await once(path, filter));
  const median = (key) => found.map((each) => each[key]).sort((a, b) => a - b)[runs >> 1];
  return { count, read: median("read"), filter: median("filter"), open: median("open"), search: median("search") };
}

async function once(path, filter) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    await page.addInitScript(watchTasks);
    await page.addInitScript(installProbe);
    await page.goto(address);
    await page.waitForFunction(() => window.pageHasStarted);
    await page.waitForTimeout(CHOOSING_MS);
    await dropPaths(page, [path]);
    await page.waitForFunction(() => "donePainted" in window.probe.marks, null, { polling: 100, timeout: LONGEST_MS });
    const read = await page.evaluate(() => window.probe.marks.donePainted - window.probe.marks.drop);
    const filtered = statSync(path).isDirectory() ? await filter(page) : null;
    const { ms: search } = await searchAll(page);
    await page.keyboard.press("Escape");
    await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: "Sessions" }).click();
    await page.getByTestId("session-row").first().waitFor();
    const shown = page.evaluate(appeared, '[data-testid="step"]');
    await page.getByTestId("session-row").first().getByRole("link").first().click();
    return { read, filter: filtered, search, open: await shown };
  } finally {
    await context.close();
  }
}

function table(what, rows) {
  const cell = (ms) => (ms === null || ms === undefined ? "—" : ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`);
  return [
    `| ${what} | read | change of the filter | search through all | open a session |`,
    "| ---: | ---: | ---: | ---: | ---: |",
    ...rows.map(({ count, read, filter, search, open }) => `| ${count.toLocaleString("en")} | ${[read, filter, search, open].map(cell).join(" | ")} |`),
  ];
}
