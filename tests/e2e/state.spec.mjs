// What is shown stands in the address: reloads, Back and Forward, links, and what a reload cannot bring back.

import { expect, test } from "./support/fixtures.mjs";
import { run, text } from "./support/logs.mjs";
import { Scope } from "./support/page.mjs";

const SAMPLE = "./#v=1&src=samples/quick-fix.jsonl";
const TITLE = "The total on the invoice page is one cent off";
const ID = "svc-1770000000000000001";

test("window, text and sort are in the address, and a reload keeps them", async ({ page, scope }) => {
  await scope.open(SAMPLE);
  await expect(scope.row(TITLE)).toBeVisible();
  await scope.windowField.fill("2026-11-01..2026-11-30");
  await scope.windowField.press("Enter");
  await scope.textField.fill("invoice page");
  await page.getByRole("button", { name: "Cost", exact: true }).click();
  await scope.expectInAddress("window=2026-11-01..2026-11-30");
  await scope.expectInAddress("q=invoice%20page");
  await scope.expectInAddress("sort=-cost");
  await scope.reload();
  await expect(scope.row(TITLE)).toBeVisible();
  await expect(scope.windowField).toHaveValue("2026-11-01..2026-11-30");
  await expect(scope.textField).toHaveValue("invoice page");
  await expect(page.getByRole("columnheader", { name: "Cost" })).toHaveAttribute("aria-sort", "descending");
});

test("a window without the session leaves nothing, and one click brings all back", async ({ page, scope }) => {
  await scope.open(`${SAMPLE}&window=2020-01-01`);
  await expect(page.getByTestId("no-sessions")).toContainText("leave 0 of 1 session");
  await page.getByRole("button", { name: "Clear all filters" }).click();
  await expect(scope.row(TITLE)).toBeVisible();
});

test("Back and Forward go through the views, and a reload stays there", async ({ page, scope }) => {
  await scope.open(SAMPLE);
  await scope.openSession(TITLE);
  await scope.goTo("Usage");
  await expect(scope.usageTable).toBeVisible();
  await page.goBack();
  await expect(scope.session).toBeVisible();
  await page.goBack();
  await expect(scope.row(TITLE)).toBeVisible();
  await page.goForward();
  await expect(scope.session).toBeVisible();
  await scope.reload();
  await expect(scope.session).toBeVisible();
  await page.goForward();
  await expect(scope.usageTable).toBeVisible();
});

test("a link with a session and a step opens there", async ({ page, context, scope }) => {
  await scope.open(SAMPLE);
  await scope.openSession(TITLE);
  await page.keyboard.press("End");
  await scope.expectInAddress("step=");
  await expect(scope.chosenStep).toBeInViewport();
  // Its content comes after its head.
  await expect(scope.chosenStep).toContainText("success");
  const [words, address] = [await scope.chosenStep.innerText(), page.url()];
  const other = new Scope(await context.newPage());
  await other.open(address);
  await expect(other.chosenStep).toBeInViewport();
  await expect(other.chosenStep).toHaveText(words, { useInnerText: true });
});

test("a sample opens from the start page, and Back leads to it again", async ({ page, scope }) => {
  await page.getByRole("link", { name: "A routed run" }).click();
  await expect(scope.rows).not.toHaveCount(0);
  expect(page.url()).toContain("src=samples/routed-run.jsonl");
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: /^Drop the logs/ })).toBeVisible();
  await page.getByRole("button", { name: "Back to what is open" }).click();
  await expect(scope.rows.first()).toBeVisible();
});

for (const { what, name, drop } of [
  { what: "folder", name: "the folder work", drop: (logs) => logs.path("work") },
  { what: "file", name: "run.jsonl", drop: (logs) => logs.path("work", "run.jsonl") },
]) {
  test(`after a reload the page names the ${what} to drop again, and returns to the session`, async ({ scope, logs }) => {
    logs.write("work/run.jsonl", text(run(ID)));
    await scope.drop(drop(logs));
    await scope.openSession(`Prompt of ${ID}`);
    await scope.page.keyboard.press("End");
    await scope.expectInAddress("step=");
    expect(scope.page.url()).not.toContain("run.jsonl");
    await scope.reload();
    await expect(scope.startNote).toContainText(`You were looking at ${name}.`);
    await scope.startDrop(drop(logs));
    await expect(scope.session).toBeVisible();
    await expect(scope.chosenStep).toHaveCount(1);
  });
}

test.describe("a file that the server has not got", () => {
  test.use({ complaintsExpected: true });

  test("is said with its status", async ({ scope }) => {
    await scope.open("./#v=1&src=samples/none.jsonl");
    await expect(scope.messages).toContainText("samples/none.jsonl");
    await expect(scope.messages).toContainText("there is no such file on the server (status 404)");
  });
});

for (const { spec, why } of [
  { spec: "7x", why: "7x" },
  { spec: "2026-02-30", why: "there is no such day" },
  { spec: "2026-05-01..later", why: "later" },
  { spec: "2026-05-02..2026-05-01", why: "its end is not after its start" },
  { spec: "..", why: "neither a start nor an end" },
]) {
  test(`the window ${spec} is refused at the field, with what is wrong`, async ({ page, scope }) => {
    await scope.open(SAMPLE);
    await scope.windowField.fill(spec);
    await scope.windowField.press("Enter");
    await expect(page.getByTestId("filter-bar").getByRole("alert")).toContainText(why);
    await expect(scope.windowField).toHaveAttribute("aria-invalid", "true");
    // It filters nothing, and goes away with the mistake.
    await expect(scope.row(TITLE)).toBeVisible();
    await page.getByRole("button", { name: "all", exact: true }).click();
    await expect(page.getByTestId("filter-bar").getByRole("alert")).toHaveCount(0);
  });
}

test("the theme is switched, kept over a reload, and the same on every view", async ({ page, scope }) => {
  const theme = () => page.locator("html").getAttribute("data-theme");
  await page.getByRole("button", { name: "Switch theme" }).first().click();
  expect(await theme()).toBe("dark");
  await scope.reload();
  expect(await theme()).toBe("dark");
  await scope.open(SAMPLE);
  await page.getByTestId("top-bar").getByRole("button", { name: "Switch theme" }).click();
  expect(await theme()).toBe("light");
});
