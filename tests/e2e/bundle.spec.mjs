// A team dashboard on a plain static host: numbers before any log is fetched, sessions by their own logs.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { corpusPath } from "./support/corpus.mjs";
import { expect, test as base } from "./support/fixtures.mjs";
import { host, withoutRange } from "./support/host.mjs";
import { day, run, text, transcript } from "./support/logs.mjs";
import { builtCommand } from "./support/origin.mjs";
import { Scope } from "./support/page.mjs";

const DIST = process.env.DIST ?? "dist";

const test = base.extend({
  /** Bundles logs and serves them below /a/b/; the test is skipped where nobody has built the command. */
  dashboard: async ({ logs }, use) => {
    const command = builtCommand();
    const hosts = [];
    const held = {};
    await use(async (folder, ...words) => {
      test.skip(!command, "the command is not built");
      const site = logs.path(`site-${hosts.length}`);
      execFileSync(command, ["bundle", folder, "--out", site, "--page", DIST, ...words], { stdio: "ignore" });
      const served = await host(site, "/a/b/", (path) => held[path.split("/").at(-1)]);
      hosts.push(served);
      return { site, ...served, held, logsAsked: () => served.asked.filter((url) => url.includes("/archive/logs/")) };
    });
    hosts.forEach((served) => served.close());
  },
});

function team(logs) {
  logs.write("team/a b%/one.jsonl", text(run("one", { prompt: "Fix the rounding", answer: "Rounded.", at: day(120) })));
  logs.write("team/größe/two.jsonl", text(run("two", { prompt: "Add a column", answer: "Added.", at: day(121) })));
  return logs.path("team");
}

async function opened(page, url) {
  const scope = new Scope(page);
  await scope.open(url);
  return scope;
}

test("the dashboard stands before any log is fetched, and a session fetches its own", async ({ page, logs, dashboard }) => {
  const { url, logsAsked } = await dashboard(team(logs), "--title", "Team A");
  const scope = await opened(page, url);
  await expect(scope.rows).toHaveCount(2);
  await expect(page).toHaveTitle("Team A");
  await expect(scope.progress).toBeHidden();
  for (const view of ["Overview", "Usage", "Coverage", "Sessions"]) await scope.goTo(view);
  expect(logsAsked()).toEqual([]);
  await scope.openSession("Fix the rounding");
  await expect(scope.steps.filter({ hasText: "Rounded." }).first()).toBeVisible();
  expect(logsAsked()).toHaveLength(1);
  await expect(scope.progress).toBeHidden();
});

test("a mapping in the manifest reads the logs of the dashboard, whoever opens it", async ({ page, logs, dashboard }) => {
  logs.write("own/mine.jsonl", text([{ what: "ask", say: "List them, please" }, { what: "tell", say: "There are two." }]));
  const mapping = { name: "Mine", kind: "what", text: "say", kinds: { ask: "prompt", tell: "response" } };
  const { url, logsAsked } = await dashboard(logs.path("own"), "--mapping", logs.write("m.json", JSON.stringify(mapping)));
  const scope = await opened(page, url);
  await expect(scope.rows).toHaveCount(1);
  await expect(scope.rows.first()).toContainText("Mine");
  expect(logsAsked()).toEqual([]);
  await scope.openSession("List them, please");
  await expect(scope.steps.filter({ hasText: "There are two." }).first()).toBeVisible();
  // It came with the archive: the visitor's own browser keeps nothing of it.
  expect(await page.evaluate(() => Object.values(localStorage).some((kept) => kept.includes("Mine")))).toBe(false);
});

test("list and first panels stand by the manifest alone, and nothing is nought that is not here yet", async ({ page, logs, dashboard }) => {
  const { url, held, asked, logsAsked } = await dashboard(team(logs));
  let release;
  held["times.bin"] = new Promise((resolve) => (release = resolve));
  const scope = await opened(page, `${url}#tab=overview`);
  await expect(page.getByTestId("cards")).toContainText("2 runs + 0 sub-agents");
  await scope.goTo("Sessions");
  await expect(scope.rows).toHaveCount(2);
  const row = scope.rows.filter({ hasText: "Fix the rounding" });
  const early = await row.innerText();
  await expect(scope.progress).toContainText("2 sessions so far");
  await scope.goTo("Overview");
  const cards = page.getByTestId("cards");
  await expect(cards).toContainText("2 runs + 0 sub-agents");
  const outputEarly = await cards.locator(".readout", { hasText: "Output tokens" }).innerText();
  await expect(cards.locator(".readout", { hasText: "Active days" })).toContainText("…");
  await expect(page.locator("[data-panel=heatmap] .panel-scope")).toHaveText("counting…");
  await scope.goTo("Usage");
  await expect(scope.usageTable).toHaveCount(0);
  expect(asked.filter((address) => address.includes("times.bin"))).toHaveLength(1);
  release();
  await expect(scope.usageTable).toContainText("made-up");
  await expect(scope.progress).toBeHidden();
  await scope.goTo("Overview");
  await expect(cards.locator(".readout", { hasText: "Active days" })).toContainText("2");
  await expect(page.locator("[data-panel=heatmap] .panel-scope")).not.toHaveText("counting…");
  expect(await cards.locator(".readout", { hasText: "Output tokens" }).innerText()).toBe(outputEarly);
  await scope.goTo("Sessions");
  expect(await row.innerText()).toBe(early);
  expect(logsAsked()).toEqual([]);
});

test("a link to a step of a dashboard leads there in a fresh profile", async ({ browser, page, logs, dashboard }) => {
  const { url } = await dashboard(team(logs));
  const scope = await opened(page, url);
  await scope.openSession("Add a column");
  await scope.steps.filter({ hasText: "Added." }).first().click();
  await scope.expectInAddress("step=");
  const link = page.url();
  const context = await browser.newContext();
  const other = await opened(await context.newPage(), link);
  await expect(other.chosenStep).toContainText("Added.");
  await context.close();
});

test("a page without an archive asks for none, and one is opened by its address", async ({ page, scope, watch, logs, dashboard }) => {
  expect(watch.requests.filter((url) => url.includes("manifest"))).toEqual([]);
  const { url } = await dashboard(team(logs));
  // The same host, another page of it.
  await page.goto(`${url}index.html#archive=archive/manifest.json`);
  await expect(scope.rows).toHaveCount(2);
});

test("logs that are dropped on a dashboard and repeat it count once", async ({ page, logs, dashboard }) => {
  const { url } = await dashboard(team(logs));
  const scope = await opened(page, url);
  await expect(scope.rows).toHaveCount(2);
  await scope.startDrop(logs.path("team/a b%/one.jsonl"));
  await expect(scope.messages).toContainText("hold the same; it counts once");
  await expect(scope.rows).toHaveCount(2);
});

test("a served folder is followed as it grows, and a session of it is read on", async ({ page, logs }) => {
  const command = builtCommand();
  test.skip(!command, "the command is not built");
  const folder = team(logs);
  const server = spawn(command, ["serve", folder, "--port", "0", "--page", DIST], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    const [line] = await once(server.stdout, "data");
    const scope = await opened(page, line.toString().match(/http:\/\/\S+/)[0]);
    await expect(scope.rows).toHaveCount(2);
    logs.write("team/three.jsonl", text(run("three", { prompt: "Write the docs", at: day(122) })));
    await expect(scope.rows).toHaveCount(3);
    const lines = run("four", { prompt: "Count the lines", answer: "Seven.", at: day(123) });
    const path = logs.write("team/four.jsonl", text(lines.slice(0, 2)));
    await scope.openSession("Count the lines");
    await expect(scope.steps.filter({ hasText: "Seven." })).toHaveCount(0);
    appendFileSync(path, text(lines.slice(2)));
    await expect(scope.steps.filter({ hasText: "Seven." }).first()).toBeVisible();
  } finally {
    server.kill();
  }
});

test("of a log that grows only what is new is asked for, and the whole where it is another one", async ({ context, page, logs }) => {
  const command = builtCommand();
  test.skip(!command, "the command is not built");
  const lines = run("four", { prompt: "Count the lines", answer: "Seven.", at: day(123) });
  const path = logs.write("team/four.jsonl", text(lines.slice(0, 2)));
  const known = text(lines.slice(0, 2)).length;
  const server = spawn(command, ["serve", logs.path("team"), "--port", "0", "--page", DIST], { stdio: ["ignore", "pipe", "ignore"] });
  const ranges = [];
  context.on("request", (request) => request.url().includes("/archive/logs/") && ranges.push(request.headers().range ?? "all"));
  try {
    const [line] = await once(server.stdout, "data");
    const scope = await opened(page, line.toString().match(/http:\/\/\S+/)[0]);
    await scope.openSession("Count the lines");
    await expect(scope.steps.first()).toBeVisible();
    // Half a line, then the rest: what is read on begins within one.
    const rest = text(lines.slice(2));
    appendFileSync(path, rest.slice(0, 10));
    await page.waitForTimeout(3500);
    appendFileSync(path, rest.slice(10));
    await expect(scope.steps.filter({ hasText: "Seven." }).first()).toBeVisible();
    expect(ranges.slice(0, 2)).toEqual(["all", `bytes=${known}-`]);
    const told = await scope.steps.allInnerTexts();
    // The same by another page, which reads all of it at once.
    const other = await opened(await context.newPage(), page.url());
    await expect(other.steps.filter({ hasText: "Seven." }).first()).toBeVisible();
    expect(await other.steps.allInnerTexts()).toEqual(told);
    await other.page.close();
    const before = ranges.length;
    writeFileSync(path, text(run("four", { prompt: "Count the lines", answer: "Eight, or nine; who can say without counting.", at: day(124) })));
    await expect(scope.steps.filter({ hasText: "Eight, or nine" }).first()).toBeVisible();
    expect(ranges.slice(before).at(-1)).toBe("all");
    await expect(scope.messages).not.toContainText("has changed since");
  } finally {
    server.kill();
  }
});

test("behind a host that ignores Range a log that grows is read on, and nothing counts twice", async ({ context, page, logs }) => {
  const command = builtCommand();
  test.skip(!command, "the command is not built");
  const lines = transcript([{ prompt: "Count the lines" }, { text: "Seven." }, { prompt: "And the words" }, { text: "Ninety." }]);
  const known = text(lines.slice(0, 2));
  const more = text(lines.slice(2));
  const path = logs.write("team/four.jsonl", known);
  const server = spawn(command, ["serve", logs.path("team"), "--port", "0", "--page", DIST], { stdio: ["ignore", "pipe", "ignore"] });
  let passed;
  try {
    const [line] = await once(server.stdout, "data");
    passed = await withoutRange(line.toString().match(/http:\/\/\S+/)[0]);
    const scope = await opened(page, passed.url);
    await scope.openSession("Count the lines");
    await expect(scope.steps.filter({ hasText: "Seven." })).toHaveCount(1);
    // What is new does not end with its line.
    appendFileSync(path, more.slice(0, -20));
    await page.waitForTimeout(3500);
    appendFileSync(path, more.slice(-20));
    await expect(scope.steps.filter({ hasText: "Ninety." })).toHaveCount(1);
    await expect(scope.steps.filter({ hasText: "Seven." })).toHaveCount(1);
    expect(passed.ranges[0]).toBe(`bytes=${known.length}-`);
    await expect(scope.messages).toBeEmpty();
    const told = await scope.steps.allInnerTexts();
    await scope.goTo("Usage");
    const used = await scope.usageTable.innerText();
    // The same by a page that reads all of it at once.
    const other = await opened(await context.newPage(), passed.url);
    await other.goTo("Usage");
    await expect(other.usageTable).toHaveText(used, { useInnerText: true });
    await other.goTo("Sessions");
    await expect(other.rows).toHaveCount(1);
    await other.openSession("Count the lines");
    await expect(other.steps).toHaveText(told, { useInnerText: true });
  } finally {
    passed?.close();
    server.kill();
  }
});

base.describe("what is wrong with a bundle is said", () => {
  test.use({ complaintsExpected: true });

  test("a missing log", async ({ page, logs, dashboard }) => {
    const { url, site } = await dashboard(team(logs));
    rmSync(join(site, "archive/logs"), { recursive: true });
    const scope = await opened(page, url);
    await scope.openSession("Add a column");
    await expect(scope.messages).toContainText("there is no such file on the server (status 404)");
    await expect(scope.steps.first()).toContainText("there is no such file on the server");
    await scope.goTo("Usage");
    await expect(scope.usageTable).toContainText("made-up");
  });

  test("a log that has changed since", async ({ page, logs, dashboard }) => {
    const { url, site } = await dashboard(team(logs));
    for (const name of readdirSync(join(site, "archive/logs"))) {
      writeFileSync(join(site, "archive/logs", name), text(run("two", { prompt: "Add a column", answer: "Other.", at: day(121) })));
    }
    const scope = await opened(page, url);
    await scope.openSession("Add a column");
    await expect(scope.messages).toContainText("the log has changed since the dashboard was made");
    await expect(scope.steps.first()).toBeVisible();
  });

  test("a manifest of another version, and one that is a web page", async ({ page, logs, dashboard }) => {
    const { url, site } = await dashboard(team(logs));
    const manifest = join(site, "archive/manifest.json");
    const whole = readFileSync(manifest, "utf8");
    writeFileSync(manifest, whole.replace('"sessionscope":1', '"sessionscope":9'));
    const scope = await opened(page, url);
    await expect(scope.messages).toContainText("it is of version 9");
    writeFileSync(manifest, whole.replace(/("times.bin","hash":")[0-9a-f]{4}/, "$1ffff"));
    await scope.reload();
    await expect(scope.messages).toContainText("do not belong together");
    writeFileSync(manifest, "<!doctype html><title>Log in</title>");
    await scope.reload();
    await expect(scope.messages).toContainText("a web page");
    rmSync(manifest);
    await scope.reload();
    await expect(scope.messages).toContainText("there is no such file on the server (status 404)");
  });

  test("a dashboard without its logs", async ({ page, logs, dashboard }) => {
    const { url } = await dashboard(team(logs), "--no-logs");
    const scope = await opened(page, url);
    await scope.openSession("Add a column");
    await expect(scope.steps.first()).toContainText("made without its logs");
  });
});

test("the corpus, redacted, is a dashboard @corpus", async ({ page, dashboard }) => {
  const folder = corpusPath("");
  const { url, logsAsked } = await dashboard(folder, "--redact");
  const scope = await opened(page, url);
  await expect(scope.summary).toContainText("sessions");
  await expect(scope.progress).toBeHidden();
  expect(logsAsked()).toEqual([]);
  for (let index = 0; index < 3; index += 1) {
    await scope.rows.nth(index).getByRole("link").first().click();
    await expect(scope.steps.first()).toBeVisible();
    await scope.goTo("Sessions");
  }
  expect(logsAsked().length).toBeGreaterThanOrEqual(3);
});
