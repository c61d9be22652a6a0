// Logs of several agents at once: trees of sessions, copied history, coverage, explanations, prices. Small made-up logs
// everywhere; the real ones, where they are, against what the command prints.

import { readFileSync } from "node:fs";
import { seriousViolations } from "./support/axe.mjs";
import { corpusPath, fixtureFolder } from "./support/corpus.mjs";
import { expect, test } from "./support/fixtures.mjs";
import { outputOfCommand } from "./support/origin.mjs";

const AGENTS = ["claude", "codex", "codetether", "fizeau"];
/** Sessions of the fixtures. */
const PARENT = "3b0c8e5e-0d2f-4a51-9c55-0f3f3c9f2a01";
const CHILD = "agent-a77";
const BRANCHED = "5c3a7f10-7a5f-4b1c-8d5e-2f6f1d1b7c02";
const CALLER = "019f0000-0000-7000-8000-000000000012";
const CALLED = "019f0000-0000-7000-8000-000000000014";
const FORK = "019f0000-0000-7000-8000-000000000051";
const UNPRICED = "proxy-1";

/** A number of tokens as the page writes it: cut, never rounded (token-coverage.md §4). */
function tokens(number) {
  const units = [["B", 1e9], ["M", 1e6], ["k", 1e3]];
  const unit = units.find(([, size]) => number >= size);
  if (!unit) return String(number);
  const tenths = Math.floor((number * 10) / unit[1]);
  return `${tenths % 10 === 0 ? tenths / 10 : (tenths / 10).toFixed(1)}${unit[0]}`;
}

/** The badge that a row of the command's JSON asks for. */
function badge({ tokens: counts, coverage }) {
  if (counts.peak_context === null && counts.output === null) return "no token data";
  // Nothing but zeros is what a gateway writes that does not know.
  if (counts.peak_context === 0 && counts.output === 0 && coverage.with_output === coverage.eligible) return "0";
  const missing = "—not recorded";
  const context = counts.peak_context === null ? missing : tokens(counts.peak_context);
  const isPart = coverage.with_output < coverage.eligible || coverage.partial > 0;
  const output = counts.output === null ? missing : `${isPart ? "at least " : ""}${tokens(counts.output)}`;
  return `${context} / ${output}`;
}

async function dropFixtures(scope, ...names) {
  await scope.drop(...names.map(fixtureFolder));
}

async function unfoldAll(scope) {
  const folded = scope.page.locator(".fold[aria-expanded=false]");
  while ((await folded.count()) > 0) await folded.first().click();
}

test("the list and the coverage of the real logs are what the command prints", async ({ page, scope, watch }) => {
  const folders = AGENTS.map((agent) => corpusPath(agent));
  await page.setViewportSize({ width: 1440, height: 4000 });
  await scope.drop(...folders);
  const json = outputOfCommand("sessions", ...folders, "--format", "json");
  test.skip(json === null && !process.env.CI, "the command is not built");
  const wanted = JSON.parse(json);
  await unfoldAll(scope);
  await expect(scope.rows).toHaveCount(wanted.length);
  const shown = await scope.rows.evaluateAll((rows) =>
    rows.map((row) => ({ key: row.dataset.key, badge: row.querySelector(".session-tokens").textContent })),
  );
  const badges = new Map(shown.map(({ key, badge }) => [key, badge]));
  for (const row of wanted) expect.soft(badges.get(row.id), row.id).toBe(badge(row));

  await scope.goTo("Coverage");
  await expect(scope.coverageTable).toBeVisible();
  const coverage = JSON.parse(outputOfCommand("coverage", ...folders, "--format", "json"));
  for (const agent of [...coverage.agents, coverage.totals]) {
    for (const { metric, recorded, eligible, reason } of agent.metrics) {
      const cell = scope.coverageCell(agent.agent ?? "", metric);
      if (eligible === 0) {
        await expect.soft(cell).toContainText("not applicable");
        continue;
      }
      await expect.soft(cell.locator(".coverage-count")).toContainText(`${recorded} of ${eligible}`);
      if (reason) await expect.soft(cell.locator(".coverage-reason")).toHaveText(reason);
    }
  }
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId("coverage-csv").click()]);
  const csv = readFileSync(await download.path(), "utf8");
  expect(csv).toBe(outputOfCommand("coverage", ...folders, "--format", "csv"));
  expect(watch.complaints).toEqual([]);
});

test("every real session opens, and its steps are read", async ({ page, scope, watch }) => {
  test.slow();
  const folders = AGENTS.map((agent) => corpusPath(agent));
  await page.setViewportSize({ width: 1440, height: 4000 });
  await scope.drop(...folders);
  await unfoldAll(scope);
  const keys = await scope.rows.evaluateAll((rows) => rows.map((row) => row.dataset.key));
  await page.setViewportSize({ width: 1440, height: 900 });
  for (const key of keys) {
    await page.evaluate((key) => (location.hash = `#v=1&tab=session&session=${encodeURIComponent(key)}`), key);
    await expect(page.getByTestId("facts")).toBeVisible();
    await expect(page.locator(".step .pending")).toHaveCount(0);
  }
  expect(watch.complaints).toEqual([]);
});

test("a call leads to the sub-agent that it started, and back", async ({ page, scope }) => {
  await dropFixtures(scope, "codex");
  await scope.openKey(CALLER);
  await page.keyboard.press("End");
  await expect(scope.subAgents.first()).toContainText("sub-agent, ");
  await scope.subAgents.first().click();
  await scope.expectInAddress(`session=${CALLED}`);
  await expect(page.getByTestId("parent")).toContainText("Sub-agent of");
  await page.getByTestId("parent").getByRole("link").click();
  await scope.expectInAddress(`session=${CALLER}`);
  await page.goBack();
  await scope.expectInAddress(`session=${CALLED}`);
});

test("the steps of a sub-agent unfold below its card, each a way there", async ({ page, scope }) => {
  await dropFixtures(scope, "codex");
  await scope.openKey(CALLER);
  await page.keyboard.press("End");
  const inside = page.getByTestId("sub-agent-steps").first();
  const fold = inside.getByRole("button", { name: "its steps" });
  await fold.press("Enter");
  await expect(fold).toHaveAttribute("aria-expanded", "true");
  await expect(inside.getByRole("row").nth(1)).toContainText("Prompt");
  expect(await seriousViolations(page)).toEqual([]);
  await inside.getByRole("link").first().click();
  await scope.expectInAddress(`session=${CALLED}`);
  await scope.expectInAddress("step=");
});

test("a sub-agent that no call names is found in the family, with both sums", async ({ page, scope }) => {
  await dropFixtures(scope, "claude");
  await scope.openKey(PARENT);
  await expect(page.getByTestId("totals")).toContainText("own");
  await expect(page.getByTestId("totals")).toContainText("with 1 sub-agent");
  await page.getByTestId("family-button").click();
  await page.getByTestId("family").getByRole("link").click();
  await scope.expectInAddress(`session=${CHILD}`);
});

test("a sub-agent that is not loaded is told of", async ({ page, scope }) => {
  await scope.drop(`${fixtureFolder("codex")}/codex-tools.jsonl`);
  await scope.openKey(CALLER);
  await page.keyboard.press("End");
  await expect(scope.subAgents.first()).toContainText("— ctx / — out");
  await expect(scope.subAgents.first()).toContainText("transcript not loaded");
  await expect(page.getByTestId("totals")).toContainText("with 2 not loaded");
});

test("steps on an abandoned branch are one row until they are asked for", async ({ page, scope }) => {
  await scope.drop(`${fixtureFolder("claude")}/claude-branches.jsonl`);
  await scope.openKey(BRANCHED);
  const marker = scope.stretches.first();
  await expect(marker).toContainText(/^\d+ steps? on an abandoned branch/);
  const before = await page.getByTestId("step-place").textContent();
  await expect(page.getByText("Green it is.")).toHaveCount(0);
  await marker.getByRole("button", { name: "Show" }).click();
  await expect(page.getByText("Green it is.")).toBeVisible();
  await expect(marker.getByRole("button", { name: "Hide" })).toBeFocused();
  await expect(page.getByTestId("step-place")).not.toHaveText(before);
  await page.keyboard.press("Enter");
  await expect(page.getByText("Green it is.")).toHaveCount(0);
  await expect(page.getByTestId("step-place")).toHaveText(before);
});

test("a link to a step on an abandoned branch opens it", async ({ page, scope }) => {
  await scope.drop(`${fixtureFolder("claude")}/claude-branches.jsonl`);
  await scope.openKey(BRANCHED);
  await scope.stretches.first().getByRole("button").click();
  await page.getByText("Green it is.").click();
  await scope.expectInAddress("step=");
  const { hash } = new URL(page.url());
  await scope.stretches.first().getByRole("button").click();
  await expect(page.getByText("Green it is.")).toHaveCount(0);
  await expect.poll(() => page.url()).not.toContain("step=");
  await page.evaluate((hash) => (location.hash = hash), hash);
  await expect(page.getByText("Green it is.")).toBeVisible();
});

test("a fork shows its own part; the history stands behind a marker that names its parent", async ({ scope }) => {
  await dropFixtures(scope, "codex");
  await scope.openKey(FORK);
  await expect(scope.stretches.first()).toContainText(/History of Write the parser, \d+ steps?/);
  await scope.stretches.first().getByRole("link", { name: "Write the parser" }).click();
  await expect(scope.page.getByTestId("facts")).toContainText("Write the parser");
});

test("the list counts with sub-agents or without, and the link keeps that", async ({ page, scope }) => {
  await dropFixtures(scope, "claude");
  const row = page.locator(`[data-key="${PARENT}"]`);
  const tokensOf = () => row.locator(".session-tokens").textContent();
  const withAll = await tokensOf();
  await page.getByTestId("sums").getByRole("button", { name: "Own" }).click();
  await expect.poll(tokensOf).not.toBe(withAll);
  await scope.expectInAddress("sums=own");
  await row.locator(".fold").click();
  await expect(page.locator(`[data-key="${CHILD}"]`)).toHaveAttribute("data-child", "");
});

test("the sums of an explanation are those of its rows, and a row leads to its step", async ({ page, scope }) => {
  await dropFixtures(scope, "claude");
  await scope.openKey(BRANCHED);
  await page.getByTestId("explain-button").click();
  await expect(scope.explanation).toBeVisible();
  const rows = scope.explanation.getByTestId("explain-row");
  await expect(rows.first()).toBeVisible();
  const cells = await rows.evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent)));
  const counted = cells.filter((row) => ["yes", "tokens"].includes(row[8]));
  const sum = (column) => counted.reduce((all, row) => all + Number(row[column].replace("—", "0")), 0);
  await expect(page.getByTestId("explain-totals")).toContainText(`Output${tokens(sum(6))}`);
  await expect(page.getByTestId("explain-totals")).toContainText(`Cache read${tokens(sum(4))}`);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId("explain-csv").click()]);
  expect(readFileSync(await download.path(), "utf8").split("\n")[0]).toContain("decision");
  const line = (await rows.last().getByRole("link").textContent()).match(/\d+$/)[0];
  await rows.last().getByRole("link").click();
  await expect(scope.explanation).toBeHidden();
  await expect(scope.inspector.getByTestId("log-line")).toContainText(line);
});

test("a cell of the coverage table lists its sessions, and its link keeps it", async ({ page, scope }) => {
  await dropFixtures(scope, "claude", "codex");
  await scope.goTo("Coverage");
  await expect(page.getByTestId("coverage-scope")).toContainText("all time");
  await scope.coverageCell("claude", "output").getByRole("button").click();
  const list = page.getByTestId("coverage-sessions");
  await expect(list.locator("tbody tr").first()).toContainText(/\d+ of \d+ requests?/);
  await scope.expectInAddress("cell=output:claude");
  await expect(scope.coverageCell("claude", "output").getByRole("button")).toHaveAttribute("aria-pressed", "true");
  await list.getByRole("link").first().click();
  await expect(scope.session).toBeVisible();
  await scope.goTo("Coverage");
  await expect(list).toBeVisible();
});

test("own prices give a cost to what had none, last, and can be taken away", async ({ page, scope, logs }) => {
  const { known } = await costs(page, scope);
  await page.getByTestId("prices-button").click();
  await page.getByTestId("prices-text").fill("model,input,output\nclaude-sonnet-4-5,cheap,2");
  await page.getByTestId("prices-use").click();
  await expect(page.getByTestId("prices-told")).toContainText("line 2");
  const file = logs.write("prices.csv", "model,input,output,cache_read\nclaude-sonnet-4-5,1000,1000,1000\n");
  await page.getByTestId("prices-file").setInputFiles(file);
  await expect(page.getByTestId("prices-text")).toHaveValue(/claude-sonnet-4-5/);
  await page.getByTestId("prices-use").click();
  await expect(page.getByTestId("prices-told")).toContainText("in use");
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("usage-scope")).toContainText("your own prices first");
  await expect.poll(async () => (await costsOf(page)).known).not.toBe(known);
  const own = (await costsOf(page)).known;
  await page.getByTestId("price-mode").getByRole("button", { name: "Recorded" }).click();
  await scope.expectInAddress("prices=display");
  await expect(page.getByTestId("usage-scope")).toContainText("Costs are those that the logs record");
  await expect.poll(async () => (await costsOf(page)).known).not.toBe(own);
  await page.getByTestId("price-mode").getByRole("button", { name: "Auto" }).click();
  await expect.poll(async () => (await costsOf(page)).known).toBe(own);
  await expect.poll(() => page.url()).not.toContain("prices=");
  // Kept past a reload; the logs are dropped again.
  await scope.reload();
  await dropFixtures(scope, "claude");
  await expect.poll(async () => (await costsOf(page)).known).toBe(own);
  await page.getByTestId("prices-button").click();
  await page.getByTestId("prices-remove").click();
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("usage-scope")).not.toContainText("your own prices");
  await expect.poll(async () => (await costsOf(page)).known).not.toBe(own);
});

async function costs(page, scope) {
  await dropFixtures(scope, "claude");
  await scope.goTo("Usage");
  await page.getByRole("button", { name: "Normalised" }).click();
  await expect(scope.usageTable).toHaveAttribute("data-counting", "normalised");
  return costsOf(page);
}

async function costsOf(page) {
  const value = page.getByTestId("readouts").locator(".readout-value").first();
  return { known: await value.textContent() };
}

test("durable events are picked by either set of rules", async ({ page, scope }) => {
  await scope.drop(`${fixtureFolder("codetether")}/codetether-events.jsonl`);
  await scope.rows.first().getByRole("link").click();
  await expect(scope.steps.first()).toBeVisible();
  const choice = page.getByTestId("durability");
  await choice.getByRole("button", { name: "Durable" }).click();
  await expect(choice.getByRole("button", { name: "Newer rules" })).toHaveAttribute("aria-pressed", "true");
  await scope.steps.first().click({ position: { x: 200, y: 8 } });
  await expect(scope.inspector.getByTestId("durable").first()).toContainText("durable");
  const newer = await page.getByTestId("step-place").textContent();
  await choice.getByRole("button", { name: "Earlier rules" }).click();
  await expect(page.getByTestId("step-place")).not.toHaveText(newer);
  await choice.getByRole("button", { name: "All" }).click();
  await expect(choice.getByRole("group", { name: "Rules" })).toHaveCount(0);
});

const VIEWS = {
  coverage: async (scope) => {
    await scope.goTo("Coverage");
    await scope.coverageCell("claude", "output").getByRole("button").click();
    await expect(scope.page.getByTestId("coverage-cell")).toBeVisible();
  },
  "sessions, unfolded": (scope) => unfoldAll(scope),
  "session with an abandoned branch": async (scope) => {
    await scope.openKey(BRANCHED);
    await scope.stretches.first().getByRole("button").click();
  },
  "session with a sub-agent, its family": async (scope) => {
    await scope.openKey(PARENT);
    await scope.page.getByTestId("family-button").click();
    await expect(scope.page.getByTestId("family")).toBeVisible();
  },
  explanation: async (scope) => {
    await scope.openKey(UNPRICED);
    await scope.page.getByTestId("explain-button").click();
    await expect(scope.explanation.getByTestId("explain-row").first()).toBeVisible();
  },
  "usage, prices": async (scope) => {
    await scope.goTo("Usage");
    await expect(scope.page.getByTestId("unpriced")).toBeVisible();
    await scope.page.getByTestId("prices-button").click();
    await scope.page.getByTestId("prices-text").fill("nonsense");
    await scope.page.getByTestId("prices-use").click();
    await expect(scope.page.getByTestId("prices-told")).toContainText("Not used");
  },
  "problems with unknown line types": async (scope) => {
    await scope.goTo("Problems");
    await expect(scope.page.getByTestId("unknown-types").first()).toBeVisible();
  },
};

for (const [name, show] of Object.entries(VIEWS)) {
  test(`${name}: no serious violation`, async ({ page, scope }) => {
    await dropFixtures(scope, "claude", "codex", "codetether");
    await show(scope);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousViolations(page), colorScheme).toEqual([]);
    }
  });
}
