// What other browsers may do otherwise: files are read in a worker, wasm comes over the network and out of a page of one
// file, and that page runs from a disk. Complaints of the console and requests count as in the tests in Chromium.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test as base } from "@playwright/test";
import { corpusPath } from "../e2e/support/corpus.mjs";
import { folderOfLogs, text, transcript } from "../e2e/support/logs.mjs";
import { startFirefox } from "./firefox.mjs";

const EXECUTABLE = process.env.FIREFOX ?? "/usr/bin/firefox-esr";
/** Put together here, so that nobody takes this file for a leak. */
const SECRET = ["gh", "p_0123456789abcdefghijABCDEFGHIJ012345"].join("");

const test = base.extend({
  firefox: [
    async ({}, use) => {
      const firefox = await startFirefox(EXECUTABLE);
      await use(firefox);
      await firefox.close();
    },
    { scope: "worker" },
  ],
  tab: async ({ firefox }, use, { title }) => {
    const tab = await firefox.newPage();
    await use(new Tab(tab));
    if (process.env.SHOTS) writeFileSync(join(process.env.SHOTS, `firefox-${title.replace(/\W+/g, "-").slice(0, 40)}.png`), await tab.shot());
    await tab.close();
    expect(tab.complaints).toEqual([]);
  },
  logs: async ({}, use) => {
    const logs = folderOfLogs();
    await use(logs);
    logs.clear();
  },
});

/** The page in a tab, by the words and names that people see. */
class Tab {
  constructor(tab) {
    this.tab = tab;
  }

  /** What a part of the page says, by its `data-testid`; all of the page without one. */
  says(id) {
    return this.tab.evaluate((id) => [...document.querySelectorAll(id ? `[data-testid=${id}]` : "body")].filter((part) => part.checkVisibility()).map((part) => part.innerText).join("\n"), id ?? "");
  }

  count(id) {
    return this.tab.evaluate((id) => document.querySelectorAll(`[data-testid=${id}]`).length, id);
  }

  /** Clicks the first element that a selector finds and whose text holds these words. */
  async click(selector, words = "") {
    const click = (selector, words) => {
      const found = [...document.querySelectorAll(selector)].find((element) => element.textContent.includes(words) && !element.disabled);
      found?.click();
      return Boolean(found);
    };
    await expect.poll(() => this.tab.evaluate(click, selector, words), `${selector} ${words}`).toBe(true);
  }

  async open(url) {
    await this.tab.open(url);
  }

  /** Opens files by the page's own field, and waits until they are read. */
  async read(files) {
    await expect.poll(() => this.tab.evaluate(() => Boolean(window.pageHasStarted))).toBe(true);
    await this.tab.pick("#files-input", files);
    await expect.poll(() => this.says("loaded-summary"), { timeout: 30_000 }).toMatch(/session/);
    await expect.poll(() => this.says("progress"), { timeout: 30_000 }).toBe("");
  }

  async openSession(title) {
    await this.click("[data-testid=session-row] a", title);
    await expect.poll(() => this.count("step")).toBeGreaterThan(0);
  }

  /** Plays from the first step until the page shows these words. */
  async playsTo(words) {
    await this.tab.press("\ue011", " ");
    await expect.poll(() => this.says("view"), { timeout: 30_000 }).toContain(words);
  }

  foreignRequests(...own) {
    return this.tab.requests.filter((url) => !/^(blob|data):/.test(url) && !own.some((start) => url.startsWith(start)));
  }
}

function log() {
  return text(
    transcript([
      { prompt: "Round the totals" },
      { tool: "Bash", input: { command: `git push https://${SECRET}@git.example/harbor` }, output: "ok" },
      { text: "Done: the totals are rounded." },
    ]),
  );
}

test("logs are read, a session opens and plays, every view stands", async ({ tab, logs, baseURL }) => {
  await tab.open(baseURL);
  await tab.read([logs.write("round.jsonl", log())]);
  for (const view of ["Overview", "Usage", "Coverage", "Problems", "Sessions"]) {
    await tab.click("nav a", view);
    await expect.poll(() => tab.says("view")).not.toBe("");
  }
  await tab.openSession("Round the totals");
  await tab.playsTo("Done: the totals are rounded.");
  expect(tab.foreignRequests(baseURL)).toEqual([]);
});

test("real logs are read @corpus", async ({ tab, baseURL }) => {
  const files = ["claude", "codex", "codetether", "fizeau"].flatMap((folder) => {
    const path = corpusPath(folder);
    return readdirSync(path).filter((name) => name.endsWith(".jsonl")).slice(0, 8).map((name) => join(path, name));
  });
  await tab.open(baseURL);
  await tab.read(files);
  await expect.poll(() => tab.count("session-row")).toBeGreaterThan(10);
  await tab.click("[data-testid=session-row] a");
  await expect.poll(() => tab.count("step")).toBeGreaterThan(0);
  await expect.poll(() => tab.says("view")).not.toContain("could not");
});

/** Lets the page make its file of one session. */
async function saved(tab, firefox, logs, baseURL) {
  await tab.open(baseURL);
  await tab.read([logs.write("round.jsonl", log())]);
  await tab.openSession("Round the totals");
  await tab.click("[data-testid=share]");
  await tab.click("[data-testid=share-save]");
  const path = join(firefox.folder, "claude-5e551000.html");
  await expect.poll(() => existsSync(path) && readFileSync(path).subarray(-18).toString("utf16le").endsWith("</html>\n")).toBe(true);
  return path;
}

test("one HTML file, made here, opens from disk, plays and asks nothing; saved anew it opens, cut off it says so", async ({ tab, firefox, logs, baseURL }) => {
  const path = await saved(tab, firefox, logs, baseURL);
  const bytes = readFileSync(path);
  const opens = async (name, bytes) => {
    const url = pathToFileURL(logs.write(name, bytes)).href;
    tab.tab.requests.length = 0;
    await tab.open(url);
    return url;
  };
  const whole = await opens("whole.html", bytes);
  await expect.poll(() => tab.count("step")).toBeGreaterThan(0);
  await expect.poll(() => tab.says("view")).toContain("[redacted:github-token#1]");
  await tab.playsTo("Done: the totals are rounded.");
  expect(tab.foreignRequests(whole)).toEqual([]);

  // As an editor would save it.
  await opens("utf-8.html", bytes.toString("utf16le").replace("\ufeff", "").replaceAll("\n", "\r\n"));
  await expect.poll(() => tab.count("step")).toBeGreaterThan(0);
  for (const [name, part] of [["half.html", 0.5], ["nearly.html", 0.9999]]) {
    await opens(name, bytes.subarray(0, 2 * Math.floor((bytes.length * part) / 2)));
    await expect.poll(() => tab.says()).toContain("This file is damaged");
  }
});
