// A session played again: every key, the bar, links, hidden steps, the end, files; over small logs and over real ones.

import { seriousViolations } from "./support/axe.mjs";
import { corpusPath } from "./support/corpus.mjs";
import { expect, test } from "./support/fixtures.mjs";
import { line, text } from "./support/logs.mjs";

const AT = Date.UTC(2026, 4, 1, 9);
const SECOND = 1000;

/** A run with two prompts' worth of work, an error, edits of one file, and a wait of four minutes. `at`: null for no times. */
function session(id, { isTimed = true } = {}) {
  const usage = (input, output) => ({ input, output, total: input + output });
  const steps = [
    [0, "session.start", { provider: "local", model: "made-up", prompt: "Round once", work_dir: "/home/sam/src/ledger" }],
    [1, "llm.response", { content: "I read the file first.", tool_calls: null, usage: usage(100, 10), latency_ms: 400, model: "made-up" }],
    [2, "tool.call", { tool: "read", input: { path: "ledger/totals.py" }, output: "1\ttotal = 0\n2\treturn total\n", duration_ms: 3, error: "" }],
    [3, "llm.response", { content: "Now the change.", tool_calls: null, usage: usage(200, 20), latency_ms: 400, model: "made-up" }],
    [4, "tool.call", { tool: "edit", input: { path: "ledger/totals.py", old_text: "nowhere", new_text: "x" }, output: "", duration_ms: 3, error: "old_text not found" }],
    [244, "tool.call", { tool: "edit", input: { path: "ledger/totals.py", old_text: "total = 0", new_text: "total = 1\nrest = 2" }, output: "ok", duration_ms: 3, error: "" }],
    [245, "tool.call", { tool: "write", input: { path: "ledger/new.py", content: "one\ntwo\nthree\n" }, output: "ok", duration_ms: 3, error: "" }],
    [246, "llm.response", { content: "Done.", tool_calls: null, usage: usage(300, 30), latency_ms: 400, model: "made-up" }],
    [247, "session.end", { status: "success", output: "Done.", tokens: usage(600, 60), cost_usd: 0.03, duration_ms: 247000 }],
  ];
  return steps.map(([at, type, data]) => {
    const written = line(id, type, AT + at * SECOND, data);
    if (!isTimed) delete written.ts;
    return written;
  });
}

/** Opens the session, optionally as a link would name it. */
async function open(scope, logs, link = "", options = {}) {
  const path = logs.write("replay/svc-1777000000000000001.jsonl", text(session("svc-1777000000000000001", options)));
  await scope.drop(path);
  await scope.openKey(`svc-1777000000000000001${link}`);
  const replay = replayOf(scope.page);
  // The parts of the page come one after the other.
  await expect(replay.bar).toBeVisible();
  return replay;
}

/** The parts of the bar. */
function replayOf(page) {
  const bar = page.getByTestId("transport");
  return {
    bar,
    play: page.getByTestId("play"),
    clock: page.getByTestId("clock"),
    wait: page.getByTestId("wait"),
    speed: page.getByTestId("speed"),
    place: page.getByTestId("step-place"),
    showAll: page.getByTestId("show-later"),
    endCard: page.getByTestId("end-card"),
    files: page.getByTestId("files-panel"),
    filesButton: page.getByTestId("files-button"),
    counter: (name) => page.getByTestId("counters").locator("div.counter").filter({ hasText: name }).locator("dd"),
    button: (name) => bar.getByRole("button", { name, exact: true }),
  };
}

const press = (page, ...keys) => keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());

const kindOf = (scope) => scope.chosenStep.getAttribute("data-kind");

test("the bar goes step by step, and tells what is known there", async ({ scope, logs }) => {
  const replay = await open(scope, logs);
  const total = Number((await replay.place.textContent()).match(/^(\d+) steps$/)[1]);
  await expect(replay.counter("Step")).toHaveText(`– of ${total}`);
  await expect(replay.counter("Output in all")).toHaveText("60");
  await replay.button("First step").click();
  await expect(replay.counter("Step")).toHaveText(`1 of ${total}`);
  await expect(replay.counter("Output so far")).toHaveText("—not recorded");
  await replay.button("Last step").click();
  await expect(replay.place).toHaveText(`step ${total} of ${total}`);
  await expect(replay.counter("Output so far")).toHaveText("60");
  await expect(replay.counter("Cost so far")).toContainText("$0.03");
  await replay.button("Step back").click();
  await expect(replay.counter("Output so far")).toHaveText("60");
  await expect(replay.counter("Context now")).toHaveText("300");
  await replay.button("Step back").click();
  await expect(replay.counter("Output so far")).toHaveText("30");
  await expect(replay.counter("Cost so far")).toContainText("—");
  await expect(replay.counter("Context now")).toHaveText("200");
  await replay.button("Step on").click();
  await expect(replay.place).toHaveText(`step ${total - 1} of ${total}`);
});

test("playing hides later steps, and Show all brings them back", async ({ page, scope, logs }) => {
  const replay = await open(scope, logs);
  await replay.play.click();
  await expect(replay.button("Pause")).toBeVisible();
  await expect(replay.place).toContainText("later steps hidden");
  await expect(scope.chosenStep).toHaveAttribute("data-kind", "tool-read");
  const before = new URL(page.url()).hash;
  expect(before).not.toContain("play=");
  await page.keyboard.press("k");
  await expect(replay.button("Play")).toBeVisible();
  await scope.expectInAddress("play=0");
  const last = Number(await scope.steps.last().getAttribute("data-event"));
  expect(last).toBe(Number(await scope.chosenStep.getAttribute("data-event")));
  await page.keyboard.press("ArrowRight");
  await expect(scope.steps.last()).toHaveAttribute("aria-current", "true");
  await replay.showAll.click();
  await expect(replay.place).not.toContainText("hidden");
  expect(Number(await scope.steps.last().getAttribute("data-event"))).toBeGreaterThan(last);
});

test("waits are cut short and told, and the end has a card", async ({ page, scope, logs }) => {
  const replay = await open(scope, logs);
  await press(page, "Home", "e", "Space");
  await expect(replay.wait).toHaveText("next after 4m 00s, shown as 2 s");
  await press(page, ">", ">", ">", ">");
  await expect(replay.endCard).toBeVisible();
  await expect(replay.clock).toContainText("04:07 / 04:07");
  for (const words of ["success", "4m 07s", "60", "$0.03", "Errors1", "Files touched2"]) {
    await expect(replay.endCard).toContainText(words);
  }
  expect(await seriousViolations(page)).toEqual([]);
  await replay.endCard.getByRole("button", { name: "Show all steps" }).click();
  await expect(replay.endCard).toBeHidden();
  await expect(replay.place).not.toContainText("hidden");
  await page.keyboard.press("End");
  await page.keyboard.press("k");
  await expect(replay.button("Pause")).toBeVisible();
  await expect(replay.endCard).toBeVisible();
  await replay.endCard.getByRole("button", { name: "Replay again" }).click();
  await expect(replay.endCard).toBeHidden();
  await expect(replay.button("Pause")).toBeVisible();
});

test("every key of the table", async ({ page, scope, logs }) => {
  const replay = await open(scope, logs);
  const at = (number) => expect(replay.place).toContainText(new RegExp(`^step ${number} of `));
  const total = Number((await replay.place.textContent()).match(/^(\d+) steps$/)[1]);
  await press(page, "Home");
  await at(1);
  await press(page, "ArrowRight", "ArrowRight");
  await at(3);
  await press(page, "ArrowLeft");
  await at(2);
  await press(page, "End");
  await at(total);
  await press(page, "Shift+ArrowLeft");
  expect(await kindOf(scope)).toBe("prompt");
  await press(page, "]");
  expect(await kindOf(scope)).toBe("tool-edit");
  await expect(scope.chosenStep).toHaveAttribute("data-failed", "");
  await press(page, "]");
  await expect(scope.chosenStep).not.toHaveAttribute("data-failed", "");
  await press(page, "[");
  await expect(scope.chosenStep).toHaveAttribute("data-failed", "");
  await press(page, "End", "Shift+E");
  await expect(scope.chosenStep).toHaveAttribute("data-failed", "");
  await press(page, "Home", "e");
  await expect(scope.chosenStep).toHaveAttribute("data-failed", "");
  const failed = await replay.place.textContent();
  // Half of the time is in the wait, after the error.
  await press(page, "Home", "5");
  await expect(replay.place).toHaveText(failed);
  await press(page, "0");
  await at(1);
  await press(page, "9");
  await expect(replay.place).toHaveText(failed);
  await expect(replay.speed).toHaveValue("1");
  await press(page, ">", ">");
  await expect(replay.speed.locator("option:checked")).toHaveText("5×");
  await press(page, "<", "<", "<", "<");
  await expect(replay.speed.locator("option:checked")).toHaveText("0.5×");
  await press(page, "k");
  await expect(replay.button("Pause")).toBeVisible();
  await press(page, "Space");
  await expect(replay.button("Play")).toBeVisible();
  await press(page, "Escape");
  await expect(replay.showAll).toBeHidden();
  await press(page, "?");
  await expect(page.getByRole("dialog", { name: "Keys and promises" })).toBeVisible();
  await press(page, "k", "Escape");
  await expect(replay.button("Play")).toBeVisible();
});

test("keys with Ctrl, Alt or Meta are not ours, and Space belongs to a focused button", async ({ page, scope, logs }) => {
  const replay = await open(scope, logs);
  await press(page, "Home");
  const before = await replay.place.textContent();
  for (const held of ["Control", "Alt", "Meta"]) {
    await page.evaluate((held) => {
      const init = { key: "k", bubbles: true, [{ Control: "ctrlKey", Alt: "altKey", Meta: "metaKey" }[held]]: true };
      document.body.dispatchEvent(new KeyboardEvent("keydown", init));
    }, held);
  }
  await expect(replay.button("Play")).toBeVisible();
  await replay.button("Step on").focus();
  await page.keyboard.press("Space");
  await expect(replay.place).not.toHaveText(before);
  await expect(replay.button("Play")).toBeVisible();
});

test("a link starts at a step, and may play from there", async ({ page, scope, logs }) => {
  const step = `tool-call-${AT + 244 * SECOND}-0`;
  const replay = await open(scope, logs, "");
  await page.evaluate((step) => (location.hash = `#v=1&tab=session&session=svc-1777000000000000001&step=${step}&play=0`), step);
  await expect(replay.place).toContainText("later steps hidden");
  await expect(scope.steps.last()).toHaveAttribute("aria-current", "true");
  await expect(replay.clock).toContainText("04:04 / 04:07");
  await scope.goTo("Sessions");
  await page.evaluate((step) => (location.hash = `#v=1&tab=session&session=svc-1777000000000000001&step=${step}&play=1`), step);
  await expect(replay.endCard).toBeVisible();
});

test("a session without times is paced and says so", async ({ page, scope, logs }) => {
  const replay = await open(scope, logs, "", { isTimed: false });
  const real = replay.button("Real");
  await expect(real).toHaveAttribute("aria-disabled", "true");
  await expect(real).toHaveAttribute("title", /no times/);
  await expect(replay.button("Paced")).toHaveAttribute("aria-pressed", "true");
  await replay.speed.selectOption("20×");
  await replay.play.click();
  await expect(replay.endCard).toBeVisible();
});

test("the files at a step: how many lines, and what stands in them", async ({ page, scope, logs }) => {
  const replay = await open(scope, logs);
  await expect(replay.filesButton).toContainText("2");
  await press(page, "Home");
  await expect(replay.filesButton).toContainText("0");
  await press(page, "End");
  await replay.filesButton.click();
  await expect(replay.files).toContainText(/2 files up to step/);
  const edited = replay.files.getByTestId("touched-file").filter({ hasText: "totals.py" });
  await expect(edited).toContainText("+2 −1");
  await expect(edited).toContainText("1 change, 1 read, 1 failed");
  expect(await seriousViolations(page)).toEqual([]);
  await edited.click();
  await expect(replay.files.getByTestId("file-at")).toContainText("total = 1\nrest = 2\nreturn total");
  await replay.button("First step").click();
  await press(page, "e");
  await expect(replay.files.getByTestId("file-at")).toContainText("total = 0\nreturn total");
  await press(page, "Escape");
  await expect(replay.files).toBeHidden();
});

test("steps are announced, at most one a second", async ({ page, scope, logs }) => {
  await open(scope, logs);
  const said = page.getByTestId("announcement");
  await press(page, "Home");
  await expect(said).toHaveText(/^Step 1 of /);
  const texts = await said.evaluate(async (element) => {
    const texts = [];
    new MutationObserver(() => texts.push(element.textContent)).observe(element, { subtree: true, characterData: true, childList: true });
    for (let turn = 0; turn < 6; turn += 1) {
      dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight" }));
      await new Promise((done) => setTimeout(done, 50));
    }
    await new Promise((done) => setTimeout(done, 1200));
    return texts;
  });
  expect(texts.length).toBeLessThanOrEqual(2);
  expect(texts.at(-1)).toMatch(/^Step 7 of /);
});

for (const motion of ["reduce", "no-preference"]) {
  test(`playing works with motion: ${motion}`, async ({ page, scope, logs }) => {
    await page.emulateMedia({ reducedMotion: motion });
    const replay = await open(scope, logs);
    await press(page, "Home");
    await replay.play.click();
    await expect(replay.place).toContainText(/^step [3-9] of /);
  });
}

/** A session of each format's real logs: its folder or file. */
const REAL = [
  ["claude", "v1.0.117-sonnet4-1.5MB.jsonl"],
  ["codex"],
  ["codetether"],
  ["fizeau"],
];

for (const [agent, file] of REAL) {
  test(`a real session of ${agent} plays to its end`, async ({ page, scope }) => {
    await scope.drop(file ? corpusPath(agent, file) : corpusPath(agent));
    await expect(scope.rows.first()).toBeVisible();
    await scope.rows.first().getByRole("link").first().click();
    await expect(scope.steps.first()).toBeVisible();
    const replay = replayOf(page);
    await replay.speed.selectOption("20×");
    await replay.speed.evaluate((select) => select.blur());
    await press(page, "9");
    await press(page, "k");
    await expect(replay.place).toContainText("later steps hidden");
    await press(page, "k", "End", "ArrowLeft", "k");
    await expect(replay.endCard).toBeVisible();
    await expect(replay.filesButton).toContainText(/^\d+/);
  });
}
