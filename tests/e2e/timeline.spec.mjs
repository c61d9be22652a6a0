// The timeline with real input: wheel, drags, keys, and sums of a range against the command line.

import { corpusPath } from "./support/corpus.mjs";
import { expect, test } from "./support/fixtures.mjs";
import { line, run, text } from "./support/logs.mjs";
import { outputOfCommand } from "./support/origin.mjs";

/** A session of each agent, and a file that holds it. */
const SESSIONS = [
  { agent: "fizeau", key: "svc-1778804720476329078", path: ["fizeau", "svc-1778804720476329078.jsonl"] },
  { agent: "claude", key: "6b6f4218-0b12-4d55-b930-462903683bea", path: ["claude", "v2.1.219-opus5-4MB.jsonl"] },
  { agent: "codex", key: "019ed99c-d00d-7613-b2e7-d2f512f78afd", path: ["codex", "v0.140-gpt5.5-3compactions-4MB.jsonl"] },
  { agent: "codetether", key: "80055526-e65b-443a-82ba-8d2dde3977a8", path: ["codetether", "diagnostic-run.jsonl"] },
];
/** No steps of their own. */
const BESIDE = ["delta", "tool-result", "usage", "request", "progress"];
const COUNTERS = ["input_uncached", "cache_read", "cache_write", "output"];

class Timeline {
  constructor(page) {
    this.page = page;
    this.view = page.locator(".timeline-view");
    this.sums = page.getByTestId("range-sums");
    this.shown = page.getByTestId("minimap-window");
  }

  /** A place in a row, as a share of its width. */
  async place(row, share) {
    const box = await this.page.getByTestId(row).first().boundingBox();
    return { x: box.x + box.width * share, y: box.y + box.height / 2 };
  }

  async wheel(share, turns, delta = -120, row = "lane-tools") {
    const { x, y } = await this.place(row, share);
    await this.page.mouse.move(x, y);
    for (let turn = 0; turn < turns; turn += 1) {
      await this.page.mouse.wheel(0, delta);
      await this.page.evaluate(() => new Promise(requestAnimationFrame));
    }
  }

  async drag(row, from, to) {
    const [start, end] = [await this.place(row, from), await this.place(row, to)];
    await this.page.mouse.move(start.x, start.y);
    await this.page.mouse.down();
    await this.page.mouse.move((start.x + end.x) / 2, end.y, { steps: 4 });
    await this.page.mouse.move(end.x, end.y, { steps: 4 });
    await this.page.mouse.up();
  }

  /** What of the session is shown, as shares of the minimap. */
  async window() {
    const [window, whole] = [await this.shown.boundingBox(), await this.page.getByTestId("minimap").boundingBox()];
    return { from: (window.x - whole.x) / whole.width, to: (window.x + window.width - whole.x) / whole.width };
  }

  async width() {
    const { from, to } = await this.window();
    return to - from;
  }

  sum(name) {
    return this.sums.locator(`[data-sum="${name}"]`).getAttribute("data-value");
  }
}

async function openSession(scope, { key, path }) {
  const file = corpusPath(...path);
  await scope.drop(file);
  await scope.openKey(key);
  const timeline = new Timeline(scope.page);
  // It stands a moment after the steps, and only then its keys do.
  await expect(timeline.shown).toBeVisible();
  return { file, timeline };
}

for (const session of SESSIONS) {
  test(`the sums of a range of a ${session.agent} session are those of the command`, async ({ page, scope }) => {
    const { file, timeline } = await openSession(scope, session);
    for (const [from, to] of [[0.1, 0.62], [0.55, 0.9], [0, 1]]) {
      await timeline.drag("ruler", from, to);
      await expect(timeline.sums.locator("[data-sum]")).not.toHaveCount(0);
      await page.waitForTimeout(100);
      const range = [await timeline.sums.getAttribute("data-from"), await timeline.sums.getAttribute("data-to")];
      const words = ["--from", range[0], "--to", range[1]];
      const events = outputOfCommand("events", file, "--session", session.key, ...words);
      test.skip(events === null, "nobody has built the command");
      const own = events.trim().split("\n").filter(Boolean).map((text) => JSON.parse(text));
      const there = own.filter(({ flags }) => !flags.some((flag) => ["echo", "copied", "in-copy"].includes(flag)));
      const steps = there.filter(({ kind }) => !BESIDE.includes(kind));
      const explained = JSON.parse(outputOfCommand("explain", session.key, file, "--own-only", "--format", "json", ...words));
      const expected = {
        steps: steps.length,
        "tool-calls": steps.filter(({ kind }) => kind === "tool-call").length,
        errors: steps.filter(({ kind, flags }) => kind === "error" || flags.includes("failed")).length,
        requests: explained.rows.filter((row) => row.counts_tokens).length,
      };
      for (const [name, value] of Object.entries(expected)) expect(await timeline.sum(name), name).toBe(String(value));
      for (const name of COUNTERS) {
        const values = explained.rows.filter((row) => row.counts_tokens).map((row) => row.tokens[name]).filter((value) => value !== null);
        const sum = values.length > 0 ? String(values.reduce((a, b) => a + b, 0)) : "";
        expect(await timeline.sum(name), name).toBe(sum);
      }
    }
    await page.keyboard.press("Escape");
    await expect(timeline.sums).toBeHidden();
    await expect.poll(() => new URL(page.url()).hash).not.toContain("range=");
  });

  test(`a ${session.agent} session zooms around the pointer, pans, and its link shows the same part`, async ({ page, scope }) => {
    const { timeline } = await openSession(scope, session);
    expect(await timeline.width()).toBeGreaterThan(0.99);
    await timeline.wheel(0.25, 4);
    const near = await timeline.window();
    expect(near.to - near.from).toBeLessThan(0.5);
    expect(near.from + (near.to - near.from) * 0.25).toBeCloseTo(0.25, 2);
    // The address follows some time after the last movement.
    const address = () => new URL(page.url()).hash;
    await expect.poll(address).toContain("zoom=");
    const zoomed = address();
    await timeline.drag("strip-context", 0.7, 0.2);
    const later = await timeline.window();
    expect(later.from - near.from).toBeCloseTo((near.to - near.from) * 0.5, 2);
    const hasSettled = async () => {
      const before = address();
      await page.waitForTimeout(500);
      return before !== zoomed && before === address();
    };
    await expect.poll(hasSettled).toBe(true);
    const hash = address();
    await page.evaluate(() => (location.hash = location.hash.replace(/&zoom=[^&]*/, "")));
    await expect.poll(() => timeline.width()).toBeGreaterThan(0.99);
    await page.evaluate((hash) => (location.hash = hash), hash);
    await expect.poll(async () => (await timeline.window()).from).toBeCloseTo(later.from, 2);
    await timeline.wheel(0.5, 1, -240, "ruler");
    await page.keyboard.press("0");
    await expect.poll(() => timeline.width()).toBeGreaterThan(0.99);
    await expect.poll(() => new URL(page.url()).hash).not.toContain("zoom=");
  });
}

test("keys zoom and pan; handles of the minimap do by drag and by arrow keys", async ({ page, scope }) => {
  const { timeline } = await openSession(scope, SESSIONS[0]);
  await page.keyboard.press("w");
  await expect.poll(() => timeline.width()).toBeCloseTo(0.6, 1);
  await page.keyboard.press("d");
  await expect.poll(async () => (await timeline.window()).from).toBeCloseTo(0.32, 1);
  await page.keyboard.press("a");
  await page.keyboard.press("s");
  await expect.poll(() => timeline.width()).toBeGreaterThan(0.99);
  await timeline.drag("minimap", 0.001, 0.3);
  await expect.poll(async () => (await timeline.window()).from).toBeCloseTo(0.3, 1);
  const start = page.getByRole("slider", { name: "Start of what is shown" });
  const before = Number(await start.getAttribute("aria-valuenow"));
  await start.press("ArrowRight");
  await start.press("ArrowRight");
  await expect(start).toHaveAttribute("aria-valuenow", String(before + 2));
  await timeline.drag("minimap", 0.8, 0.7);
  await expect.poll(async () => (await timeline.window()).from).toBeCloseTo(0.22, 1);
});

test("a click on a bar chooses its step, a double click fits it, a drag does neither", async ({ page, scope }) => {
  const { timeline } = await openSession(scope, SESSIONS[0]);
  const cursor = page.getByTestId("lane-tools").getByTestId("timeline-cursor");
  await cursor.focus();
  await page.keyboard.press("End");
  const box = await cursor.boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x - 60, y, { steps: 3 });
  await page.mouse.up();
  await expect(page).not.toHaveURL(/step=/);
  await page.mouse.click(x, y);
  await expect(scope.chosenStep).toHaveCount(1);
  await page.mouse.dblclick(x, y);
  await expect.poll(() => timeline.width()).toBeLessThan(0.2);
});

test("marks are reached one by one, and lead to their steps", async ({ page, scope }) => {
  await openSession(scope, SESSIONS[1]);
  const cursor = page.getByTestId("lane-markers").getByTestId("timeline-cursor");
  await cursor.focus();
  const seen = new Set();
  for (let step = 0; step < 12; step += 1) {
    seen.add((await cursor.getAttribute("aria-label")).split(" ")[0]);
    await page.keyboard.press("ArrowRight");
  }
  expect(seen.size).toBeGreaterThan(1);
  await page.keyboard.press("Enter");
  await expect(scope.chosenStep).toHaveCount(1);
});

test("sub-agents have lanes: with their steps where their log is loaded, hatched where it is not", async ({ page, scope }) => {
  const folder = corpusPath("claude", "subagent");
  await scope.drop(folder);
  await scope.openKey("0a1b2c3d-4e5f-4061-8071-2a3b4c5d6e7f");
  const lanes = page.getByTestId("lane-sub-agent");
  await expect(lanes).not.toHaveCount(0);
  await expect(page.getByTestId("timeline").getByRole("link", { name: "Sub-agent 1" })).toBeVisible();
  await lanes.first().getByTestId("timeline-cursor").focus();
  await expect(lanes.first().getByTestId("timeline-cursor")).toHaveAttribute("aria-label", /^Sub-agent: /);
});

test("times that go backwards, one step, and a thousand calls at once", async ({ page, scope, logs }) => {
  const at = Date.UTC(2026, 4, 1);
  const backwards = run("backwards", { prompt: "Backwards" }).map((line, nth) => ({ ...line, ts: new Date(at - nth * 60_000).toISOString() }));
  const one = [line("one", "session.start", at, { provider: "p", model: "m", prompt: "One step" })];
  const calls = Array.from({ length: 1000 }, (_, nth) => line("many", "tool.call", at + 2000 + (nth % 7), { tool: "bash", input: `{"n":${nth}}`, output: "ok", duration_ms: 60_000 - nth }));
  const [start, request, response, end] = run("many", { prompt: "Many at once", at });
  const three = run("weeks", { prompt: "Three weeks", at }).map((line, nth) => ({ ...line, ts: new Date(at + nth * 7 * 86_400_000).toISOString() }));
  const files = { backwards, one, many: [start, request, response, ...calls, end], weeks: three };
  await scope.drop(...Object.entries(files).map(([name, lines]) => logs.write(`${name}.jsonl`, text(lines))));
  for (const key of Object.keys(files)) {
    await scope.openKey(key);
    const timeline = new Timeline(page);
    await expect(timeline.view).toBeVisible();
    await timeline.wheel(0.5, 6, -400);
    await timeline.wheel(0.5, 8, 400);
    await expect.poll(() => timeline.width()).toBeGreaterThan(0.99);
  }
  await scope.openKey("many");
  const cursor = page.getByTestId("lane-tools").getByTestId("timeline-cursor");
  await cursor.focus();
  await expect(cursor).toHaveAttribute("aria-label", /the longest of \d+ that start here/);
});

test("what a replay has not come to is veiled, up to the playhead", async ({ page, scope }) => {
  const { timeline } = await openSession(scope, SESSIONS[0]);
  const veil = page.getByTestId("timeline-future");
  await expect(veil).toBeHidden();
  await page.keyboard.press("Space");
  await expect(veil).toBeVisible();
  await page.keyboard.press("Space");
  await page.mouse.move(0, 0);
  await page.keyboard.press("5");
  const [head, ahead] = [await page.getByTestId("playhead").boundingBox(), await veil.boundingBox()];
  expect(Math.abs(head.x - ahead.x)).toBeLessThan(3);
  expect(await timeline.width()).toBeGreaterThan(0.99);
});

test("a phone draws the lanes of a session in which a step has no time", async ({ page, scope, logs }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const [start, request, ...rest] = run("s-untimed", { prompt: "A step without a time" });
  const { ts: _none, ...untimed } = request;
  await scope.open();
  await scope.drop(logs.write("untimed.jsonl", text([start, untimed, ...rest])));
  await scope.openSession("A step without a time");
  const canvas = page.locator(".timeline-canvas > canvas.timeline-paint");
  await expect.poll(() => canvas.evaluate((node) => node.height / devicePixelRatio - node.clientHeight)).toBeGreaterThan(-2);
});
