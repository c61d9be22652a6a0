// The dashboards: the worked data set of analytics.md §2 on screen, choices, filters by a click, table twins and files.

import { fileURLToPath } from "node:url";
import { seriousViolations } from "./support/axe.mjs";
import { expect, test } from "./support/fixtures.mjs";

// What the days of §2 are in.
test.use({ timezoneId: "UTC" });

test.beforeEach(async ({ scope }) => {
  await scope.drop(fileURLToPath(new URL("../analytics", import.meta.url)));
  await scope.goTo("Overview");
  await expect(scope.page.getByTestId("cards")).toContainText("Sessions6");
});

const panel = (page, name) => page.getByRole("region", { name, exact: true }).filter({ has: page.getByRole("heading", { name, exact: true }) });

test("the cards of the worked example", async ({ page }) => {
  const cards = page.getByTestId("cards");
  for (const text of ["Messages71", "11.2k", "recorded by 5 of 6 sessions", "Projects3", "100.0%", "Active days3", "11.8", "median 6, p90 40"]) {
    await expect(cards).toContainText(text);
  }
});

test("the calendar of the worked example, by messages and by output", async ({ page }) => {
  const days = panel(page, "Days");
  const levels = () => days.locator("button.heat-cell").evaluateAll((cells) => cells.map((cell) => cell.dataset.level));
  expect(await levels()).toEqual(["2", "3", "0", "1"]);
  await days.getByRole("button", { name: "Output tokens", exact: true }).click();
  await expect(days.getByRole("button", { name: "Mar 3, 2026: 9000 output tokens (1 of 1 sessions reporting)" })).toBeVisible();
  expect(await levels()).toEqual(["2", "3", "0", "1"]);
  await expect(page).toHaveURL(/heatmap=output_tokens/);
});

test("shape and ranking of the worked example", async ({ page }) => {
  const shape = panel(page, "Session shape");
  const columns = (title) =>
    shape.getByRole("group", { name: `${title}; arrow keys move, Enter explains` }).getByRole("button").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
  expect(await columns("Messages")).toEqual(["1-5: 2 sessions", "6-15: 2 sessions", "16-30: 0 sessions", "31-60: 1 session", "61-120: 0 sessions", "121+: 0 sessions"]);
  expect(await columns("Duration")).toEqual(["<5m: 1 session", "5-15m: 1 session", "15-30m: 1 session", "30-60m: 1 session", "1-2h: 0 sessions", "2h+: 1 session"]);
  const top = panel(page, "Top sessions");
  const values = () => top.locator(".rank-value").allTextContents();
  expect(await values()).toEqual(["40", "10", "8", "4", "4"]);
  await top.getByRole("button", { name: "Output" }).click();
  await expect.poll(values).toEqual(["9k", "1.2k", "300", "0"]);
  await expect(top).toContainText("1 session has no token data");
});

test("arrow keys walk the calendar, Enter filters to a day and back", async ({ page, scope }) => {
  const cells = panel(page, "Days").locator("button.heat-cell");
  await cells.last().focus();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await expect(cells.nth(1)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("cards")).toContainText("Sessions1");
  await scope.expectInAddress("window=2026-03-03..2026-03-03");
  await page.getByRole("button", { name: "all", exact: true }).click();
  await expect(page.getByTestId("cards")).toContainText("Sessions6");
});

test("an hour of the week limits the other panels and is taken back", async ({ page, scope }) => {
  const hours = panel(page, "Hours of the week");
  await hours.getByRole("button", { name: /^Tue 10:00/ }).click();
  await scope.expectInAddress("hour=1,10");
  await expect(hours).toContainText("All other panels show only Tue 10:00 to 11:00.");
  await hours.getByRole("button", { name: "Show all hours" }).click();
  await expect(hours).toContainText("A click filters all other panels to that hour");
});

test("a panel stands as a table and is saved as CSV", async ({ page }) => {
  const projects = panel(page, "Projects");
  await projects.getByRole("button", { name: "Projects as table" }).click();
  await expect(projects.getByRole("table").first()).toContainText("Median Messages");
  const [file] = await Promise.all([page.waitForEvent("download"), projects.getByRole("button", { name: "Save Projects as CSV" }).click()]);
  expect(file.suggestedFilename()).toBe("projects.csv");
});

test("a session of the ranking opens", async ({ page, scope }) => {
  await panel(page, "Top sessions").getByRole("link").first().click();
  await expect(scope.session).toBeVisible();
});

for (const [width, height] of [[1440, 900], [390, 844]]) {
  test(`no serious violation, ${width} px wide`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousViolations(page), colorScheme).toEqual([]);
    }
  });
}
