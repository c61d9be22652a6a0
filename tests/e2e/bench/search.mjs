// Searching all text of what is open, as somebody types it into the palette: how fast bytes are looked through, when the
// first hit stands, and how long a key waits meanwhile.
//
//   node tests/e2e/bench/search.mjs [--dist FOLDER] [--size MB] [--runs N]     1,000 MB, 5 runs

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";
import { generateMixed } from "../../../benches/generate.mjs";
import config from "../../../playwright.config.mjs";
import { dropPaths } from "../support/drop.mjs";
import { ended, withPage } from "./page.mjs";
import { served } from "./served.mjs";

/** Nobody wrote it: all bytes are looked through. */
const NOWHERE = "zq nowhere qz";
/** Somebody wrote it in every log. */
const EVERYWHERE = "error";

/** Drops `paths` and searches: `mbS` over all bytes, `firstHitMs` of a text that is everywhere, `keyMs` of a key pressed meanwhile. */
export async function measureSearch(browser, address, paths) {
  return withPage(browser, address, async (page) => {
    await dropPaths(page, paths);
    await ended(page);
    const all = await searchAll(page);
    const first = await page.evaluate(searched, EVERYWHERE);
    return { ms: all.ms, firstHitMs: first.hitMs, keyMs: all.keyMs, told: all.told };
  });
}

/** Looks through everything that a page has open, and leaves the palette open. */
export async function searchAll(page) {
  await page.keyboard.press("ControlOrMeta+k");
  return page.evaluate(searched, NOWHERE);
}

/** Runs in the page: types a text, and waits until the palette has looked through everything. */
async function searched(text) {
  const field = document.querySelector('[data-testid="palette-input"]');
  const dialog = field.closest("dialog");
  const note = () => dialog.querySelector(".palette-note").textContent;
  const type = (text) => {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  type("");
  await frame();
  const began = performance.now();
  type(text);
  let hitMs = null;
  let keyMs = 0;
  let last = began;
  for (;;) {
    await frame();
    const now = performance.now();
    keyMs = Math.max(keyMs, now - last);
    last = now;
    if (hitMs === null && dialog.querySelector('[data-place^="step-"]')) hitMs = now - began;
    const told = note();
    if (/ of \d+ files?/.test(told) && !told.includes("searching")) return { ms: now - began, hitMs, keyMs, told };
  }
}

async function main() {
  const text = { type: "string" };
  const { dist = "dist", size = "1000", runs = "5" } = parseArgs({ options: { dist: text, size: text, runs: text } }).values;
  const { path, bytes } = generateMixed({ sizeMb: Number(size) });
  const { address, end } = await served(dist);
  const browser = await chromium.launch(config.use.launchOptions);
  try {
    for (let run = 1; run <= Number(runs); run += 1) {
      const { ms, firstHitMs, keyMs, told } = await measureSearch(browser, address, [path]);
      const mbS = bytes / 1e3 / ms;
      console.log(JSON.stringify({ mb: Math.round(bytes / 1e6), search_mb_s: Math.round(mbS), search_ms: Math.round(ms), first_hit_ms: Math.round(firstHitMs), longest_frame_ms: Math.round(keyMs), told }));
    }
  } finally {
    await browser.close();
    end();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
