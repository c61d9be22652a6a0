// The panels of usage: the worked numbers of analytics.md §2, §11 and §12 on screen, choices, clicks that lead to what is
// behind, table twins and files.

import { fileURLToPath } from "node:url";
import { seriousViolations } from "./support/axe.mjs";
import { expect, test } from "./support/fixtures.mjs";
import { text } from "./support/logs.mjs";

// What the days of §2 are in.
test.use({ timezoneId: "UTC" });

const example = fileURLToPath(new URL("../analytics", import.meta.url));
const panel = (page, kind) => page.locator(`[data-panel="${kind}"]`);
const figure = (page, kind, name) => panel(page, kind).locator(`[data-figure="${name}"] .readout-value`);

/** What the rows of a panel say: name, then cells, without their notes. */
const rows = (page, kind) =>
  panel(page, kind)
    .locator("tbody tr")
    .evaluateAll((lines) =>
      lines.map((line) =>
        [...line.querySelectorAll(":scope > th .strong, :scope > td.num")]
          .map((cell) => [...cell.childNodes].filter((node) => !node.classList?.contains("cell-note")).map((node) => node.textContent).join(""))
          .join(" | "),
      ),
    );

const columns = (page, kind) => panel(page, kind).locator(".chart-hit").evaluateAll((hits) => hits.map((hit) => hit.title));

async function openExample(scope) {
  await scope.drop(example);
  await scope.goTo("Usage");
  await expect(panel(scope.page, "usage")).toBeVisible();
}

/** A line of Claude Code's: a prompt, or an answer with its usage. */
function line(session, number, at, usage) {
  const message = usage
    ? { id: `msg_${session}_${number}`, type: "message", role: "assistant", model: "claude-sonnet-4-5", content: [{ type: "text", text: "Yes." }], usage }
    : { role: "user", content: `Question ${number}` };
  return {
    parentUuid: null,
    sessionId: session,
    uuid: `${session}-${number}`,
    timestamp: new Date(at).toISOString(),
    type: usage ? "assistant" : "user",
    cwd: "/home/ann/api",
    message,
    ...(usage && { requestId: `req_${session}_${number}` }),
  };
}

test("output of the worked example over time, and who generated it", async ({ page, scope }) => {
  await openExample(scope);
  await panel(page, "usage").getByLabel("Measured").selectOption("output");
  await expect(figure(page, "usage", "Output")).toHaveText("at least 11.2k");
  await panel(page, "usage").getByRole("button", { name: "Project", exact: true }).click();
  await scope.expectInAddress("split=project&measure=output");
  await expect.poll(() => columns(page, "usage")).toEqual([
    "2 Mar 2026: 1.9k in 3 sessions",
    "3 Mar 2026: 9k in 1 session",
    "4 Mar 2026: no usage",
    "5 Mar 2026: at least 300 in 2 sessions: docs 300",
  ]);
  expect(await rows(page, "attribution")).toEqual(["web | at least 9k | 80.4%", "api | 1.9k | 17.0%", "docs | 300 | 2.7%"]);
});

test("costs tell their state, and what is not there tells why", async ({ page, scope }) => {
  await openExample(scope);
  await expect(panel(page, "usage")).toContainText("Cost known for 45 of 50 requests: 0 recorded, 45 computed from prices.");
  await expect(panel(page, "attribution")).toContainText("partial");
  await expect(panel(page, "dearest")).toContainText("1 session of unknown cost, not ranked");
  const absent = page.getByRole("region", { name: "Not shown" });
  await expect(absent).toContainText("Cache savings: no request in this selection recorded a cache.");
  await expect(panel(page, "savings")).toHaveCount(0);
});

test("what a cache saved", async ({ page, scope, logs }) => {
  const usage = { input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 100_000, cache_creation_input_tokens: 10_000 };
  const lines = Array.from({ length: 10 }, (_, number) => line("5e551000-0000-4000-8000-00000000000a", number, Date.UTC(2026, 2, 2, 10, number), usage));
  await scope.drop(logs.write("a.jsonl", text(lines)));
  await scope.goTo("Usage");
  await expect(figure(page, "savings", "Saved")).toHaveText("$2.63");
  await expect(figure(page, "savings", "Hit rate")).toHaveText("100.0%");
  expect(await rows(page, "savings")).toEqual(["claude-sonnet-4-5 | $2.63"]);
});

test("how many agents worked at once", async ({ page, scope, logs }) => {
  const at = (minute) => Date.UTC(2026, 2, 2, 10, minute);
  const session = (id, minutes) => text(minutes.map((minute, number) => line(id, number, at(minute))));
  logs.write("a.jsonl", session("5e551000-0000-4000-8000-00000000000a", [0, 4, 10]));
  logs.write("b.jsonl", session("5e551000-0000-4000-8000-00000000000b", [3, 5]));
  await scope.drop(logs.path());
  await scope.goTo("Usage");
  await expect(figure(page, "concurrency", "Most at once")).toHaveText("2");
  await expect(panel(page, "concurrency")).toContainText("first at 2 Mar 10:03");
  await expect(figure(page, "concurrency", "Agent time")).toHaveText("11m");
  await expect(figure(page, "concurrency", "Active")).toHaveText("9m");
});

test("the running block is marked, and a click on a block filters to it", async ({ page, scope, logs }) => {
  const now = Date.now();
  const usage = { input_tokens: 600, output_tokens: 0 };
  const hours = [30, 29.5, 0.5, 0.25];
  const lines = hours.map((hour, number) => line("5e551000-0000-4000-8000-00000000000a", number, now - hour * 3_600_000, usage));
  await scope.drop(logs.write("a.jsonl", text(lines)));
  await scope.goTo("Usage");
  const blocks = panel(page, "blocks");
  await expect(blocks).toContainText("One is running: 80.0 tokens a minute");
  await expect(blocks.locator("tbody tr").last()).toContainText("running");
  await expect(blocks).toContainText("gap of 29h 00m");
  await blocks.getByRole("link").first().click();
  await expect(blocks.locator("tbody tr")).toHaveCount(1);
  await expect(figure(page, "usage", "Sessions")).toHaveText("1");
});

test("two side by side: models, periods, a window and the time before", async ({ page, scope }) => {
  await openExample(scope);
  const pair = panel(page, "comparison");
  await pair.getByLabel("Compared").selectOption("project");
  await expect(pair.getByLabel("Left")).toHaveValue("web");
  await pair.getByLabel("Left").selectOption("api");
  await expect.poll(() => rows(page, "comparison")).toContainEqual("Sessions | 3 | 2 | −1 | −33.3%");
  await pair.getByLabel("Right").selectOption("docs");
  await scope.expectInAddress("compare=project&left=api&right=docs");
  await expect.poll(() => rows(page, "comparison")).toContainEqual("Tokens per session | 673 | 330 | −343 | −51.0%");
  await pair.getByLabel("Compared").selectOption("day");
  await expect(pair.getByLabel("Right")).toHaveValue("2026-03-05");
  await pair.getByLabel("Compared").selectOption("before");
  await expect(pair).toContainText("choose a window with a start and an end", { ignoreCase: true });
  await scope.windowField.fill("2026-03-03");
  await scope.windowField.press("Enter");
  await expect.poll(() => rows(page, "comparison")).toContainEqual("Sessions | 3 | 1 | −2 | −66.7%");
  await expect(panel(page, "usage").locator('[data-figure="Change"]')).toContainText("against the time before");
});

test("a column filters to its days and back, a session opens", async ({ page, scope }) => {
  await openExample(scope);
  const hits = panel(page, "usage").locator(".chart-hit");
  await hits.first().focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await scope.expectInAddress("window=2026-03-03..2026-03-03");
  await expect(hits).toHaveCount(1);
  await page.getByRole("button", { name: "all", exact: true }).click();
  await expect(hits).toHaveCount(4);
  await panel(page, "dearest").getByRole("link").first().click();
  await expect(scope.session).toBeVisible();
});

test("a choice by keyboard keeps the focus, survives a reload of the link, and a table tells all", async ({ page, scope }) => {
  await openExample(scope);
  const week = panel(page, "usage").getByRole("button", { name: "Week", exact: true });
  await week.focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => columns(page, "usage").then((words) => words.length)).toBe(1);
  await expect(week).toBeFocused();
  await expect(week).toHaveAttribute("aria-pressed", "true");
  await panel(page, "usage").getByRole("button", { name: "Cost over time as table" }).click();
  await expect(panel(page, "usage").getByRole("table").nth(1)).toContainText("2026-03-02");
  const save = panel(page, "blocks").getByRole("button", { name: "Save 5-hour blocks as CSV" });
  const [file] = await Promise.all([page.waitForEvent("download"), save.click()]);
  expect(file.suggestedFilename()).toBe("blocks.csv");
});

for (const [width, height] of [[1440, 900], [390, 844]]) {
  test(`no serious violation, ${width} px wide`, async ({ page, scope }) => {
    await openExample(scope);
    await page.setViewportSize({ width, height });
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousViolations(page), colorScheme).toEqual([]);
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide, "scrolls sideways").toBeLessThanOrEqual(0);
  });
}
