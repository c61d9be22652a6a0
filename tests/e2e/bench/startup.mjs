// How soon the page can be read and used over a slow line, with nothing kept from before.
//
//   node tests/e2e/bench/startup.mjs [--dist FOLDER] [--runs N]

import { createServer } from "node:http";
import { readFileSync, statSync } from "node:fs";
import { extname, join, normalize, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { chromium } from "@playwright/test";
import config from "../../../playwright.config.mjs";

/** The line: bytes a second for all answers together, and milliseconds to the server and back. */
const BYTES_S = 9e6 / 8;
const ROUND_TRIP_MS = 60;
const PIECE = 8 << 10;

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".json": "application/json" };

/** Milliseconds from navigation to the first text and to the page that answers; medians. */
export async function measureStartup(browser, folder, runs = 5) {
  const { address, close } = await slowServer(folder);
  try {
    const found = [];
    for (let run = 0; run < runs; run += 1) found.push(await once(browser, address));
    const median = (key) => found.map((each) => each[key]).sort((a, b) => a - b)[Math.floor(runs / 2)];
    return { readableMs: median("readableMs"), interactiveMs: median("interactiveMs") };
  } finally {
    close();
  }
}

async function once(browser, address) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    await page.addInitScript(() => addEventListener("TrunkApplicationStarted", () => (window.startedAt = performance.now())));
    await page.goto(address);
    await page.waitForFunction(() => window.startedAt);
    return await page.evaluate(() => ({
      readableMs: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
      interactiveMs: window.startedAt,
    }));
  } finally {
    await context.close();
  }
}

/** A plain host with gzip behind the line. A new connection costs a round trip more. */
function slowServer(folder) {
  const packed = new Map();
  let freeAt = 0;
  const send = (response, body, from) => {
    if (from >= body.length) return response.end();
    const now = performance.now();
    freeAt = Math.max(now, freeAt) + (Math.min(PIECE, body.length - from) * 1000) / BYTES_S;
    setTimeout(() => {
      response.write(body.subarray(from, from + PIECE));
      send(response, body, from + PIECE);
    }, freeAt - now);
  };
  const known = new WeakSet();
  const server = createServer(({ url, socket }, response) => {
    const path = join(folder, normalize(new URL(url, "http://host").pathname).replace(/\/$/, "/index.html"));
    const isThere = statSync(path, { throwIfNoEntry: false })?.isFile();
    if (isThere && !packed.has(path)) packed.set(path, gzipSync(readFileSync(path), { level: 9 }));
    const body = packed.get(path) ?? Buffer.alloc(0);
    const wait = known.has(socket) ? ROUND_TRIP_MS : 2 * ROUND_TRIP_MS;
    known.add(socket);
    setTimeout(() => {
      const type = TYPES[extname(path)] ?? "text/plain";
      response.writeHead(isThere ? 200 : 404, { "content-type": type, "content-encoding": "gzip", "content-length": body.length, "cache-control": "no-store" });
      send(response, body, 0);
    }, wait);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve({ address: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() })));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({ options: { dist: { type: "string", default: "dist" }, runs: { type: "string", default: "5" } } });
  const browser = await chromium.launch(config.use.launchOptions);
  const figures = await measureStartup(browser, resolve(values.dist), Number(values.runs));
  console.log(JSON.stringify(figures));
  await browser.close();
}
