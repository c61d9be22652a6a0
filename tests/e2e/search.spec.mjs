// Find in the session, and the palette that searches everything.

import { writeFileSync } from "node:fs";
import { seriousViolations } from "./support/axe.mjs";
import { day, run, text, transcript } from "./support/logs.mjs";
import { expect, test } from "./support/fixtures.mjs";

/** A session whose texts stand in all kinds of places: thinking is not among them, since its writer keeps it elsewhere. */
const WORK = [
  { prompt: "Mend the Résumé parser\nand say \"done\"" },
  { text: "I look for the needle first." },
  { tool: "Bash", input: { command: "grep -rn needle src/" }, output: "src/parse.rs:1: needle\nsrc/parse.rs:9: Needles in hay" },
  { tool: "Read", input: { file_path: "/home/ann/made-up/src/parse.rs" }, output: `fn parse() {}\n${"x\n".repeat(400)}last needle` },
  { tool: "Bash", input: { command: "cargo test" }, output: "Exit code 101\nerror[E0308]: mismatched types", failed: true },
  { text: "All is well." },
];

async function openWork({ page, scope, logs }) {
  await scope.drop(logs.write("work.jsonl", text(transcript(WORK))));
  await scope.rows.first().getByRole("link").click();
  await expect(scope.steps.first()).toBeVisible();
  await page.keyboard.press("/");
  const field = page.getByRole("textbox", { name: "Find in this session" });
  await expect(field).toBeFocused();
  return field;
}

const told = (page) => page.getByTestId("find-count");
const marked = (page, name = "find") => page.evaluate((name) => [...(CSS.highlights.get(name) ?? [])].map((range) => range.toString()), name);

test("find counts all hits, also in what is not drawn, and goes through them", async ({ page, scope, logs }) => {
  const field = await openWork({ page, scope, logs });
  await field.fill("needle");
  await expect(told(page)).toHaveText("1 of 5 hits");
  await expect.poll(() => marked(page, "find-here")).toEqual(["needle"]);
  for (const place of [2, 3, 4, 5, 1]) {
    await page.keyboard.press("Enter");
    await expect(told(page)).toHaveText(`${place} of 5 hits`);
  }
  await page.keyboard.press("Shift+Enter");
  await expect(told(page)).toHaveText("5 of 5 hits");
  // The last one stands beyond the cut of a long block, which opens up.
  await expect(scope.chosenStep).toContainText("last needle");
  await expect.poll(() => marked(page, "find-here")).toEqual(["needle"]);
  await expect.poll(() => page.evaluate(() => {
    const [range] = CSS.highlights.get("find-here");
    const { top, bottom } = range.getBoundingClientRect();
    return top > 0 && bottom < innerHeight;
  })).toBe(true);
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("find-bar")).toHaveCount(0);
  await expect.poll(() => marked(page)).toEqual([]);
});

test("what a session keeps beside its log is found, and leads to the step that tells of it", async ({ page, scope, logs }) => {
  const id = "5e551000-0000-4000-8000-00000000000b";
  const told = `<persisted-output>\nOutput too large. Full output saved to: /home/ann/p/${id}/tool-results/b7.txt\n</persisted-output>`;
  const log = [{ prompt: "List all" }, { tool: "Bash", input: { command: "ls" }, output: "a" }, { tool: "Bash", input: { command: "find /" }, output: told }];
  logs.write(`p/${id}.jsonl`, text(transcript(log, { session: id })));
  logs.write(`p/${id}/tool-results/b7.txt`, "one\na splinter of it\nanother splinter\n");
  await scope.drop(logs.path("p"));
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByTestId("palette-input").fill("splinter");
  const found = page.getByRole("group", { name: "In the logs" }).getByRole("option");
  await expect(found).toHaveCount(1);
  await expect(found).toContainText("a splinter of it");
  // Also across its lines.
  await page.getByRole("button", { name: "Pattern" }).last().click();
  await page.getByTestId("palette-input").fill("of it\\nanother");
  await expect(found).toHaveCount(1);
  await expect(found).toContainText("of it another splinter");
  await found.click();
  await expect(scope.chosenStep).toContainText("find /");
  // The find of the session looks into it too.
  await page.keyboard.press("/");
  await page.getByRole("textbox", { name: "Find in this session" }).fill("splinter");
  await expect(page.getByTestId("find-count")).toHaveText(/of 2 hits$/);
});

test("hits are marked on the timeline, in all of the session and over what is shown of it", async ({ page, scope, logs }) => {
  const field = await openWork({ page, scope, logs });
  /** Painted columns in the upper four pixels of a row of the timeline. */
  const marks = (canvas, row) => page.evaluate(([canvas, row]) => {
    const node = document.querySelector(canvas);
    const [own, place] = [node.getBoundingClientRect(), document.querySelector(row).getBoundingClientRect()];
    const ratio = node.width / own.width;
    const copy = new OffscreenCanvas(node.width, Math.round(4 * ratio)).getContext("2d", { willReadFrequently: true });
    copy.drawImage(node, 0, -Math.round((place.top - own.top) * ratio));
    const { data, width } = copy.getImageData(0, 0, copy.canvas.width, copy.canvas.height);
    const columns = new Set();
    for (let at = 3; at < data.length; at += 4) if (data[at] > 128) columns.add(((at - 3) / 4) % width);
    return columns.size;
  }, [canvas, row]);
  const both = async () => [
    await marks('[data-testid="minimap"] canvas', '[data-testid="minimap"]'),
    await marks(".timeline-canvas > canvas.timeline-paint", '[data-testid="ruler"]'),
  ];
  expect(await both()).toEqual([0, 0]);
  await field.fill("needle");
  await expect(told(page)).toHaveText("1 of 5 hits");
  await expect.poll(async () => (await both()).every((columns) => columns >= 4)).toBe(true);
  await page.keyboard.press("Escape");
  await expect.poll(both).toEqual([0, 0]);
});

test("case, whole words and patterns", async ({ page, scope, logs }) => {
  const field = await openWork({ page, scope, logs });
  await field.fill("needles");
  await expect(told(page)).toHaveText("1 of 1 hit");
  await page.getByRole("button", { name: "Match case" }).last().click();
  await expect(told(page)).toHaveText("0 hits");
  await field.fill("needle");
  await expect(told(page)).toHaveText(/^\d of 4 hits$/);
  await page.getByRole("button", { name: "Match case" }).last().click();
  await page.getByRole("button", { name: "Whole words" }).last().click();
  await expect(told(page)).toHaveText(/^\d of 4 hits$/);
  await page.getByRole("button", { name: "Whole words" }).last().click();
  await page.getByRole("button", { name: "Pattern" }).last().click();
  await field.fill("E\\d+");
  await expect(told(page)).toHaveText("1 of 1 hit");
  await expect.poll(() => marked(page)).toEqual(["E0308"]);
  await field.fill("E\\d+(");
  await expect(page.getByTestId("find-bar").getByRole("alert")).toHaveText("not a pattern: a ( without its )");
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await field.fill("résumé");
  await expect(told(page)).toHaveText("1 of 1 hit");
});

test("signs of patterns are letters in a plain text, and what JSON escapes is found", async ({ page, scope, logs }) => {
  const field = await openWork({ page, scope, logs });
  await field.fill('say "done"');
  await expect(told(page)).toHaveText("1 of 1 hit");
  await field.fill("error[E0308]:");
  await expect(told(page)).toHaveText("1 of 1 hit");
  await expect.poll(() => marked(page, "find-here")).toEqual(["error[E0308]:"]);
  await field.fill("RÉSUMÉ");
  await expect(told(page)).toHaveText("1 of 1 hit");
  await expect.poll(() => marked(page)).toEqual(["Résumé"]);
});

test("the palette opens by its key, lists what one can do, and goes there", async ({ page, scope, logs }) => {
  await scope.drop(logs.write("work.jsonl", text(transcript(WORK))));
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: "Search everything" });
  await expect(field).toBeFocused();
  await field.fill("usage");
  await expect(page.getByRole("option", { name: "Usage" })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await scope.expectInAddress("tab=usage");
  await expect(field).toBeHidden();
  await page.keyboard.press("/");
  await expect(field).toBeFocused();
  await page.keyboard.press("Control+k");
  await expect(field).toBeHidden();
});

test("full text finds steps of all sessions and opens them there", async ({ page, scope, logs }) => {
  logs.write("all/work.jsonl", text(transcript(WORK)));
  for (let number = 1; number <= 30; number += 1) {
    const id = `svc-17700000000000000${String(number).padStart(2, "0")}`;
    logs.write(`all/${id}.jsonl`, text(run(id, { prompt: `Task ${number} of the list`, answer: "Nothing.", at: day(number) })));
  }
  await scope.drop(logs.path("all"));
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: "Search everything" });
  await field.fill("mismatched TYPES");
  const hits = page.getByRole("group", { name: "In the logs" }).getByRole("option");
  await expect(hits).toHaveCount(1);
  await expect(hits).toContainText("error[E0308]: mismatched types");
  await expect(page.getByTestId("palette-note")).toContainText("1 step · 31 of 31 files");
  await field.fill("tool:bash error:");
  await expect(hits).toHaveCount(1);
  await field.fill("task 17");
  await expect(page.getByRole("group", { name: "Sessions" }).getByRole("option")).toHaveCount(1);
  await field.fill("agent:claude needle");
  await expect(hits).toHaveCount(3);
  await field.fill("mismatched types");
  await expect(hits).toHaveCount(1);
  await hits.click();
  await expect(scope.session).toBeVisible();
  await expect(scope.chosenStep).toContainText("cargo test");
});

test("wrong filter words and patterns are told at the field", async ({ page, scope, logs }) => {
  await scope.drop(logs.write("work.jsonl", text(transcript(WORK))));
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: "Search everything" });
  await field.fill("tokens>many");
  await expect(page.getByTestId("palette-note")).toHaveText("tokens> wants a number, such as tokens>20k");
  await page.getByRole("dialog").getByRole("button", { name: "Pattern" }).click();
  await field.fill("[a");
  await expect(page.getByTestId("palette-note")).toHaveText("not a pattern: a [ without its ]");
  await expect(field).toHaveAttribute("aria-invalid", "true");
});

test("a letter with a million hits: the first 1000 are listed, and typing goes on", async ({ page, scope, logs }) => {
  const entries = [{ prompt: "Go" }];
  for (let n = 0; n < 3000; n += 1) entries.push({ tool: "Bash", input: { command: `run ${n}` }, output: "e".repeat(500) });
  await scope.drop(logs.write("many.jsonl", text(transcript(entries))));
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: "Search everything" });
  await field.pressSequentially("e");
  await expect(page.getByTestId("palette-note")).toContainText("first 1000 steps of many");
  await field.pressSequentially("eee run 2999", { delay: 30 });
  await expect(field).toHaveValue("eeee run 2999");
  await field.fill("run 2999");
  await expect(page.getByRole("group", { name: "In the logs" }).getByRole("option")).toHaveCount(1);
});

test("the next key cancels a search: it does not wait for it, and the worker reads no further", async ({ page, scope, logs }) => {
  const entries = [{ prompt: "Go" }];
  for (let n = 0; n < 6000; n += 1) entries.push({ tool: "Bash", input: { command: `run ${n}` }, output: "e".repeat(5000) });
  entries.push({ tool: "Bash", input: { command: "last" }, output: "jux and juz" });
  await scope.drop(logs.write("many.jsonl", text(transcript(entries))));
  await expect(scope.rows).toHaveCount(1);
  const [worker] = page.workers();
  // The first search stops at its second read until it is let go on.
  await worker.evaluate(() => {
    const heard = (self.heard = []);
    const readers = [];
    const { read } = ReadableStreamBYOBReader.prototype;
    ReadableStreamBYOBReader.prototype.read = async function (...words) {
      if (!readers.includes(this)) readers.push(this);
      const turn = readers.indexOf(this);
      heard.push(`read ${turn}`);
      if (turn === 0 && heard.filter((what) => what === "read 0").length === 2) await new Promise((resolve) => (self.goOn = resolve));
      return read.apply(this, words);
    };
    self.addEventListener("message", () => heard.push("message"));
  });
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: "Search everything" });
  const hits = page.getByRole("group", { name: "In the logs" }).getByRole("option");
  await page.evaluate(() => {
    window.shown = [];
    const list = document.getElementById("palette-list");
    new MutationObserver(() => window.shown.push(...[...list.querySelectorAll("mark")].map((hit) => hit.textContent))).observe(list, { childList: true, subtree: true });
  });
  await field.fill("jux");
  await expect.poll(() => worker.evaluate(() => typeof self.goOn)).toBe("function");
  const before = await worker.evaluate(() => self.heard.length);
  await field.fill("juz");
  await expect.poll(() => worker.evaluate((before) => self.heard.slice(before).includes("message"), before)).toBe(true);
  await worker.evaluate(() => self.goOn());
  await expect(hits).toHaveCount(1);
  await expect(page.getByTestId("palette-note")).toContainText("1 of 1 file");
  // The read that was asked for when the key came is the last.
  expect((await worker.evaluate(() => self.heard)).filter((what) => what === "read 0").length).toBeLessThanOrEqual(4);
  expect(await page.evaluate(() => window.shown.filter((text) => text.includes("jux")))).toEqual([]);
});

test("a file that has changed since is told, the rest is searched", async ({ page, scope, logs }) => {
  const gone = logs.write("two/gone.jsonl", text(run("svc-1770000000000000001", { prompt: "First needle" })));
  logs.write("two/here.jsonl", text(run("svc-1770000000000000002", { prompt: "Second needle" })));
  await scope.drop(logs.path("two"));
  await expect(scope.rows).toHaveCount(2);
  writeFileSync(gone, "{}");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search everything" }).fill("needle");
  await expect(page.getByTestId("palette-note")).toContainText("1 file could not be read again");
  await expect(page.getByRole("group", { name: "In the logs" }).getByRole("option").first()).toContainText("Second needle");
});

for (const width of [1440, 390]) {
  test(`palette and find at ${width} px: no serious violation @shots`, async ({ page, scope, logs }) => {
    const field = await openWork({ page, scope, logs });
    await page.setViewportSize({ width, height: 900 });
    await field.fill("needle");
    await expect(told(page)).toHaveText("1 of 5 hits");
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousViolations(page), colorScheme).toEqual([]);
      await page.screenshot({ path: `tests/e2e/shots/find-${width}-${colorScheme}.png` });
    }
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search everything" }).fill("needle");
    await expect(page.getByTestId("palette-note")).toContainText("1 of 1 file");
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousViolations(page), colorScheme).toEqual([]);
      await page.screenshot({ path: `tests/e2e/shots/palette-${width}-${colorScheme}.png` });
    }
  });
}
