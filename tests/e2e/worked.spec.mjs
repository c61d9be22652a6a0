// The worked data set of analytics.md §2: every number of that section on screen; overview.spec.mjs has the cards, the
// levels of the calendar, shape and rankings.

import { fileURLToPath } from "node:url";
import { expect, test } from "./support/fixtures.mjs";

const example = fileURLToPath(new URL("../analytics", import.meta.url));

const panel = (page, name) => page.getByRole("region", { name, exact: true });
const days = (page) => panel(page, "Days").locator("button.heat-cell");
const spoken = (cells) => cells.evaluateAll((all) => all.map((cell) => cell.getAttribute("aria-label")));

test.describe("in UTC", () => {
  test.use({ timezoneId: "UTC" });

  test.beforeEach(async ({ scope, page }) => {
    await scope.drop(example);
    await scope.goTo("Overview");
    await expect(page.getByTestId("cards")).toContainText("Sessions6");
  });

  test("sessions, messages, projects and what is the most active", async ({ page }) => {
    const cards = page.getByTestId("cards");
    for (const text of ["5 runs + 1 sub-agent", "Messages71", "most active web", "median 6, p90 40", "100.0%", "recorded by 5 of 6 sessions"]) {
      await expect(cards).toContainText(text);
    }
  });

  test("a day has its messages, and its output tokens as far as they are recorded", async ({ page }) => {
    const messages = (await spoken(days(page))).join("\n");
    for (const number of ["14 messages", "40 messages", "12 messages"]) expect(messages).toContain(number);
    await panel(page, "Days").getByRole("button", { name: "Output tokens", exact: true }).click();
    await expect(panel(page, "Days").getByRole("button", { name: /9000 output tokens/ })).toBeVisible();
    const output = (await spoken(days(page))).join("\n");
    for (const number of ["1200 output tokens", "9000 output tokens", "300 output tokens (1 of 2 sessions reporting)"]) expect(output).toContain(number);
  });

  test("autonomy", async ({ page }) => {
    const shape = panel(page, "Session shape");
    const columns = shape.getByRole("group", { name: /^Answers with tools per prompt/ }).getByRole("button");
    expect((await spoken(columns)).map((label) => Number(/: (\d+)/.exec(label)[1]))).toEqual([2, 0, 1, 2, 0, 0]);
  });

  test("with its sub-agent s1 generated 1.9k", async ({ page, scope }) => {
    await scope.goTo("Sessions");
    await expect(scope.rows.filter({ hasText: "1.9k" })).toHaveCount(1);
  });
});

test.describe("in Tokyo", () => {
  test.use({ timezoneId: "Asia/Tokyo" });

  test("s2 is of the next day", async ({ page, scope }) => {
    await scope.drop(example);
    await scope.goTo("Overview");
    await expect(page.getByTestId("cards")).toContainText("Sessions6");
    const messages = (await spoken(days(page))).join("\n");
    for (const number of ["10 messages", "44 messages", "12 messages"]) expect(messages).toContain(number);
  });
});
