// Sessions side by side: marked in the list, aligned step by step, one playhead, a link to it. And waste.

import { seriousViolations } from "./support/axe.mjs";
import { text, transcript } from "./support/logs.mjs";
import { expect, test } from "./support/fixtures.mjs";

const A = "aaaaaaaa-0000-4000-8000-000000000001";
const B = "bbbbbbbb-0000-4000-8000-000000000002";
const C = "cccccccc-0000-4000-8000-000000000003";
const bash = (command, more = {}) => ({ tool: "Bash", input: { command }, output: `output of ${command}`, ...more });
const edit = (from, to) => ({ tool: "Edit", input: { file_path: "/made-up/a.rs", old_string: from, new_string: to }, output: "ok" });
const LOGS = {
  [A]: [{ prompt: "Mend the parser" }, bash("ls"), bash("cargo test", { failed: true }), edit("one", "two"), bash("git diff")],
  [B]: [{ prompt: "Mend the parser" }, bash("ls"), bash("make"), bash("make check"), edit("one", "two"), bash("git diff")],
  [C]: [{ prompt: "Mend the parser" }, bash("ls"), bash("git diff")],
};

async function openAll({ scope, logs }, wanted = [A, B, C]) {
  const name = (id) => logs.write(`${id}.jsonl`, text(transcript(LOGS[id], { session: id })));
  await scope.drop(...wanted.map(name));
  await expect(scope.rows).toHaveCount(wanted.length);
}

const list = (page) => page.getByTestId("compare-list");
const lines = (page) => list(page).getByRole("option");
const chosen = (page) => list(page).getByRole("option", { selected: true });
const pair = (page) => page.getByTestId("compare-pair");
const link = (ids, rest = "") => `v=1&tab=compare${ids.map((id) => `&with=${id}`).join("")}${rest}`;

async function compare(context, ids) {
  await openAll(context, ids);
  await context.page.evaluate((hash) => { location.hash = hash; }, link(ids));
  await expect(lines(context.page).first()).toBeVisible();
}

test("sessions are marked in the list and compared", async ({ page, scope, logs }) => {
  await openAll({ scope, logs }, [A, B]);
  await scope.rows.nth(0).getByRole("checkbox").check();
  await expect(page.getByTestId("marked")).toContainText("1 session marked");
  await expect(page.getByTestId("marked").getByRole("button", { name: "Compare", exact: true })).toBeDisabled();
  await scope.rows.nth(1).getByRole("checkbox").press("Space");
  await expect(scope.session).toHaveCount(0);
  await page.getByTestId("marked").getByRole("button", { name: "Compare", exact: true }).click();
  await expect(page.getByTestId("compare-same")).toContainText("the same step in 4");
  expect(page.url()).toContain("tab=compare");
  await page.goBack();
  await page.getByRole("button", { name: "Clear marks" }).click();
  await expect(page.getByTestId("marked")).toHaveCount(0);
});

test("steps stand side by side, and the playhead is at the first difference", async ({ page, scope, logs }) => {
  await compare({ page, scope, logs }, [A, B]);
  await expect(lines(page)).toHaveCount(6);
  await expect(page.getByTestId("compare-same")).toHaveText("6 rows, the same step in 4; they part at row 3");
  await expect(chosen(page)).toContainText("cargo test");
  await expect(chosen(page)).toContainText("failed");
  await expect(chosen(page)).toContainText("make");
  await expect(pair(page)).toContainText("output of cargo test");
  await expect(pair(page)).toContainText("output of make");
  await page.keyboard.press("]");
  await expect(chosen(page)).toContainText("make check");
  await expect(pair(page).getByRole("region", { name: "Step of A" })).toContainText("No step of its own here.");
  await page.keyboard.press("ArrowRight");
  await expect(chosen(page)).toContainText("/made-up/a.rs");
  await expect(pair(page).getByTestId("step")).toHaveCount(2);
  await page.keyboard.press("Home");
  await expect(page.getByTestId("compare-place")).toHaveText("row 1");
  await page.getByRole("button", { name: "First difference" }).click();
  await expect(chosen(page)).toContainText("cargo test");
});

test("one playhead plays all of them, with the keys of a session", async ({ page, scope, logs }) => {
  await compare({ page, scope, logs }, [A, B]);
  const place = page.getByTestId("compare-place");
  const bar = page.getByTestId("transport");
  await page.getByTestId("speed").selectOption("20×");
  await page.keyboard.press("Home");
  await expect(bar.getByTestId("clock")).toHaveText(/^00:00 \/ 00:\d\d/);
  await page.keyboard.press("k");
  await expect(place).toHaveText("row 6");
  await expect(bar.getByRole("button", { name: "Play" })).toBeVisible();
  await expect(chosen(page)).toContainText("git diff");
  await expect(async () => expect(page.url()).toContain("step=")).toPass();
  // Played from the end it begins anew; a step meanwhile is a step from there, and it goes on.
  await page.getByTestId("speed").selectOption("0.5×");
  await bar.getByRole("button", { name: "Play" }).click();
  await expect(list(page)).toHaveAttribute("data-playing", "");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(place).toHaveText(/row [34]/);
  await bar.getByRole("button", { name: "Pause" }).click();
  await expect(list(page)).not.toHaveAttribute("data-playing", "");
  await page.keyboard.press("Shift+ArrowLeft");
  await expect(place).toHaveText("row 1");
  await page.keyboard.press("e");
  await expect(chosen(page)).toContainText("cargo test");
  await expect(pair(page).getByRole("region", { name: "Step of A" })).toContainText(/output so far \d+, cost so far/);
  await page.keyboard.press("9");
  await expect(place).toHaveText(/row [56]/);
});

test("the numbers say what is different", async ({ page, scope, logs }) => {
  await compare({ page, scope, logs }, [A, B]);
  const row = (name) => page.getByTestId("compare-tables").getByRole("row").filter({ has: page.getByRole("rowheader", { name, exact: true }) });
  await expect(row("tool calls").getByRole("cell")).toHaveText(["4", "5", "+1"]);
  await expect(row("failed calls").getByRole("cell")).toHaveText(["1", "0", "−1"]);
  await expect(row("Bash").getByRole("cell")).toHaveText(["3 (1 failed)", "4", "+1"]);
  await expect(row("cost").getByRole("cell").nth(2)).toHaveText(/^[−+]\$0\.\d+$/);
  await expect(row("/made-up/a.rs").getByRole("cell").first()).toHaveText("+1 −1");
});

test("a link names the sessions and the row", async ({ page, scope, logs }) => {
  await compare({ page, scope, logs }, [A, B]);
  await page.keyboard.press("]");
  await expect(chosen(page)).toContainText("make check");
  await expect(async () => expect(page.url()).toContain("step=B:")).toPass();
  const address = page.url();
  await page.keyboard.press("Home");
  await expect(page.getByTestId("compare-place")).toHaveText("row 1");
  await expect(async () => expect(page.url()).not.toContain("step=B:")).toPass();
  await page.evaluate((hash) => { location.hash = hash; }, new URL(address).hash);
  await expect(chosen(page)).toContainText("make check");
  await pair(page).getByRole("link", { name: "In its session" }).click();
  await expect(scope.session).toBeVisible();
  await expect(scope.chosenStep).toContainText("make check");
});

test("three sessions at once, one of them taken away", async ({ page, scope, logs }) => {
  await compare({ page, scope, logs }, [A, B, C]);
  await expect(page.getByTestId("compare-same")).toHaveText("6 rows, the same step in 3; they part at row 3");
  await page.getByRole("button", { name: /^Take away/ }).nth(1).click();
  await expect(page.getByTestId("compare-same")).toHaveText("5 rows, the same step in 3; they part at row 3");
  await page.getByRole("button", { name: /^Take away/ }).nth(1).click();
  await expect(page.getByRole("heading", { name: "Mark two or more sessions" })).toBeVisible();
});

test("a session that is not loaded is named", async ({ page, scope, logs }) => {
  await openAll({ scope, logs }, [A]);
  await page.evaluate((hash) => { location.hash = hash; }, link([A, B]));
  await expect(page.getByRole("alert")).toContainText(`The session ${B} is not among what is open.`);
});

test("the comparison is accessible, also on a phone", async ({ page, scope, logs }) => {
  await compare({ page, scope, logs }, [A, B]);
  expect(await seriousViolations(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await seriousViolations(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await expect(chosen(page).getByText("A", { exact: true })).toBeVisible();
});

test("a file at a step says who asked for each line, and what has changed since another step", async ({ page, scope, logs }) => {
  const path = "/made-up/notes.txt";
  const write = { tool: "Write", input: { file_path: path, content: "one\ntwo\n" }, output: "ok" };
  const change = { tool: "Edit", input: { file_path: path, old_string: "two", new_string: "2\n3" }, output: "ok" };
  await scope.drop(logs.write("file.jsonl", text(transcript([{ prompt: "Write notes" }, write, { prompt: "Use numbers" }, change]))));
  await scope.rows.first().getByRole("link").click();
  await page.getByTestId("files-button").click();
  await page.getByTestId("touched-file").click();
  await expect(page.getByTestId("file-at")).toContainText("one\n2\n3");
  await expect(page.getByTestId("file-writers").getByRole("link")).toHaveText(["prompt 1", "prompt 2"]);
  await page.getByTestId("file-since").selectOption({ index: 1 });
  await expect(page.getByTestId("file-at")).toContainText("removed: -two");
  await page.getByTestId("file-since").selectOption({ index: 0 });
  await page.screenshot({ path: "tests/e2e/shots/file-at.png" });
  await page.getByTestId("file-writers").getByRole("link").first().click();
  await expect(scope.chosenStep).toContainText("Write notes");
});

test("the files of all sessions, and who touched them", async ({ page, scope, logs }) => {
  await openAll({ scope, logs }, [A, B]);
  await page.getByRole("link", { name: "Files touched" }).click();
  const row = page.getByTestId("files-page").getByRole("row").nth(1);
  await expect(row.getByRole("rowheader")).toHaveText("/made-up/a.rs");
  await expect(row.getByRole("cell").nth(0)).toHaveText("2");
  await row.getByRole("link").first().click();
  await expect(scope.session).toBeVisible();
});

test("waste is a guess with a way to each call", async ({ page, scope, logs }) => {
  test.slow();
  const log = [{ prompt: "Look around" }, bash("ls"), bash("pwd"), bash("ls"), bash("ls")];
  await scope.drop(logs.write("waste.jsonl", text(transcript(log))));
  await scope.rows.first().getByRole("link").click();
  await page.getByTestId("waste-button").click();
  const sheet = page.getByTestId("waste");
  await expect(sheet).toContainText("Guesses by rules");
  await expect(sheet).toContainText("2 of 4 calls brought nothing new.");
  await expect(sheet.getByRole("rowheader", { name: "The same call again" })).toBeVisible();
  expect(await seriousViolations(page)).toEqual([]);
  await sheet.getByRole("row").nth(1).getByRole("link").first().click();
  await expect(sheet).toBeHidden();
  await expect(scope.chosenStep).toContainText("ls");
});
