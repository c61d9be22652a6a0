// No view has a serious or critical accessibility violation, light or dark, with everything on it that it can show.

import { seriousViolations } from "./support/axe.mjs";
import { run, text } from "./support/logs.mjs";
import { expect, test } from "./support/fixtures.mjs";

const SAMPLES = "./#v=1&src=samples/quick-fix.jsonl&src=samples/routed-run.jsonl&src=samples/broken-on-purpose.jsonl";

const VIEWS = {
  start: async (scope) => {
    await expect(scope.page.getByRole("heading", { level: 1 })).toBeVisible();
  },
  help: async (scope) => {
    await scope.page.getByRole("button", { name: "Help and keys" }).first().click();
    await expect(scope.page.getByRole("dialog")).toBeVisible();
  },
  sessions: async (scope) => {
    await scope.open(SAMPLES);
    await expect(scope.summary).toContainText("3 sessions");
  },
  "sessions, a mistake in the window": async (scope) => {
    await scope.open(`${SAMPLES}&window=7x`);
    await expect(scope.page.getByRole("alert")).toBeVisible();
  },
  "usage, as recorded": async (scope) => {
    await scope.open(`${SAMPLES}&tab=usage&counting=reference`);
    await expect(scope.usageTable).toHaveAttribute("data-counting", "reference");
    await expect(scope.page.locator("[data-panel=routing]")).toBeVisible();
  },
  "usage, normalised": async (scope) => {
    await scope.open(`${SAMPLES}&tab=usage&counting=normalised`);
    await expect(scope.usageTable).toHaveAttribute("data-counting", "normalised");
  },
  problems: async (scope, logs) => {
    await scope.open(`${SAMPLES}&tab=problems`);
    await expect(scope.problemGroups).not.toHaveCount(0);
    await scope.startDrop(logs.write("other.json", "{}"), logs.write("good.jsonl", text(run("svc-1770000000000000001"))));
    await expect(scope.foreignFiles).toBeVisible();
  },
  session: async (scope) => {
    await scope.open(SAMPLES);
    await scope.openSession("The total on the invoice page");
    await scope.page.keyboard.press("e");
    await expect(scope.chosenStep).toBeVisible();
  },
  "session, raw line": async (scope) => {
    await scope.open(SAMPLES);
    await scope.openSession("The total on the invoice page");
    await scope.page.keyboard.press("Home");
    await scope.page.getByRole("tab", { name: "Raw" }).click();
    await expect(scope.rawLine).toBeVisible();
  },
  "session, as a table, all facts": async (scope) => {
    await scope.open(SAMPLES);
    await scope.openSession("The total on the invoice page");
    await scope.page.getByRole("button", { name: "Table" }).click();
    await expect(scope.page.getByTestId("timeline-table")).toBeVisible();
    await scope.page.getByTestId("all-facts-button").click();
    await expect(scope.page.getByTestId("all-facts")).toBeVisible();
  },
  "session without times": async (scope) => {
    await scope.open(SAMPLES);
    await scope.openSession("Why is the nightly job slower");
    await expect(scope.steps.first()).toBeVisible();
  },
};

for (const [name, show] of Object.entries(VIEWS)) {
  test(`${name}: no serious violation`, async ({ page, scope, logs }) => {
    await show(scope, logs);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousViolations(page), colorScheme).toEqual([]);
    }
  });
}
