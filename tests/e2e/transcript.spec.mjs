// The transcript: what blocks look like, what long ones do to the page, and what hostile ones do not.

import { line, run, text } from "./support/logs.mjs";
import { expect, foreignRequests, test } from "./support/fixtures.mjs";

const AT = Date.UTC(2026, 4, 1);
const ID = "svc-1770000000000000020";

/** A log of one run with these calls of tools, and an answer. */
function log(calls, { answer = "Done.", prompt = "Look at this" } = {}) {
  const [start, request, response, end] = run(ID, { prompt, answer, at: AT });
  const made = calls.map((data, index) => line(ID, "tool.call", AT + 1500 + index, { error: "", duration_ms: 5, ...data }));
  return text([start, request, ...made, response, end]);
}

async function open(scope, logs, content) {
  await scope.drop(logs.write("run.jsonl", content));
  await scope.rows.first().getByRole("link").click();
  await expect(scope.steps.first()).toBeVisible();
}

/** The longest task of the page's own thread since `begin`, milliseconds. */
async function watchTasks(page) {
  await page.evaluate(() => {
    window.longest = 0;
    new PerformanceObserver((list) => (window.longest = Math.max(window.longest, ...list.getEntries().map((task) => task.duration)))).observe({ type: "longtask" });
  });
  return () => page.evaluate(() => window.longest);
}

test("blocks look like what they are", async ({ page, scope, logs }) => {
  const edit = { tool: "edit", input: { path: "src/a.rs", old_string: "let x = old(1);\nkeep", new_string: "let x = new(1);\nkeep" }, output: "Replaced 1 occurrence" };
  const colours = { tool: "bash", input: { command: "make" }, output: "\u001b[31mred\u001b[0m\n10 %\r100 %\n" };
  const other = { tool: "mcp__x__y", input: { name: "n", list: [1, { deep: "value" }] }, output: '{"ok":true}' };
  const answer = "## Result\n\n- [x] one\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n![pic](https://evil.example/i.png)\n\n[ok](https://good.example/)";
  await open(scope, logs, log([edit, colours, other], { answer }));
  const step = (name) => scope.steps.filter({ has: page.locator(".step-head strong", { hasText: name }) }).first();
  await expect(step("edit").locator(".block-head")).toContainText("src/a.rs+1−1");
  await expect(step("edit").locator("mark")).toHaveText(["old", "new"]);
  await expect(step("bash").locator(".ansi-red")).toHaveText("red");
  await expect(step("bash").locator("pre")).toHaveText("red\n100 %");
  await step("mcp__x__y").getByRole("button", { name: /list/ }).click();
  await step("mcp__x__y").getByRole("button", { name: /^1/ }).click();
  await expect(step("mcp__x__y")).toContainText("deep");
  const said = scope.steps.filter({ hasText: "Result" }).first();
  await expect(said.getByRole("heading", { name: "Result" })).toBeVisible();
  await expect(said.getByRole("table")).toContainText("1");
  await expect(said.getByTestId("remote-image")).toContainText("image, not loaded: pic");
  await expect(said.getByRole("link", { name: "ok" })).toHaveAttribute("rel", "noopener noreferrer nofollow");
});

test("an output of 30 MB is cut, comes in portions, and is copied whole", async ({ page, scope, logs, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const row = "a line of text that goes on for a while\n";
  const output = row.repeat((30 << 20) / row.length);
  await open(scope, logs, log([{ tool: "bash", input: { command: "cat big" }, output }]));
  const step = scope.steps.filter({ hasText: "cat big" }).first();
  await expect(step.getByTestId("show-all")).toContainText("31.4 MB");
  expect((await step.locator("pre").textContent()).length).toBeLessThan(21_000);
  const longest = await watchTasks(page);
  await step.getByTestId("show-all").click();
  await expect(step.getByTestId("too-long")).toContainText("4.1 MB is not drawn here", { timeout: 40_000 });
  expect(await longest()).toBeLessThan(400);
  await step.getByRole("button", { name: "Copy all" }).click();
  await expect.poll(() => page.evaluate(async () => (await navigator.clipboard.readText()).length)).toBe(output.length);
  await step.getByTestId("show-all").click();
  await expect(step.getByTestId("too-long")).toHaveCount(0);
});

test("a line of 5 MB without spaces does not hold the page up", async ({ page, scope, logs }) => {
  const longest = await watchTasks(page);
  await open(scope, logs, log([{ tool: "bash", input: { command: "cat line" }, output: "x".repeat(5 << 20) }], { answer: "y".repeat(5 << 20) }));
  const step = scope.steps.filter({ hasText: "cat line" }).first();
  await expect(step.getByTestId("show-all")).toContainText("5.2 MB");
  await step.getByTestId("show-all").click();
  await expect(step.locator(".portion").nth(5)).toBeAttached();
  expect(await longest()).toBeLessThan(400);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
});

test("hostile text in any block runs nothing, asks nobody and stays in its block", async ({ page, scope, logs, watch, baseURL }) => {
  const evil = [
    "<script>window.evil = 1</script><img src=x onerror='window.evil=2'><svg onload='window.evil=3'>",
    "[a](javascript:window.evil=4) ![b](https://evil.example/b.png) <https://evil.example>",
    "ab\u202ecd\u2066 ad\u200bmin \u001b]8;;https://evil.example\u0007x\u001b]8;;\u0007 \u001b]0;t\u0007",
    `${"> ".repeat(10_000)}deep`,
    "**".repeat(5_000),
  ].join("\n\n");
  const calls = [
    { tool: "bash", input: { command: evil }, output: evil },
    { tool: "edit", input: { path: evil, old_string: evil, new_string: `${evil}!` }, output: evil },
    { tool: "read", input: { path: evil }, output: evil },
    { tool: "mcp__x", input: { [evil]: evil }, output: JSON.stringify({ [evil]: [evil] }) },
    { tool: "TodoWrite", input: { todos: [{ content: evil, status: "pending" }] }, output: evil },
  ];
  await open(scope, logs, log(calls, { answer: evil, prompt: evil }));
  for (const key of ["Home", ...Array(9).fill("ArrowRight")]) {
    await page.keyboard.press(key);
    for (const more of await page.locator(".step .fold-line[aria-expanded=false]").all()) await more.click({ timeout: 500 }).catch(() => {});
  }
  await expect(page.getByTestId("transcript")).toContainText("⟨U+202E⟩");
  const found = await page.evaluate(() => ({
    evil: window.evil,
    made: document.querySelectorAll(".transcript :is(img, script, iframe, style)").length,
    controls: /[\u202a-\u202e\u2066-\u2069\u200b\u001b]/.test(document.querySelector(".transcript").textContent),
    bad: [...document.querySelectorAll(".transcript a")].filter((link) => !/^https?:/.test(link.href)).length,
  }));
  expect(found).toEqual({ evil: undefined, made: 0, controls: false, bad: 0 });
  expect(foreignRequests(watch, baseURL)).toEqual([]);
});

test("text from right to left is set so", async ({ scope, logs }) => {
  await open(scope, logs, log([], { answer: "# مرحبا\n\nنص عربي مع `code` هنا\n\n日本語" }));
  const said = scope.steps.filter({ hasText: "نص" }).first();
  const direction = await said.locator(".prose p", { hasText: "نص" }).evaluate((element) => getComputedStyle(element).direction);
  expect(direction).toBe("rtl");
});

test("an image of the log is drawn when somebody asks", async ({ page, scope, logs, watch, baseURL }) => {
  const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  const image = { type: "image", source: { type: "base64", media_type: "image/png", data: png } };
  const message = { role: "user", content: [{ type: "text", text: "See the picture" }, image] };
  const entry = { type: "user", uuid: "u1", parentUuid: null, sessionId: "11111111-1111-4111-8111-111111111111", timestamp: "2026-05-01T00:00:00.000Z", message };
  await scope.drop(logs.write("image.jsonl", text([entry])));
  await scope.rows.first().getByRole("link").click();
  const picture = page.getByTestId("picture");
  await expect(picture).toContainText("image/png");
  await expect(picture.locator("img")).toHaveCount(0);
  await picture.getByRole("button", { name: "Show image" }).click();
  await expect.poll(() => picture.locator("img").evaluate((img) => img.naturalWidth)).toBe(1);
  expect(foreignRequests(watch, baseURL)).toEqual([]);
});

test("one looks at a kind of steps, and the link says so", async ({ page, scope, logs }) => {
  await open(scope, logs, log([{ tool: "bash", input: { command: "ls" }, output: "x" }, { tool: "bash", input: { command: "bad" }, output: "", error: "no" }]));
  const focus = page.getByTestId("focus");
  await expect(focus.getByRole("button", { name: "All" })).toHaveAttribute("aria-pressed", "true");
  await focus.getByRole("button", { name: "Tools" }).click();
  await expect(scope.steps).toHaveCount(2);
  await focus.getByRole("button", { name: "Errors" }).click();
  await expect(scope.steps).toHaveCount(1);
  await expect(page).toHaveURL(/focus=errors/);
  await focus.getByRole("button", { name: "Conversation" }).click();
  await expect(scope.steps).toHaveCount(2);
  await expect(scope.steps.first()).toContainText("Look at this");
});

test("a step's link is copied", async ({ page, scope, logs, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await open(scope, logs, log([{ tool: "bash", input: { command: "ls" }, output: "x" }]));
  const step = scope.steps.filter({ hasText: "ls" }).first();
  await step.hover();
  await step.getByRole("button", { name: "Copy the link to this step" }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(/^http:.*#v=1.*step=tool-call-/);
});
