// All of it without a mouse.

import { day, run, text } from "./support/logs.mjs";
import { expect, test } from "./support/fixtures.mjs";

const SAMPLE = "./#v=1&src=samples/quick-fix.jsonl";
const TITLE = "The total on the invoice page is one cent off";
const COUNT = 60;

const promptOf = (number) => `Task ${String(number).padStart(2, "0")}`;

/** A list of sessions, the newest first, with the focus on the link of the first. */
async function openList(scope, logs) {
  for (let number = 1; number <= COUNT; number += 1) {
    const id = `svc-17700000000000000${String(number).padStart(2, "0")}`;
    logs.write(`list/${id}.jsonl`, text(run(id, { prompt: promptOf(number), at: day(number) })));
  }
  await scope.drop(logs.path("list"));
  await expect(scope.rows.first()).toContainText(promptOf(COUNT));
  await scope.rows.first().getByRole("link").focus();
}

const linkOf = (scope, number) => scope.row(promptOf(number)).getByRole("link");

test("arrow keys, Home and End move through the list, and Enter opens", async ({ page, scope, logs }) => {
  await openList(scope, logs);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(linkOf(scope, COUNT - 2)).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(linkOf(scope, COUNT - 1)).toBeFocused();
  await page.keyboard.press("End");
  await expect(linkOf(scope, 1)).toBeFocused();
  await expect(linkOf(scope, 1)).toBeInViewport();
  await page.keyboard.press("Home");
  await expect(linkOf(scope, COUNT)).toBeFocused();
  await page.keyboard.press("PageDown");
  await expect(linkOf(scope, COUNT)).not.toBeFocused();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowDown");
  await expect(linkOf(scope, COUNT - 1)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("facts")).toContainText(promptOf(COUNT - 1));
});

test("the Tab key leads into one row of the list, through its sums, and out", async ({ page, scope, logs }) => {
  await openList(scope, logs);
  await page.keyboard.press("ArrowDown");
  // Context, output and cost explain themselves.
  for (let sum = 0; sum < 2; sum += 1) {
    await page.keyboard.press("Tab");
    await expect(scope.rows.locator(".explained:focus")).toHaveCount(1);
  }
  await page.keyboard.press("Tab");
  await expect(scope.rows.locator(":focus")).toHaveCount(0);
  for (let back = 0; back < 3; back += 1) await page.keyboard.press("Shift+Tab");
  await expect(linkOf(scope, COUNT - 1)).toBeFocused();
});

test("keys go through the steps of a session", async ({ page, scope }) => {
  await scope.open(SAMPLE);
  await scope.openSession(TITLE);
  const count = Number((await page.getByTestId("step-place").textContent()).match(/^(\d+) steps$/)[1]);
  const at = (number) => expect(page.getByTestId("step-place")).toHaveText(`step ${number} of ${count}`);
  await page.keyboard.press("ArrowRight");
  await at(1);
  await page.keyboard.press("ArrowRight");
  await at(2);
  await page.keyboard.press("ArrowLeft");
  await at(1);
  await page.keyboard.press("End");
  await at(count);
  await expect(scope.chosenStep).toBeInViewport();
  await page.keyboard.press("Home");
  await at(1);
  await page.keyboard.press("Shift+ArrowRight");
  await expect(scope.chosenStep).toHaveAttribute("data-kind", "prompt");
  await page.keyboard.press("e");
  await expect(scope.chosenStep).toHaveAttribute("data-failed");
  await page.keyboard.press("Shift+ArrowLeft");
  await expect(scope.chosenStep).toHaveAttribute("data-kind", "prompt");
  await page.keyboard.press("End");
  await page.keyboard.press("Shift+E");
  await expect(scope.chosenStep).toHaveAttribute("data-failed");
});

test("the bars of the timeline are reached one by one", async ({ page, scope }) => {
  await scope.open(SAMPLE);
  await scope.openSession(TITLE);
  const cursor = page.getByTestId("lane-model").getByTestId("timeline-cursor");
  await cursor.focus();
  const first = await cursor.getAttribute("aria-label");
  await page.keyboard.press("ArrowRight");
  await expect(cursor).not.toHaveAttribute("aria-label", first);
  await page.keyboard.press("Enter");
  await expect(scope.chosenStep).toHaveAttribute("data-kind", "response");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByTestId("lane-tools").getByTestId("timeline-cursor")).toBeFocused();
});

test("keys belong to a field while one types in it", async ({ page, scope }) => {
  await scope.open(SAMPLE);
  await expect(scope.row(TITLE)).toBeVisible();
  await scope.textField.focus();
  await page.keyboard.type("e?");
  await expect(scope.textField).toHaveValue("e?");
  await expect(page.getByRole("dialog")).toBeHidden();
});

for (const { how, ask } of [
  { how: "the key ?", ask: (page) => page.keyboard.press("?") },
  { how: "its button", ask: (page) => page.getByRole("button", { name: "Help and keys" }).first().click() },
]) {
  test(`${how} shows the keys, and Esc goes back`, async ({ page, scope }) => {
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await ask(page);
    const help = page.getByRole("dialog", { name: "Keys and promises" });
    await expect(help).toBeVisible();
    await expect(help).toContainText("previous, next step of a session");
    await page.keyboard.press("Escape");
    await expect(help).toBeHidden();
  });
}

test("the focus can be seen wherever the Tab key leads", async ({ page, scope }) => {
  await scope.open(SAMPLE);
  await expect(scope.row(TITLE)).toBeVisible();
  const unseen = [];
  for (let stop = 0; stop < 30; stop += 1) {
    await page.keyboard.press("Tab");
    const found = await page.evaluate(focusedAndUnseen);
    if (found) unseen.push(found);
  }
  expect(unseen).toEqual([]);
});

/** The focused element, if neither it nor a parent of its own shows the focus. */
function focusedAndUnseen() {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const isMarked = (element) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
  };
  if (isMarked(element) || (element.parentElement && isMarked(element.parentElement))) return null;
  return element.outerHTML.slice(0, 120);
}

test("the first stop skips to the content", async ({ page, scope }) => {
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Choose a folder" })).toBeFocused();
});
