// Every number says where it comes from: what the sheet shows adds up to the number that was pressed.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { seriousViolations } from "./support/axe.mjs";
import { expect, test } from "./support/fixtures.mjs";
import { text, run } from "./support/logs.mjs";

test.use({ timezoneId: "UTC" });

const example = fileURLToPath(new URL("../analytics", import.meta.url));

/** What the sheet says. */
export class Sheet {
  constructor(page) {
    this.page = page;
    this.sheet = page.getByTestId("total");
    this.title = page.getByTestId("total-title");
    this.rows = page.getByTestId("total-row");
    this.sentences = page.getByTestId("total-sentences");
  }

  async open(button) {
    await button.click();
    await expect(this.sentences).toBeVisible();
  }

  async close() {
    await this.page.keyboard.press("Escape");
    await expect(this.sheet).toBeHidden();
  }

  /** The amounts of the rows that count: whole numbers, dollars, or parts of `3 of 5`. */
  amounts() {
    return this.rows.evaluateAll((rows) =>
      rows.filter((row) => !row.hasAttribute("data-out")).map((row) => row.cells[1].textContent).filter((text) => /\d/.test(text)).map((text) => Number(text.replace(/[≥$,\s]/g, "").replace(/of.*/, ""))),
    );
  }

  /** The number of the title. */
  async number() {
    return (await this.title.textContent()).replace(/^.*: /, "");
  }
}

const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);
const plain = (text) => Number(text.replace(/[≥$,%\s]/g, ""));

test.beforeEach(async ({ scope }) => {
  await scope.drop(example);
});

test("the cards of the dashboards", async ({ page, scope }) => {
  await scope.goTo("Overview");
  const sheet = new Sheet(page);
  const cards = page.getByTestId("cards").locator("[data-explain]");
  await expect(cards).toHaveCount(13);
  for (const [name, number] of [["messages sessions", "71"], ["output sessions", "≥ 11,200"], ["sessions sessions", "6"]]) {
    await sheet.open(page.locator(`[data-explain="${name}"]`).first());
    expect(await sheet.number()).toBe(number);
    expect(sum(await sheet.amounts())).toBe(plain(number));
    await sheet.close();
  }
  await sheet.open(page.locator('[data-explain="output sessions"]').first());
  await expect(sheet.sentences).toContainText("Recorded for 5 of 6: the number is a lower bound.");
  await expect(sheet.sentences).toContainText("Sessions and their sub-agents, by the day a session started.");
  await sheet.close();
  await sheet.open(page.locator('[data-explain="average-messages sessions"]').first());
  await expect(sheet.title).toHaveText("Messages a session: 11.8");
  await sheet.close();
  await sheet.open(page.locator('[data-explain="projects sessions"]').first());
  await expect(sheet.title).toHaveText("Projects: 3");
});

test("every number of every view that can be pressed opens its explanation", async ({ page, scope }) => {
  // Some two hundred of them.
  test.slow();
  const sheet = new Sheet(page);
  let pressed = 0;
  for (const view of ["Overview", "Usage", "Sessions"]) {
    await scope.goTo(view);
    const numbers = page.locator("main [data-explain]");
    await expect(numbers.first()).toBeVisible();
    await page.waitForTimeout(300);
    const names = [...new Set(await numbers.evaluateAll((all) => all.map((one) => one.dataset.explain)))];
    for (const name of names) {
      // The second line says what it is put against.
      const quoted = JSON.stringify(name).replace("\\n", "\\a ");
      await numbers.and(page.locator(`[data-explain=${quoted}]`)).first().evaluate((one) => one.click());
      await expect(sheet.sentences, name).toBeVisible();
      const total = await sheet.number();
      // Averages, medians, shares and different names are no sums.
      if (/^[≥\s]*[\d,$]+(\.\d{6,})?$/.test(total) && !/^(average|median|p90|projects|active|cost-per|turn|first|context|daily|[a-z-]+-each)/.test(name)) {
        expect(Math.abs(sum(await sheet.amounts()) - plain(total)), `${name}: ${total}`).toBeLessThan(1e-6);
      }
      pressed += 1;
      await sheet.close();
    }
  }
  expect(pressed).toBeGreaterThan(150);
});

test("days, hours and columns filter when pressed, and explain by a right click or the key X", async ({ page, scope }) => {
  await scope.goTo("Overview");
  const sheet = new Sheet(page);
  const day = page.locator('[data-asks="messages main:day=2026-03-03"]');
  await day.click({ button: "right" });
  await expect(sheet.title).toHaveText("Messages, day 2026-03-03: 40");
  expect(sum(await sheet.amounts())).toBe(40);
  await sheet.close();
  await day.focus();
  await page.keyboard.press("x");
  await expect(sheet.title).toHaveText("Messages, day 2026-03-03: 40");
  await sheet.close();
  await expect(day).toBeFocused();
  await page.locator('[data-asks="messages main:hour=1-10"]').click({ button: "right" });
  await expect(sheet.title).toHaveText(/^Messages, Tuesday 10:00: \d+$/);
  await sheet.close();
  await page.locator('[data-asks^="messages sessions:day="]').first().click({ button: "right" });
  await expect(sheet.title).toHaveText("Messages, day 2026-03-02: 19");
  await sheet.close();
  await scope.goTo("Usage");
  await page.locator('[data-asks^="cost requests:day="]').first().focus();
  await page.keyboard.press("x");
  await expect(sheet.title).toContainText("Cost, day 2026-03-02: ");
});

test("differences, changes and shares, with both sides", async ({ page, scope }) => {
  await scope.goTo("Usage");
  const sheet = new Sheet(page);
  const pair = page.locator('[data-panel="comparison"]');
  await pair.getByLabel("Compared").selectOption("project");
  await pair.getByLabel("Left").selectOption("api");
  await pair.getByLabel("Right").selectOption("docs");
  const sessions = pair.getByRole("row", { name: /^Sessions/ }).locator("[data-explain]");
  await expect(sessions.nth(2)).toHaveText("−2");
  await sheet.open(sessions.nth(2));
  await expect(sheet.title).toHaveText("Sessions, project docs, difference to project api: -2");
  expect(sum(await sheet.amounts())).toBe(-2);
  await expect(sheet.sentences).toContainText("Difference: 1 less 3.");
  await sheet.close();
  await sheet.open(sessions.nth(3));
  expect(await sheet.number()).toBe("-66.7 %");
  await sheet.close();
  const share = page.locator('[data-panel="attribution"] tbody tr').first().locator("[data-explain]").nth(1);
  const shown = await share.textContent();
  await sheet.open(share);
  expect((await sheet.number()).replace(" ", "")).toBe(shown);
  await expect(sheet.sentences).toContainText("Share: ");
});

test("a percentile is one of its rows in order", async ({ page, scope }) => {
  await scope.goTo("Overview");
  const sheet = new Sheet(page);
  const velocity = page.getByRole("region", { name: "Velocity", exact: true }).first();
  const shown = await velocity.locator('[data-explain="turn-p90 main"]').textContent();
  await sheet.open(velocity.locator('[data-explain="turn-p90 main"]'));
  expect(await sheet.number()).toBe(shown);
  const notes = await sheet.rows.evaluateAll((rows) => rows.map((row) => row.cells[5].textContent));
  const at = notes.findIndex((note) => note.startsWith("the number shown, "));
  expect(notes[at]).toBe(`the number shown, ${at + 1} of ${notes.length} in order`);
});

test("sums of the list of sessions and of a session's head, by the keyboard", async ({ page, scope }) => {
  const sheet = new Sheet(page);
  await scope.goTo("Sessions");
  await page.getByTestId("session-row").first().getByRole("link").first().focus();
  await page.keyboard.press("Tab");
  while (!(await page.evaluate(() => document.activeElement.dataset.explain))) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(sheet.title).toHaveText(/^Output tokens, key /);
  await sheet.close();
  await page.getByTestId("session-row").first().getByRole("link").first().click();
  for (const measure of ["context", "output", "cost"]) {
    await sheet.open(page.locator(`[data-testid=facts] [data-explain^="${measure} session:own="]`).first());
    await sheet.close();
  }
});

test("a cell of the coverage table", async ({ page, scope }) => {
  await scope.goTo("Coverage");
  await scope.coverageCell("", "output").getByRole("button").click();
  const sheet = new Sheet(page);
  await sheet.open(page.getByTestId("coverage-cell").getByRole("button", { name: "Explain" }));
  await expect(sheet.sentences).toContainText("Recorded for 45 of 50");
  await expect(sheet.rows).toHaveCount(6);
});

test("a row opens its session at its step, and the sheet goes", async ({ page, scope }) => {
  await scope.goTo("Overview");
  const sheet = new Sheet(page);
  await sheet.open(page.locator('[data-explain="cost sessions"]').first());
  await expect(sheet.rows.first()).toContainText("line");
  await sheet.rows.first().getByRole("link").click();
  await expect(scope.session).toBeVisible();
  await expect(sheet.sheet).toBeHidden();
  await scope.expectInAddress("step=");
  await expect(scope.chosenStep).toBeVisible();
});

test("the keyboard reaches the numbers of a table, and the sheet gives the focus back", async ({ page, scope }) => {
  await scope.goTo("Usage");
  const row = page.getByTestId("usage-row").first().locator("[data-explain]");
  await row.first().focus();
  await page.keyboard.press("ArrowRight");
  await expect(row.nth(1)).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByTestId("usage-row").nth(1).locator("[data-explain]").nth(1)).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("total").getByRole("button", { name: "Close" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(row.nth(1)).toBeFocused();
});

test("what is filtered away is told, and the prices that were used", async ({ page, scope }) => {
  await scope.goTo("Overview");
  await scope.windowField.fill("2026-03-02..2026-03-02");
  await scope.windowField.press("Enter");
  await expect(page.getByTestId("cards")).toContainText("Sessions3");
  const sheet = new Sheet(page);
  await sheet.open(page.locator('[data-explain="cost sessions"]').first());
  await expect(sheet.sentences).toContainText(/Left out: .*3 sessions outside the window/);
  await expect(sheet.sentences).toContainText(/Computed from tokens and prices \(litellm [\d.]+\).* claude/);
});

test("thousands of rows are scrolled through, a portion at a time", async ({ page, scope, logs }) => {
  for (let file = 0; file < 3; file += 1) {
    const runs = Array.from({ length: 400 }, (_, n) => text(run(`many-${file}-${n}`, { at: Date.UTC(2026, 2, 3) + n * 60_000 })));
    runs.forEach((one, n) => logs.write(`${file}/run-${n}.jsonl`, one));
  }
  await scope.startDrop(logs.top);
  await scope.goTo("Usage");
  await expect(scope.summary).toContainText("1206 sessions");
  await expect(scope.progress).toBeHidden();
  const sheet = new Sheet(page);
  await sheet.open(page.locator('[data-explain="cost usage"]').first());
  const region = page.getByRole("region", { name: /^1206 rows$/ });
  await expect(sheet.rows).toHaveCount(400);
  await region.evaluate((node) => node.scrollTo(0, node.scrollHeight));
  await expect(region).toContainText("many-2-399");
  expect(await sheet.rows.count()).toBeLessThanOrEqual(400);
});

test("the sheet is saved as CSV", async ({ page, scope }) => {
  await scope.goTo("Overview");
  const sheet = new Sheet(page);
  await sheet.open(page.locator('[data-explain="messages sessions"]').first());
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByTestId("total-csv").click()]);
  const lines = readFileSync(await file.path(), "utf8").trim().split("\n").map((line) => line.split(","));
  const amount = lines[0].indexOf("Amount");
  expect(sum(lines.slice(1).map((line) => Number(line[amount])))).toBe(71);
});

for (const [width, height] of [[1440, 900], [390, 844]]) {
  test(`no serious violation, ${width} px wide`, async ({ page, scope }) => {
    await page.setViewportSize({ width, height });
    await scope.goTo("Overview");
    const sheet = new Sheet(page);
    await sheet.open(page.locator('[data-explain="output sessions"]').first());
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousViolations(page), colorScheme).toEqual([]);
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/explain-${width}-${colorScheme}.png` });
    }
  });
}
