// The main job: a folder of real logs is dropped, and the page shows what the reference program found in it.

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { corpusPath } from "./support/corpus.mjs";
import { expect, test } from "./support/fixtures.mjs";
import { csvOfCommand, expectedUsage, usageOfCsv } from "./support/origin.mjs";

/** A session of the corpus by its title, its file, and a step of it. */
const SESSION = { title: "For each .go file in this directory", model: "qwen/qwen3.6-27b", file: "cost-cap-halt.jsonl" };

/** Drops the folder and answers its path. */
async function dropCorpus(scope) {
  const folder = corpusPath("fizeau");
  await scope.drop(folder);
  await expect(scope.summary).toContainText("31 sessions");
  return folder;
}

/** A cell of the usage table as the CSV would write it. */
async function shownCells(row) {
  return row.evaluate((row) => {
    const cell = (name) => row.querySelector(`[data-cell="${name}"]`);
    const own = (cell) => cell?.dataset.value ?? cell?.firstElementChild?.textContent ?? cell?.textContent ?? "";
    const names = [...row.querySelectorAll("[data-cell]")].map((cell) => cell.dataset.cell);
    return Object.fromEntries(names.map((name) => [name, own(cell(name))]));
  });
}

/** What a row should show: costs in dollars, an unknown one as a dash; no count of unknown costs where there is none. */
function asShown({ provider, ...row }) {
  const shown = { ...row, known_cost_usd: row.known_cost_usd === "" ? "—not recorded" : `$${row.known_cost_usd}` };
  if (row.unknown_cost_sessions === "0") delete shown.unknown_cost_sessions;
  return provider === "totals" ? { ...shown, model: "All" } : { ...shown, provider };
}

test("the usage table has the rows and totals of the reference", async ({ scope }) => {
  const folder = await dropCorpus(scope);
  const { rows, totals } = expectedUsage(folder);
  expect(rows).toHaveLength(12);
  await scope.goTo("Usage");
  await expect(scope.usageTable).toHaveAttribute("data-counting", "reference");
  const lines = scope.usageTable.locator("tbody tr");
  await expect(lines).toHaveCount(rows.length);
  for (const [index, row] of rows.entries()) expect(await shownCells(lines.nth(index))).toEqual(asShown(row));
  expect(await shownCells(scope.usageTable.locator("tfoot tr"))).toEqual(asShown(totals));
  await expect(scope.usageTable.getByText("unknown: 12", { exact: true })).toBeVisible();
});

test("the CSV file has the same rows, and is what the command prints", async ({ page, scope }) => {
  const folder = await dropCorpus(scope);
  await scope.goTo("Usage");
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId("usage-csv").click()]);
  expect(download.suggestedFilename()).toBe("usage.csv");
  const csv = readFileSync(await download.path(), "utf8");
  const { rows, totals } = expectedUsage(folder);
  const { rows: found, totals: foundTotals } = usageOfCsv(csv);
  expect(found).toEqual(rows);
  expect(foundTotals).toEqual({ ...totals, provider: "TOTAL", model: "" });
  const command = csvOfCommand(folder);
  if (command) expect(csv).toBe(command);
});

test("routing quality counts 24 requests and 5 overrides", async ({ page, scope }) => {
  await dropCorpus(scope);
  await scope.goTo("Usage");
  const figure = (name) => page.locator(`[data-panel=routing] [data-figure="${name}"] .readout-value`);
  await expect(figure("Requests")).toHaveText("24");
  await expect(figure("Overrides")).toHaveText("5");
  await expect(figure("The router's choice was taken")).toHaveText("79.2%");
  await expect(figure("Overrides that differ from it")).toHaveText("80.0%");
});

test("the list has every session, and a filter by text and window narrows it", async ({ page, scope }) => {
  await dropCorpus(scope);
  await expect(scope.rows).toHaveCount(30);
  await expect(scope.listScope).toHaveText("30 runs, 1 stream folded under their runs");
  await page.getByRole("button", { name: "1 stream" }).click();
  await expect(scope.rows).toHaveCount(31);
  await scope.textField.fill("explain what this program does");
  await expect(scope.rows).toHaveCount(3);
  await scope.windowField.fill("2026-05-01..2026-05-31");
  await scope.windowField.press("Enter");
  await expect(scope.rows).toHaveCount(1);
});

test("a session shows facts, timeline, transcript, and each step its line of the log", async ({ page, context, scope }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const folder = await dropCorpus(scope);
  await scope.openSession(SESSION.title);
  await expect(page.getByTestId("facts")).toContainText(SESSION.title);
  await expect(page.getByTestId("facts")).toContainText(SESSION.model);
  await expect(page.getByTestId("lane-model").getByTestId("timeline-cursor")).toBeVisible();
  await expect(page.getByTestId("step-place")).toHaveText(/^\d+ steps$/);
  await expect(page.getByTestId("transcript")).toContainText(SESSION.title);
  const lines = readFileSync(`${folder}/${SESSION.file}`, "utf8").split("\n");
  await page.getByRole("tab", { name: "Raw" }).click();
  for (const key of ["Home", "ArrowRight", "ArrowRight"]) {
    await page.keyboard.press(key);
    const place = scope.inspector.getByText(/^Line \d+ of /);
    await expect(place).toContainText(`of ${basename(folder)}/${SESSION.file}`);
    const number = Number((await place.textContent()).match(/\d+/)[0]);
    const raw = scope.rawLine;
    await expect.poll(async () => JSON.parse(await whole(scope, raw))).toEqual(JSON.parse(lines[number - 1]));
    await page.getByTestId("copy-line").click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(lines[number - 1]);
  }
});

/** The text of the raw line, unfolded where it was cut. */
async function whole(scope, raw) {
  const more = scope.inspector.getByTestId("show-rest");
  if (await more.isVisible()) await more.click();
  await expect(more).toBeHidden();
  return raw.textContent();
}

test("files that are no logs are named, and no complaint and no request comes after loading", async ({ page, scope, watch }) => {
  await page.waitForLoadState("networkidle");
  const before = watch.requests.length;
  await dropCorpus(scope);
  await expect(scope.summary).toContainText("2 other files");
  await scope.openSession(SESSION.title);
  await scope.goTo("Usage");
  await expect(scope.usageTable).toBeVisible();
  await scope.goTo("Problems");
  await expect(scope.foreignFiles).toContainText("Not a session log: 2 files");
  await expect(scope.foreignFiles).toContainText("fizeau/ddx-attempts.jsonl");
  await expect(scope.foreignFiles).toContainText("fizeau/ORIGIN.md");
  const after = watch.requests.slice(before).filter((url) => !/^(blob|data):/.test(url));
  expect(after).toEqual([]);
  expect(watch.complaints).toEqual([]);
});
