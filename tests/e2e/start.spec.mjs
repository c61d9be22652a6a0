// The start page, as it is before anything is opened.

import { seriousViolations } from "./support/axe.mjs";
import { expect, foreignRequests, openPage, test } from "./support/fixtures.mjs";

test("shows its heading", async ({ page }) => {
  await openPage(page);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});

test("asks nothing of any other host", async ({ page, watch, baseURL }) => {
  await openPage(page);
  await page.waitForLoadState("networkidle");
  expect(foreignRequests(watch, baseURL)).toEqual([]);
  expect(watch.requests.filter((url) => url.endsWith("_bg.wasm"))).not.toEqual([]);
});

for (const colorScheme of ["light", "dark"]) {
  test(`has no serious accessibility violation, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await openPage(page);
    expect(await seriousViolations(page)).toEqual([]);
  });
}
