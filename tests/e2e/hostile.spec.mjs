// Logs that nobody would wish for. Each opens, answers a click within a second, says nothing to the console, asks the
// network for nothing, runs nothing, and stays within its blocks.

import { longTranscript, text, transcript } from "./support/logs.mjs";
import { expect, foreignRequests, test } from "./support/fixtures.mjs";

/** What a click may take, milliseconds. A page built without optimisation (`DIST`) gets more. */
const PATIENCE_MS = process.env.DIST ? 5000 : 1000;
const MB = 1 << 20;

const EVIL = [
  "<script>window.evil = 1; alert(1)</script>",
  '<img src="https://evil.example/i.png" onerror="window.evil = 2">',
  '<svg onload="window.evil = 3" xmlns="http://www.w3.org/2000/svg"><script>window.evil = 4</script></svg>',
  '<math><mtext><style><img src=x onerror="window.evil = 5"></style></mtext></math>',
  '<iframe srcdoc="<script>parent.evil = 6</script>"></iframe><object data="https://evil.example/o"></object>',
  "[link](javascript:window.evil=7) [link](JaVaScRiPt&colon;window.evil=8) <javascript:window.evil=9> [d](data:text/html,<script>1</script>)",
  "![image](https://evil.example/j.png) ![image](//evil.example/k.png) ![x](file:///etc/passwd)",
  "[ref]: https://evil.example/r 'x'\n[ref][] https://evil.example/auto www.evil.example",
].join("\n\n");
const BIDI = "abc\u202Egnp.exe\u202C \u2066isolate\u2069 \u200B\u200C\u200D\uFEFF zero\u200Bwidth \u061C \u2028line\u2029para \u0000 nul \uFFFE \u{E0041}tag";
const ANSI = "\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007 \u001b]0;title\u0007 \u001b[31mred\u001b[999999999999m \u001b[2J\u001b[1;1H \u001b]52;c;ZXZpbA==\u0007 \u001bP1;2q\u001b\\ \u009b31m";
const ZALGO = `Z${"\u0300\u0316".repeat(300)}algo ${"\u{1F468}\u200D".repeat(200)}`;
const DEEP = 10_000;
const NESTED = [">".repeat(DEEP) + " quoted", "- ".repeat(DEEP) + "item", "[".repeat(DEEP) + "x" + "](y)".repeat(DEEP), "*".repeat(DEEP) + "a" + "*".repeat(DEEP), "`".repeat(DEEP), "|".repeat(DEEP) + "\n" + "|-".repeat(DEEP), `${"<b>".repeat(DEEP)}`, `${"[a](".repeat(DEEP)}`];
const WIDE = `${"W".repeat(4000)}\n| ${"cell".repeat(300)} | b |\n|---|---|\n| ${"x".repeat(2000)} | y |`;

const shell = (output, more = {}) => ({ tool: "Bash", input: { command: "make" }, output, ...more });
const RTL = "שלום עולם, מה שלומך? ثم مرحبا بالعالم (abc 123) ".repeat(30);
const CJK = "日本語のテキストに空白はない。漢字かな交じり文、한국어텍스트도있습니다。𠜎𠜱𠝹".repeat(60);

const LOGS = {
  "a session without any time": () => transcript([{ prompt: "When?" }, { text: "Nobody knows." }, shell("ok"), { text: "Done." }], { time: () => null }),
  "times that go backwards": () => transcript([{ prompt: "Back" }, { text: "One." }, shell("ok"), shell("no", { failed: true }), { prompt: "Again" }, { text: "Two." }], { time: (n) => Date.UTC(2026, 4, 1) - n * 60_000 }),
  "a tool's output of 30 MB": () => transcript([{ prompt: "Much" }, shell(`${"a line of output that is not long\n".repeat((30 * MB) / 34)}end`), { text: "That was much." }]),
  "a line of 5 MB without spaces": () => transcript([{ prompt: "Long" }, shell("x".repeat(5 * MB)), { text: "y".repeat(MB) }, { tool: "Read", input: { file_path: "z".repeat(MB) }, output: "ok" }]),
  "text from right to left, and without spaces": () => transcript([{ prompt: RTL }, { text: CJK }, shell(RTL + CJK), { tool: "Edit", input: { file_path: `/home/דנה/${CJK}.rs`, old_string: RTL, new_string: CJK }, output: "ok" }, { prompt: CJK }, { text: RTL }]),
  "a thousand calls at once": () => {
    const calls = Array.from({ length: 1000 }, (_, n) => ({ tool: "Read", input: { file_path: `/src/file${n}.rs` }, message: "all" }));
    const results = Array.from({ length: 1000 }, (_, n) => ({ result: `t${n + 1}`, output: `content ${n}`, failed: n % 100 === 0 }));
    return transcript([{ prompt: "Read all" }, ...calls, ...results.reverse(), { text: "Read." }]);
  },
  "results that nobody asked for, and calls without one": () => transcript([{ prompt: "Odd" }, { result: "t-unknown", output: "whose am I?" }, { tool: "Bash", input: { command: "sleep" } }, { result: "t-unknown", output: "again", failed: true }, { tool: "Read", input: {} }, { text: "Done." }]),
  "hostile text": () => {
    const all = [EVIL, BIDI, ANSI, ZALGO, WIDE, ...NESTED];
    return transcript([...all.flatMap((evil) => [{ prompt: evil }, { text: evil }, shell(evil), shell(evil, { failed: true })]), { tool: EVIL, input: { [EVIL]: EVIL, file_path: EVIL }, output: EVIL }, { tool: "Edit", input: { file_path: BIDI, old_string: EVIL, new_string: BIDI }, output: ANSI }]);
  },
  "200,000 events": () => longTranscript(200_000),
};

for (const [name, make] of Object.entries(LOGS)) {
  test(`${name}: it opens, answers and stays within bounds`, async ({ page, scope, logs, watch, baseURL }) => {
    test.setTimeout(180_000);
    const dialogs = [];
    page.on("dialog", (dialog) => (dialogs.push(dialog.message()), dialog.dismiss()));
    const path = logs.write("made.jsonl", text(make()));
    await page.waitForLoadState("networkidle");
    const before = watch.requests.length;
    await scope.startDrop(path);
    await expect(scope.rows.first()).toBeVisible({ timeout: 90_000 });
    await expect(scope.progress).toBeHidden({ timeout: 90_000 });
    await scope.rows.first().getByRole("link").first().click();
    await expect(scope.steps.first()).toBeVisible({ timeout: 30_000 });

    const slow = [];
    const answers = async (what, act) => {
      const ms = await act();
      if (ms > PATIENCE_MS) slow.push(`${what}: ${Math.round(ms)} ms`);
    };
    for (const key of ["Home", "ArrowRight", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "e", "End", "ArrowLeft"]) await answers(key, () => timeOfKey(page, key));
    for (const tab of ["Tokens", "Explain", "Raw", "Step"]) {
      await answers(tab, () => timeOfClick(page, page.getByRole("tab", { name: tab })));
      for (const key of ["Home", "ArrowRight", "ArrowRight"]) await answers(`${key} at ${tab}`, () => timeOfKey(page, key));
    }
    await page.keyboard.press("Home");
    expect(await outside(page)).toEqual([]);
    // Whatever is folded or cut, opened up; on screen at the beginning.
    await page.getByRole("tab", { name: "Raw" }).click();
    await page.keyboard.press("ArrowRight");
    await expect(scope.rawLine).toBeVisible();
    const more = page.getByTestId("inspector").getByRole("button", { name: /^Show all/ });
    if (await more.isVisible()) {
      await answers("Show all of the raw line", () => timeOfClick(page, more));
      await expect(more).toBeHidden({ timeout: 60_000 });
    }
    await answers("after that, a key", () => timeOfKey(page, "ArrowRight"));
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 844 });
      for (const key of ["Home", "End"]) {
        await page.keyboard.press(key);
        await frames(page);
        expect(await outside(page), `${width} px, ${key}`).toEqual([]);
      }
    }
    expect(slow).toEqual([]);
    expect(dialogs).toEqual([]);
    expect(await page.evaluate(() => window.evil)).toBeUndefined();
    expect(await foreign(page)).toEqual([]);
    expect(foreignRequests(watch, baseURL)).toEqual([]);
    expect(watch.requests.slice(before).filter((url) => !url.startsWith("blob:"))).toEqual([]);
  });
}

/** From a click to the frame that shows its answer, as the page itself sees it: what blocks it, counts. */
async function timeOfClick(page, target) {
  await arm(page, "click");
  await target.click();
  return page.evaluate(() => window.answered);
}

async function timeOfKey(page, key) {
  await arm(page, "keydown");
  await page.keyboard.press(key);
  return page.evaluate(() => window.answered);
}

function arm(page, type) {
  return page.evaluate((type) => {
    window.answered = new Promise((resolve) => {
      addEventListener(type, ({ timeStamp }) => requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - timeStamp))), { capture: true, once: true });
    });
  }, type);
}

function frames(page, count = 12) {
  return page.evaluate(async (count) => {
    for (let frame = 0; frame < count; frame += 1) await new Promise(requestAnimationFrame);
  }, count);
}

/** What is wider than where it stands: the page, panes, and the blocks of steps. */
function outside(page) {
  return page.evaluate(() => {
    const found = [];
    const page = document.documentElement;
    if (page.scrollWidth > page.clientWidth) found.push(`the page: ${page.scrollWidth} of ${page.clientWidth}`);
    for (const pane of document.querySelectorAll(".facts, .outline, .transcript, .inspector, .step, .inspector-body")) {
      if (pane.clientWidth > 0 && pane.scrollWidth > pane.clientWidth + 1) found.push(`${pane.className}: ${pane.scrollWidth} of ${pane.clientWidth}`);
    }
    // A row's content neither leaves it upwards or downwards, nor to the sides.
    for (const step of document.querySelectorAll(".step")) {
      const whole = step.getBoundingClientRect();
      for (const element of step.querySelectorAll(".step-body > *, .block")) {
        const { left, right, top, bottom } = element.getBoundingClientRect();
        if (right - left > 0 && (left < whole.left - 1 || right > whole.right + 1 || top < whole.top - 1 || bottom > whole.bottom + 1)) found.push(`${element.className} of ${step.dataset.event}`);
      }
    }
    return found;
  });
}

/** Elements that only hostile text could make, and links that lead where none should. */
function foreign(page) {
  return page.evaluate(() => {
    const made = [...document.querySelectorAll("#app img, iframe, object, embed, style, base, math, form:not([method=dialog]), [srcdoc]")];
    const handled = [...document.querySelectorAll("*")].filter((element) => element.getAttributeNames().some((name) => name.startsWith("on")));
    const links = [...document.links].filter(({ protocol }) => !/^(https?|mailto):$/.test(protocol));
    return [...made, ...handled, ...links].map((element) => element.outerHTML.slice(0, 120));
  });
}

test("10,000 entries of the outline: only those on screen exist, and the keyboard reaches the last", async ({ page, scope, logs }) => {
  await scope.drop(logs.write("long.jsonl", text(longTranscript(80_000))));
  await scope.rows.first().getByRole("link").first().click();
  const outline = page.getByTestId("outline");
  await expect(outline.locator(".pane-head")).toContainText(/^Outline1?\d{4} marks$/);
  const entries = outline.getByRole("link");
  expect(await entries.count()).toBeLessThan(100);
  await expect(entries.first()).toContainText("Task 0");
  await expect(entries.nth(1)).toContainText("src/file7.rs");
  await entries.first().focus();
  await page.keyboard.press("ArrowDown");
  await expect(entries.nth(1)).toBeFocused();
  await page.keyboard.press("End");
  await expect(outline.locator(":focus")).toBeInViewport();
  const total = Number((await outline.locator(".pane-head").textContent()).match(/\d+/)[0]);
  await expect(outline.locator(":focus")).toHaveAttribute("data-entry", String(total - 1));
  await page.keyboard.press("PageUp");
  await page.keyboard.press("Enter");
  await expect(scope.chosenStep).toBeInViewport();
  await expect(outline.locator("[aria-current]")).toBeFocused();
});
