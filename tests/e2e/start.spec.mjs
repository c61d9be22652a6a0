// The start page, as it is before anything is opened, and what it says when it cannot read.

import { run, text } from "./support/logs.mjs";
import { expect, foreignRequests, test } from "./support/fixtures.mjs";
import { beginDrag } from "./support/drop.mjs";
import { Scope } from "./support/page.mjs";

const ID = "svc-1770000000000000001";

test("shows its heading", async ({ page, scope }) => {
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});

test("asks nothing of any other host", async ({ page, scope, watch, baseURL }) => {
  await page.waitForLoadState("networkidle");
  expect(foreignRequests(watch, baseURL)).toEqual([]);
  expect(watch.requests.filter((url) => url.endsWith("_bg.wasm"))).not.toEqual([]);
});

test("shows that it takes what is held over it", async ({ page, scope, logs }) => {
  const drag = await beginDrag(page, [logs.write("run.jsonl", text(run(ID)))]);
  await expect(page.locator("#drop-zone")).toHaveAttribute("data-over");
  await drag.drop();
  await expect(scope.row(`Prompt of ${ID}`)).toBeVisible();
  await expect(page.locator("[data-over]")).toHaveCount(0);
});

test("takes files that are picked", async ({ page, scope, logs }) => {
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: "Choose files" }).click()]);
  await chooser.setFiles([logs.write("picked.jsonl", text(run(ID))), logs.write("empty.jsonl", "")]);
  await expect(scope.row(`Prompt of ${ID}`)).toBeVisible();
  await expect(scope.summary).toContainText("1 other file");
});

test("takes a folder that is picked, with its paths", async ({ page, scope, logs }) => {
  logs.write("picked/run.jsonl", text(run(ID)));
  logs.write("picked/other.json", "[]");
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: "Choose a folder" }).click()]);
  await chooser.setFiles(logs.path("picked"));
  await expect(scope.row(`Prompt of ${ID}`)).toBeVisible();
  await scope.goTo("Problems");
  await expect(scope.foreignFiles).toContainText("picked/other.json");
});

test("shows the places of logs on each system, and copies one", async ({ page, context, scope }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const windows = page.getByText(".fizeau\\sessions\\");
  await expect(windows).toBeHidden();
  await page.getByRole("button", { name: "Windows" }).click();
  await expect(windows).toBeVisible();
  await page.getByRole("button", { name: "Copy the path of Fizeau", exact: true }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(".fizeau\\sessions\\");
});

test.describe("without its worker", () => {
  test.use({ complaintsExpected: true });

  test("says once that nothing can be read", async ({ page, context, logs, watch }) => {
    await context.route(/worker-[^/]*_bg\.wasm$/, (route) => route.abort());
    const scope = new Scope(page);
    await scope.open();
    await scope.startDrop(logs.write("run.jsonl", text(run(ID))));
    await expect(scope.messages).toContainText("The reader could not be started");
    await expect(scope.messages.getByRole("status")).toHaveCount(1);
    await page.waitForLoadState("networkidle");
    expect(watch.requests.filter((url) => url.endsWith("_loader.js"))).toHaveLength(1);
  });
});
