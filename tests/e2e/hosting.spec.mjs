// The recipes of docs/hosting.md as they stand there, but for names and places: what they run is run, and what they publish
// is opened on a host that behaves like the one they are for. nginx has a file of its own.

import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test as base } from "./support/fixtures.mjs";
import { BUCKET, host, PAGES } from "./support/host.mjs";
import { day, run, text, transcript } from "./support/logs.mjs";
import { builtCommand } from "./support/origin.mjs";
import { Scope } from "./support/page.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The first block of a language below a heading of the recipes. */
function recipe(heading, language) {
  const [, section] = readFileSync(here("../../docs/hosting.md"), "utf8").split(`\n## ${heading}\n`);
  return section.split(`\`\`\`${language}\n`)[1].split("```")[0];
}

const test = base.extend({
  /** A folder for commands that has `sessionscope`; the test is skipped where nobody has built it. */
  bin: async ({ logs }, use) => {
    const command = builtCommand();
    test.skip(!command, "the command is not built");
    const page = resolve(process.env.DIST ?? "dist");
    chmodSync(logs.write("bin/sessionscope", `#!/bin/sh\nexec '${command}' "$@" --page '${page}'\n`), 0o755);
    await use(logs.path("bin"));
  },
});

/** Opens a dashboard: its list before any log is fetched, a session, a link to a step in another tab. */
async function expectDashboard(page, url, served) {
  const scope = new Scope(page);
  await scope.open(url);
  await expect(scope.rows).toHaveCount(2);
  await expect(scope.progress).toBeHidden();
  expect(served.asked.filter((address) => address.includes("/archive/logs/"))).toEqual([]);
  await scope.openSession("Fix the rounding");
  await scope.steps.filter({ hasText: "Rounded." }).first().click();
  await scope.expectInAddress("step=");
  const other = new Scope(await page.context().newPage());
  await other.open(page.url());
  await expect(other.chosenStep).toContainText("Rounded.");
  await other.page.close();
  await scope.goTo("Sessions");
  return scope;
}

/** A log, and what it has become later. */
const TALK = [{ prompt: "Add a column" }, { text: "Added." }];
const LONGER = [...TALK, { prompt: "And drop it again" }, { text: "Dropped." }];

function writeLogs(logs, folder) {
  logs.write(`${folder}/a b%/one.jsonl`, text(run("one", { prompt: "Fix the rounding", answer: "Rounded.", at: day(120) })));
  return logs.write(`${folder}/größe/two.jsonl`, text(transcript(TALK)));
}

test("what the bucket's recipe puts there is a dashboard, its index goes up after its logs, and what is gone goes", async ({ page, logs, bin }) => {
  const two = writeLogs(logs, "logs");
  copyFileSync(here("support/aws.mjs"), join(bin, "aws.mjs"));
  chmodSync(logs.write("bin/aws", `#!/bin/sh\nexec '${process.execPath}' '${join(bin, "aws.mjs")}' "$@"\n`), 0o755);
  const script = recipe("A bucket (S3 and compatible)", "sh").replace("~/logs", "logs").replaceAll("BUCKET", "team");
  const published = () => {
    mkdirSync(logs.path("buckets"), { recursive: true });
    rmSync(logs.path("buckets/done"), { force: true });
    const env = { PATH: `${bin}:/usr/bin:/bin`, BUCKETS: logs.path("buckets") };
    execFileSync("sh", ["-euc", script], { cwd: logs.top, env, stdio: ["ignore", "ignore", "ignore"] });
    return readFileSync(logs.path("buckets/done"), "utf8").trim().split("\n");
  };
  const done = published();
  const lastLog = done.findLastIndex((line) => line.includes("/archive/logs/"));
  expect(done.indexOf("put sessions/archive/times.bin")).toBeGreaterThan(lastLog);
  expect(done.indexOf("put sessions/archive/manifest.json")).toBeGreaterThan(lastLog);
  expect(new Set(done).size).toBe(done.length);
  const served = await host(logs.path("buckets/team"), "/team/", undefined, BUCKET);
  try {
    const scope = await expectDashboard(page, `${served.url}sessions/index.html`, served);
    rmSync(two);
    expect(published().filter((line) => line.startsWith("removed sessions/archive/logs/"))).toHaveLength(1);
    await scope.reload();
    await expect(scope.rows).toHaveCount(1);
  } finally {
    served.close();
  }
});

test("what the workflow for GitHub Pages bundles is a dashboard there, and new logs are seen at once", async ({ page, logs, bin }) => {
  writeLogs(logs, "logs");
  const [, line] = recipe("GitHub Pages", "yaml").match(/- run: (sessionscope bundle .*)/);
  const published = (line) => execFileSync("sh", ["-euc", line], { cwd: logs.top, env: { PATH: `${bin}:/usr/bin:/bin` }, stdio: "ignore" });
  published(line);
  const served = await host(logs.path("site"), "/repo/", undefined, PAGES);
  try {
    const scope = await expectDashboard(page, served.url, served);
    logs.write("logs/three.jsonl", text(run("three", { prompt: "Write the docs", at: day(122) })));
    published(`rm -r site && ${line}`);
    // Not a reload, which asks for everything anew.
    await page.goto("about:blank");
    await scope.open(served.url);
    await expect(scope.rows).toHaveCount(3);
  } finally {
    served.close();
  }
});

test("cron's script makes a dashboard and adds to it, with as little around it as cron gives", async ({ page, logs, bin }) => {
  const two = writeLogs(logs, "agents/logs");
  const script = recipe("Every night on a build server (cron)", "sh").replaceAll("/usr/local/bin", bin).replaceAll("/srv/sessionscope", logs.top).replaceAll("/srv", logs.top);
  const path = logs.write("bin/publish-sessions", script);
  chmodSync(path, 0o755);
  const published = () => execFileSync(path, { env: { PATH: "/usr/bin:/bin" }, stdio: "ignore" });
  published();
  const served = await host(logs.path("site"), "/");
  try {
    const scope = await expectDashboard(page, served.url, served);
    await expect(page).toHaveTitle("Team A");
    logs.write("agents/logs/three.jsonl", text(run("three", { prompt: "Write the docs", at: day(122) })));
    writeFileSync(two, text(transcript(LONGER)));
    published();
    await scope.reload();
    await expect(scope.rows).toHaveCount(3);
    await scope.openSession("Add a column");
    await expect(scope.steps.filter({ hasText: "Dropped." }).first()).toBeVisible();
  } finally {
    served.close();
  }
});
