// What the timeline of a long session costs the main thread, frame by frame, by the browser's own trace.
//
//   node tests/e2e/bench/frames.mjs [ADDRESS] [--events N]     against a page that is served; else dist/ is

import { pathToFileURL } from "node:url";
import { loadavg } from "node:os";
import { chromium } from "@playwright/test";
import config from "../../../playwright.config.mjs";
import { generateLong } from "../../../benches/generate.mjs";
import { dropPaths } from "../support/drop.mjs";
import { served } from "./served.mjs";

const CATEGORIES = ["toplevel", "devtools.timeline", "devtools.timeline.frame", "disabled-by-default-devtools.timeline", "disabled-by-default-devtools.timeline.frame"];
const KEY = "svc-1778000000000000042";
const TURN_MS = 1000 / 60;
const TURNS = 240;

/**
 * Opens the session and zooms with the wheel, pans with the mouse and scrolls the transcript. Answers for each of them
 * the main thread's work per frame (95th percentile and longest, ms), the longest task (ms) and the presented frames a
 * second; and how long opening took.
 */
export async function measureFrames(browser, address, path) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: "light" });
  try {
    const page = await context.newPage();
    await page.addInitScript(() => addEventListener("TrunkApplicationStarted", () => (window.pageHasStarted = true)));
    await page.goto(address);
    await page.waitForFunction(() => window.pageHasStarted);
    await dropPaths(page, [path]);
    await page.getByTestId("session-row").first().waitFor({ timeout: 120_000 });
    await page.getByTestId("progress").waitFor({ state: "hidden", timeout: 120_000 });
    const session = await context.newCDPSession(page);
    const figures = { open: await opening(browser, page) };
    const box = await page.locator(".timeline-view").boundingBox();
    const at = (share) => ({ x: Math.round(box.x + box.width * share), y: Math.round(box.y + 100) });
    const wheel = (place, deltaY) => session.send("Input.dispatchMouseEvent", { type: "mouseWheel", ...place, deltaX: 0, deltaY });
    figures.zoom = await traced(browser, page, (turn) => wheel(at(0.37), turn % 120 < 60 ? -30 : 30));
    for (let turn = 0; turn < 20; turn += 1) await wheel(at(0.5), -30);
    await page.waitForTimeout(500);
    const move = (type, share) => session.send("Input.dispatchMouseEvent", { type, ...at(share), button: "left", buttons: 1, clickCount: 1 });
    await move("mousePressed", 0.9);
    figures.pan = await traced(browser, page, (turn) => move("mouseMoved", 0.5 + 0.4 * Math.cos(turn / 15)));
    await move("mouseReleased", 0.5);
    const list = await page.getByTestId("transcript").boundingBox();
    const middle = { x: Math.round(list.x + list.width / 2), y: Math.round(list.y + list.height / 2) };
    figures.scroll = await traced(browser, page, () => wheel(middle, 90));
    return figures;
  } finally {
    await context.close();
  }
}

/** Milliseconds from the click on the row to the first painted step, and the longest task of the page on the way. */
async function opening(browser, page) {
  const told = page.evaluate(() => {
    const found = { tasks: [] };
    new PerformanceObserver((list) => found.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
    return new Promise((resolve) => {
      addEventListener("click", (event) => (found.from = event.timeStamp), { capture: true, once: true });
      const watch = new MutationObserver(() => {
        if (!document.querySelector('[data-testid="step"]')) return;
        watch.disconnect();
        requestAnimationFrame(() => {
          const channel = new MessageChannel();
          channel.port1.onmessage = () => {
            const ms = performance.now() - found.from;
            setTimeout(() => resolve({ ms, longestMs: Math.max(0, ...found.tasks) }), 1500);
          };
          channel.port2.postMessage(null);
        });
      });
      watch.observe(document, { childList: true, subtree: true });
    });
  });
  await page.getByTestId("session-row").first().getByRole("link").first().click();
  return told;
}

async function traced(browser, page, act) {
  await browser.startTracing(page, { categories: CATEGORIES });
  const start = performance.now();
  for (let turn = 0; turn < TURNS; turn += 1) {
    // Nobody waits for the answers: a busy page must not make its own input late.
    act(turn).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, start + (turn + 1) * TURN_MS - performance.now())));
  }
  const seconds = (performance.now() - start) / 1000;
  return figuresOf(JSON.parse((await browser.stopTracing()).toString()).traceEvents, seconds);
}

/** Tasks of the page's main thread, put to the frame in which they began. */
function figuresOf(events, seconds) {
  const mains = new Set(events.filter((event) => event.name === "thread_name" && event.args.name === "CrRendererMain").map(({ pid, tid }) => `${pid} ${tid}`));
  const frames = new Map();
  for (const event of events) {
    const thread = `${event.pid} ${event.tid}`;
    if (event.name === "BeginMainThreadFrame" && mains.has(thread)) frames.set(thread, [...(frames.get(thread) ?? []), event.ts]);
  }
  // Other pages of the browser draw nothing.
  const [thread, begins] = [...frames].sort(([, a], [, b]) => b.length - a.length)[0] ?? ["", []];
  const tasks = events.filter((event) => event.name === "RunTask" && event.ph === "X" && `${event.pid} ${event.tid}` === thread);
  const work = new Array(begins.length).fill(0);
  const busy = [...work];
  begins.sort((a, b) => a - b);
  for (const { ts, dur, tdur } of tasks) {
    // The task of a frame begins a little before the mark in it.
    let frame = begins.findIndex((begin) => begin >= ts);
    if (frame < 0 || (frame > 0 && begins[frame] - ts > (dur ?? 0))) frame = frame < 0 ? begins.length - 1 : frame - 1;
    if (frame < 0) continue;
    work[frame] += (dur ?? 0) / 1000;
    busy[frame] += (tdur ?? dur ?? 0) / 1000;
  }
  const drawn = new Set(events.filter((event) => event.name === "DrawFrame" && `${event.pid}` === thread.split(" ")[0]).map(({ ts }) => ts)).size;
  const share = (list, part) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * part))] ?? 0;
  if (process.env.TRACE_OUT) console.log(topOf(events, thread));
  return {
    frames: begins.length,
    medianMs: share(work, 0.5),
    p95Ms: share(work, 0.95),
    // Without what other programs took: what the machine would need were it idle.
    cpuP95Ms: share(busy, 0.95),
    worstMs: share(work, 1),
    longestTaskMs: Math.max(0, ...tasks.map(({ dur }) => (dur ?? 0) / 1000)),
    presented: drawn / seconds,
  };
}

/** Where the time went, by the browser's names. */
function topOf(events, thread) {
  const sums = new Map();
  for (const { name, ph, pid, tid, tdur, dur } of events) if (ph === "X" && `${pid} ${tid}` === thread) sums.set(name, (sums.get(name) ?? 0) + (tdur ?? dur ?? 0) / 1000);
  return [...sums].sort(([, a], [, b]) => b - a).slice(0, 25).map(([name, ms]) => `${name} ${ms.toFixed(0)}`).join("; ");
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [address] = process.argv.slice(2).filter((word) => word.startsWith("http"));
  const at = process.argv.indexOf("--events");
  const events = at < 0 ? 200_000 : Number(process.argv[at + 1]);
  const server = address ? { address, end: () => {} } : await served(process.env.DIST ?? "dist");
  const browser = await chromium.launch(config.use.launchOptions);
  const before = loadavg()[0];
  const { open, ...moving } = await measureFrames(browser, server.address, generateLong({ events }));
  console.log(`${events} events; load ${before.toFixed(1)} before, ${loadavg()[0].toFixed(1)} after`);
  console.log(`open: ${open.ms.toFixed(0)} ms to the first painted step, longest task ${open.longestMs.toFixed(0)} ms`);
  for (const [name, { frames, medianMs, p95Ms, cpuP95Ms, worstMs, longestTaskMs, presented }] of Object.entries(moving)) {
    console.log(`${name}: work per frame median ${medianMs.toFixed(1)}, p95 ${p95Ms.toFixed(1)} (${cpuP95Ms.toFixed(1)} of the processor's time), worst ${worstMs.toFixed(1)} ms; longest task ${longestTaskMs.toFixed(1)} ms; ${frames} frames, ${presented.toFixed(0)} presented a second`);
  }
  await browser.close();
  server.end();
}
