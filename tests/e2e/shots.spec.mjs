// Pictures of every view for people to look at, in tests/e2e/shots: light and dark, wide, narrow and on a phone. Of the
// real logs where they are, else of the samples.

import { existsSync } from "node:fs";
import { corpusFolder } from "./support/corpus.mjs";
import { expect, test } from "./support/fixtures.mjs";
import { shot } from "./support/shots.mjs";

const SAMPLES = "./#v=1&src=samples/quick-fix.jsonl&src=samples/routed-run.jsonl&src=samples/broken-on-purpose.jsonl";
const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
];

/** Opens what there is to see. */
async function openLogs(scope) {
  const folder = corpusFolder("fizeau");
  if (!existsSync(folder)) {
    await scope.open(SAMPLES);
    return expect(scope.summary).toContainText("3 sessions");
  }
  await scope.drop(folder);
  await expect(scope.summary).toContainText("31 sessions");
}

/** Opens the session with the most steps; `order` is the heading that the list is sorted by. */
async function openFirstBy(scope, order) {
  await openLogs(scope);
  await scope.page.getByRole("button", { name: order, exact: true }).click();
  await scope.rows.first().getByRole("link").click();
  await expect(scope.session).toBeVisible();
  await expect(scope.steps.first()).toBeVisible();
}

const VIEWS = {
  start: (scope) => expect(scope.page.getByRole("heading", { level: 1 })).toBeVisible(),
  "start-after-reload": async (scope) => {
    await scope.page.evaluate(() => history.replaceState({ files: ["work/a.jsonl", "work/b.jsonl"] }, ""));
    await scope.reload();
    await expect(scope.startNote).toBeVisible();
  },
  help: async (scope) => {
    await scope.page.getByRole("button", { name: "Help and keys" }).first().click();
    await expect(scope.page.getByRole("dialog")).toBeVisible();
  },
  sessions: openLogs,
  "sessions-filtered": async (scope) => {
    await openLogs(scope);
    await scope.textField.fill("no such words");
    await expect(scope.page.getByTestId("no-sessions")).toBeVisible();
    await scope.windowField.fill("7x");
    await scope.windowField.press("Enter");
    await expect(scope.page.getByRole("alert")).toBeVisible();
  },
  "usage-recorded": async (scope) => {
    await openLogs(scope);
    await scope.goTo("Usage");
    await scope.page.getByRole("button", { name: "As recorded" }).click();
    await expect(scope.usageTable).toHaveAttribute("data-counting", "reference");
  },
  "usage-normalised": async (scope) => {
    await openLogs(scope);
    await scope.goTo("Usage");
    await scope.page.getByRole("button", { name: "Normalised" }).click();
    await expect(scope.usageTable).toHaveAttribute("data-counting", "normalised");
  },
  overview: async (scope) => {
    await openLogs(scope);
    await scope.goTo("Overview");
    await expect(scope.page.getByTestId("cards")).toContainText("Sessions");
  },
  problems: async (scope, logs) => {
    await scope.open("./#v=1&src=samples/broken-on-purpose.jsonl&tab=problems");
    await expect(scope.problemGroups).not.toHaveCount(0);
    await scope.startDrop(logs.write("package.json", "{}"), logs.write("empty.jsonl", ""));
    await expect(scope.foreignFiles).toBeVisible();
  },
  session: (scope) => openFirstBy(scope, "Context / output"),
  "session-step": async (scope) => {
    await openFirstBy(scope, "Errors");
    await scope.page.keyboard.press("e");
    await expect(scope.chosenStep).toBeVisible();
  },
  "session-raw": async (scope) => {
    await openFirstBy(scope, "Cost");
    await scope.page.keyboard.press("Home");
    await scope.page.getByRole("tab", { name: "Raw" }).click();
    await expect(scope.rawLine).toBeVisible();
  },
  "session-table": async (scope) => {
    await openFirstBy(scope, "Steps");
    await scope.page.getByRole("button", { name: "Table" }).click();
    await expect(scope.page.getByTestId("timeline-table")).toBeVisible();
  },
  compare: async (scope) => {
    await openLogs(scope);
    await scope.page.getByRole("button", { name: "Steps", exact: true }).click();
    for (const row of [0, 1]) await scope.rows.nth(row).getByRole("checkbox").check();
    await scope.page.getByTestId("marked").getByRole("button", { name: "Compare", exact: true }).click();
    await expect(scope.page.getByTestId("compare-pair").getByTestId("step").first()).toBeVisible();
  },
  "sessions-marked": async (scope) => {
    await openLogs(scope);
    for (const row of [0, 2]) await scope.rows.nth(row).getByRole("checkbox").check();
    await expect(scope.page.getByTestId("marked")).toBeVisible();
  },
  files: async (scope) => {
    await openLogs(scope);
    await scope.page.getByRole("link", { name: "Files touched" }).click();
    await expect(scope.page.getByTestId("files-page").getByRole("table")).toBeVisible();
  },
  "session-waste": async (scope) => {
    await openFirstBy(scope, "Errors");
    await scope.page.getByTestId("waste-button").click();
    await expect(scope.page.getByTestId("waste")).toContainText("Guesses");
  },
  "session-untimed": async (scope) => {
    await scope.open("./#v=1&src=samples/broken-on-purpose.jsonl");
    await scope.rows.first().getByRole("link").click();
    await expect(scope.steps.first()).toBeVisible();
  },
};

for (const [name, show] of Object.entries(VIEWS)) {
  test(`${name} @shots`, async ({ page, scope, logs }) => {
    await show(scope, logs);
    // The pointer would light up whatever it was last on.
    await page.mouse.move(0, 0);
    for (const theme of ["light", "dark"]) {
      for (const size of SIZES) await shot(page, name, { theme, ...size });
    }
  });
}
