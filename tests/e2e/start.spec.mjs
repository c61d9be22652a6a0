// The start page, as it is before anything is opened.

import { expect, foreignRequests, test } from "./support/fixtures.mjs";

test("shows its heading", async ({ page, scope }) => {
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});

test("asks nothing of any other host", async ({ page, scope, watch, baseURL }) => {
  await page.waitForLoadState("networkidle");
  expect(foreignRequests(watch, baseURL)).toEqual([]);
  expect(watch.requests.filter((url) => url.endsWith("_bg.wasm"))).not.toEqual([]);
});
