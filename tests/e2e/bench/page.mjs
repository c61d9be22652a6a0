// Runs of the product's page: a fresh page each, a real drop, and what its probe has recorded.

import { dropPaths } from "../support/drop.mjs";
import { installProbe } from "./probe.mjs";

const CLICK_EVERY_MS = 150;
/** Clicks go on for so long after the end: the complete list has to answer too. */
const CLICKS_AFTER_MS = 1500;
const LONGEST_RUN_MS = 180_000;
/** What is clicked in turn: views, sorting, the theme. */
const CLICKS = ["tab Usage", "tab Sessions", "sort Cost", "sort Session", "theme", "tab Problems", "tab Sessions", "sort Start", "theme"];

/** What a person needs at least to choose files. Meanwhile the worker runs itself in. */
const CHOOSING_MS = 2500;

/** Drops `paths` and touches nothing: how long it takes, and what it needs. `atOnce`: as soon as the page is there. */
export async function measureOpening(browser, address, paths, { atOnce = false } = {}) {
  return withPage(browser, address, async (page, workers) => {
    if (!atOnce) await page.waitForTimeout(CHOOSING_MS);
    const heap = watchHeap(page);
    await dropPaths(page, paths);
    const { marks, tasks } = await ended(page);
    const scope = await page.getByTestId("list-scope").textContent();
    return {
      ms: marks.donePainted - marks.drop,
      firstRowMs: marks.rowPainted - marks.drop,
      longestTaskMs: longest(tasks.filter(({ at }) => at + 1 > marks.drop)),
      wasmMb: (await wasmBytes(page)) / 1e6,
      heapMb: (await heap.stop()) / 1e6,
      workers: workers.count,
      scope,
    };
  });
}

/** Drops `paths` and clicks around until some time after the end: each click, and the longest task. */
export async function measureClicks(browser, address, paths) {
  return withPage(browser, address, async (page) => {
    const session = await page.context().newCDPSession(page);
    await dropPaths(page, paths);
    await page.getByTestId("top-bar").waitFor();
    let endedAt = Infinity;
    const isOver = () => performance.now() > endedAt + CLICKS_AFTER_MS;
    for (let turn = 0; !isOver(); turn += 1) {
      const next = performance.now() + CLICK_EVERY_MS;
      const place = await page.evaluate(placeOf, CLICKS[turn % CLICKS.length]);
      if (place) click(session, place);
      await new Promise((resolve) => setTimeout(resolve, next - performance.now()));
      if (endedAt === Infinity && (await page.evaluate(() => "done" in window.probe.marks))) endedAt = performance.now();
    }
    const { clicks, tasks, marks } = await ended(page);
    return { clicks, longestTaskMs: longest(tasks.filter(({ at }) => at + 1 > marks.drop)) };
  });
}

/** Drops `paths` and cancels. `ms` is null when reading was over before. */
export async function measureCancel(browser, address, paths, delay) {
  return withPage(browser, address, async (page, workers) => {
    await page.evaluate((delay) => window.probe.cancelAfter(delay), delay);
    await dropPaths(page, paths);
    const { marks } = await ended(page);
    const isInTime = "cancel" in marks && marks.cancel < marks.done;
    // A worker that does not stop by itself is replaced: then there was a second one.
    return { ms: isInTime ? marks.donePainted - marks.cancel : null, wasReplaced: workers.count > 1 };
  });
}

/** Drops one huge log, opens its session, and jumps to its end: milliseconds and MB. */
export async function measureReplay(browser, address, paths) {
  return withPage(browser, address, async (page) => {
    await page.waitForTimeout(CHOOSING_MS);
    const heap = watchHeap(page);
    await dropPaths(page, paths);
    const { marks, tasks } = await ended(page);
    const told = page.evaluate(appeared, '[data-testid="step"]');
    await page.getByTestId("session-row").first().getByRole("link").first().click();
    const openMs = await told;
    await page.waitForTimeout(1500);
    const jump = page.evaluate(changed, '[data-testid="transcript"]');
    await page.keyboard.press("End");
    const jumpMs = await jump;
    return {
      ...{ ms: marks.donePainted - marks.drop, openMs, jumpMs },
      longestTaskMs: longest(tasks.filter(({ at }) => at + 1 > marks.drop)),
      wasmMb: (await wasmBytes(page)) / 1e6,
      heapMb: (await heap.stop()) / 1e6,
    };
  });
}

/** In the page: milliseconds from the next click until the first element of a kind is painted. */
export function appeared(selector) {
  return new Promise((resolve) => {
    let from = 0;
    addEventListener("click", (event) => (from = event.timeStamp), { capture: true, once: true });
    const watch = new MutationObserver(() => {
      if (!document.querySelector(selector)) return;
      watch.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - from)));
    });
    watch.observe(document, { childList: true, subtree: true });
  });
}

/** In the page: milliseconds from the next key until what is below an element has changed and is painted. */
function changed(selector) {
  return new Promise((resolve) => {
    let from = 0;
    addEventListener("keydown", (event) => (from = event.timeStamp), { capture: true, once: true });
    const watch = new MutationObserver(() => {
      if (from === 0) return;
      watch.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - from)));
    });
    watch.observe(document.querySelector(selector), { childList: true, subtree: true });
  });
}

/** A fresh page with the probe in it, started. */
export async function withPage(browser, address, act) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: "light" });
  try {
    const page = await context.newPage();
    const workers = { count: 0 };
    page.on("worker", () => (workers.count += 1));
    await page.addInitScript(installProbe);
    await page.goto(address);
    await page.waitForFunction(() => window.pageHasStarted);
    return await act(page, workers);
  } finally {
    await context.close();
  }
}

/** Waits until reading is over and drawn; asked seldom, so that asking costs nothing. */
export async function ended(page) {
  await page.waitForFunction(() => "donePainted" in window.probe.marks, null, { polling: 100, timeout: LONGEST_RUN_MS });
  // Entries of the observers come some time after what they tell of.
  await page.waitForTimeout(200);
  return page.evaluate(() => window.probe);
}

function longest(tasks) {
  return Math.max(0, ...tasks.map(({ ms }) => ms));
}

/** In the page: the middle of what is to be clicked, or null when it is not there now. */
function placeOf(what) {
  const [kind, label] = what.split(" ");
  const buttons = { tab: ".view-tabs a", sort: ".session-table th button", theme: '[aria-label="Switch theme"]' };
  const found = [...document.querySelectorAll(buttons[kind])].find((element) => !label || element.textContent.startsWith(label));
  const box = found?.getBoundingClientRect();
  return box ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : null;
}

/** Real input. Nobody waits for the answers: a busy page must not make its own clicks late. */
function click(session, { x, y }) {
  for (const type of ["mouseMoved", "mousePressed", "mouseReleased"]) {
    const button = type === "mouseMoved" ? "none" : "left";
    session.send("Input.dispatchMouseEvent", { type, x, y, button, clickCount: 1 }).catch(() => {});
  }
}

/**
 * Bytes of the worker's wasm memory. It never shrinks, so this is the peak. The loader's function answers a second
 * call with the exports of the first, so nothing in the product is there for this.
 */
async function wasmBytes(page) {
  const sizes = page.workers().map((worker) => worker.evaluate(async () => (await wasm_bindgen()).memory.buffer.byteLength));
  return Math.max(0, ...(await Promise.all(sizes)));
}

/** The peak of the worker's JavaScript heap with its buffers, asked of the browser again and again. */
function watchHeap(page) {
  let peak = 0;
  let isOn = true;
  const watching = (async () => {
    const session = await page.context().newCDPSession(page);
    const ask = await workerSession(session);
    while (isOn && ask) {
      const { usedSize = 0, embedderHeapUsedSize = 0, backingStorageSize = 0 } = await ask("Runtime.getHeapUsage");
      peak = Math.max(peak, usedSize + embedderHeapUsedSize + backingStorageSize);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })().catch(() => {});
  return {
    async stop() {
      isOn = false;
      await watching;
      return peak;
    },
  };
}

/** A line to the page's worker, which Playwright does not offer: messages wrapped in messages. */
async function workerSession(session) {
  const waiting = new Map();
  session.on("Target.receivedMessageFromTarget", ({ message }) => {
    const { id, result } = JSON.parse(message);
    waiting.get(id)?.(result ?? {});
    waiting.delete(id);
  });
  const attached = new Promise((resolve) => session.on("Target.attachedToTarget", ({ sessionId }) => resolve(sessionId)));
  await session.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const sessionId = await attached;
  let id = 0;
  return (method) => {
    id += 1;
    const answer = new Promise((resolve) => waiting.set(id, resolve));
    session.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id, method }) });
    return answer;
  };
}
