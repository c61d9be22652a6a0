// A file that no format knows, read by what its user says of it; and sessions in the formats of others.

import { readFileSync } from "node:fs";
import { seriousViolations } from "./support/axe.mjs";
import { expect, test } from "./support/fixtures.mjs";
import { text, transcript } from "./support/logs.mjs";
import { shot } from "./support/shots.mjs";

const LOG = text([
  { run: "r-1", at: 1785612800, what: "ask", say: "List them, please" },
  { run: "r-1", at: 1785612801, what: "do", call: { fn: "ls", no: "1", with: { path: "." } } },
  { run: "r-1", at: 1785612803, what: "did", call: { no: "1" }, say: "a b" },
  { run: "r-1", at: 1785612804, what: "tell", say: "There are two.", llm: "gpt-5", n: { in: 100, hit: 40, out: 7 } },
]);

const MINE = {
  name: "Mine",
  session: "run",
  time: "at",
  kind: "what",
  kinds: { ask: "prompt", tell: "response", do: "tool-call", did: "tool-result" },
  text: "say",
  tool: "call.fn",
  id: "call.no",
  tokens: { input: "n.in", cache_read: "n.hit", output: "n.out" },
};

async function openEditor(page, scope) {
  await scope.goTo("Problems");
  await page.getByTestId("mapping-button").click();
  await expect(page.getByTestId("mapping-text")).toHaveValue(/"kind": "what"/);
}

test("a mapping is tried on the file, used, kept and taken away", async ({ page, scope, logs }) => {
  const path = logs.write("mine.jsonl", LOG);
  await scope.startDrop(path);
  await openEditor(page, scope);
  const dialog = page.getByTestId("mapping-dialog");
  const told = page.getByTestId("mapping-told");
  const use = page.getByTestId("mapping-use");
  // What was guessed makes sense already.
  await expect(dialog.getByRole("row", { name: /prompt List them/ })).toBeVisible();
  await page.getByTestId("mapping-text").fill('{\n  "kind": "what",\n  "colour": "x"\n}');
  await expect(told).toContainText('line 3: there is no key "colour"');
  await expect(use).toBeDisabled();
  await page.getByTestId("mapping-text").fill(JSON.stringify(MINE, null, 2));
  await expect(dialog.getByRole("row", { name: /60 in, 40 cached, 7 out/ })).toBeVisible();
  await expect(dialog.getByRole("row", { name: /tokens.output n.out 1 of 4 7/ })).toBeVisible();
  for (const theme of ["light", "dark"]) {
    for (const width of [390, 1440]) {
      await shot(page, "mapping", { theme, width });
      expect(await seriousViolations(page)).toEqual([]);
    }
  }
  await use.click();
  await expect(dialog).toBeHidden();
  await scope.goTo("Sessions");
  await expect(scope.rows).toHaveCount(1);
  await expect(scope.rows.first()).toContainText("Mine");

  // Kept: the same file opens by itself the next time.
  await page.reload();
  await scope.drop(path);
  await expect(scope.rows.first()).toContainText("Mine");
  await scope.openSession("List them, please");
  await expect(page.getByTestId("facts")).toContainText("Mine");

  await page.getByTestId("mapping-button").click();
  await page.getByRole("button", { name: "Remove Mine" }).click();
  await page.keyboard.press("Escape");
  await scope.goTo("Problems");
  await expect(page.getByTestId("foreign-files")).toContainText("mine.jsonl");
});

test("a session is exported in the formats of others", async ({ page, scope, logs }) => {
  const prompt = "Count the files";
  await scope.drop(logs.write("session.jsonl", text(transcript([{ prompt }, { tool: "Bash", input: { command: "ls" }, output: "a b" }, { text: "Two." }]))));
  await scope.openSession(prompt);
  await page.getByTestId("export").click();
  const dialog = page.getByTestId("share-dialog");
  await expect(dialog).toContainText("It does not hold cache writes");
  const saved = async (name) => {
    await dialog.getByRole("radio", { name }).check();
    await expect(page.getByTestId("share-facts")).toContainText("File");
    await expect(page.getByTestId("share-save")).toBeVisible();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId("share-save").click()]);
    return readFileSync(await download.path(), "utf8");
  };
  const trajectory = JSON.parse(await saved(/ATIF/));
  expect(trajectory.schema_version).toContain("ATIF-");
  expect(JSON.stringify(trajectory.steps)).toContain(prompt);
  const events = JSON.parse(await saved(/Perfetto/));
  expect(events.traceEvents.length).toBeGreaterThan(5);
  expect(await saved(/OpenTelemetry/)).toContain("gen_ai.operation.name");
  expect((await saved(/Hugging Face/)).split("\n")[0]).toContain('"type":"session"');
});

test("a log is read again as what the user says", async ({ page, scope, logs }) => {
  await scope.drop(logs.write("talk.jsonl", '{"role":"user","content":"List them"}\n{"role":"assistant","content":"Two."}\n'));
  await scope.openSession("List them");
  await page.getByTestId("all-facts-button").click();
  const choice = page.getByTestId("all-facts").getByLabel("Read as");
  await expect(choice.getByRole("option").first()).toHaveText("Read as Generic JSON lines");
  for (const width of [390, 1440]) {
    await shot(page, "read-as", { theme: "light", width });
  }
  await choice.selectOption("Kimi CLI");
  await scope.goTo("Sessions");
  await expect(scope.rows.first()).toContainText("Kimi");
  await expect(scope.rows).toHaveCount(1);
});

test("a file that nobody recognised is read as what the user says", async ({ page, scope, logs }) => {
  await scope.startDrop(logs.write("mine.jsonl", LOG));
  await scope.goTo("Problems");
  const choice = page.getByTestId("foreign-files").getByLabel("Read as");
  await expect(choice.getByRole("option").first()).toHaveText("Read as …");
  for (const width of [390, 1440]) {
    await shot(page, "read-as-foreign", { theme: "dark", width });
    expect(await seriousViolations(page)).toEqual([]);
  }
  await choice.selectOption("Claude Code");
  await expect(page.getByTestId("foreign-files").or(page.getByTestId("problem-group"))).toContainText("Claude Code");
});

test("what no sum holds is told beside the sums", async ({ page, scope, logs }) => {
  const answer = { role: "assistant", messageId: 1, content: [{ type: "text", text: "Sorted." }] };
  const thread = {
    id: "T-1", created: 1785612800000, title: "Sort the shelf", messages: [{ role: "user", messageId: 0, content: [{ type: "text", text: "Sort" }] }, answer],
    usageLedger: { events: [{ id: "e", timestamp: "2026-08-01T20:00:00Z", model: "m", credits: 12.5, tokens: { input: 0, output: 0 }, toMessageId: 1 }] },
  };
  await scope.drop(logs.write("T-1.json", JSON.stringify(thread)));
  await expect(scope.rows.first().getByTitle("0 (source reports only zeros)")).toHaveText("0");
  await scope.openSession("Sort the shelf");
  await expect(page.getByTestId("facts")).toContainText("Tokens 0 (source reports only zeros)");
  await expect(page.getByTestId("facts")).toContainText("Credits 12.5");
  for (const width of [390, 1440]) {
    await shot(page, "beside-sums", { theme: "light", width });
  }
  // Read as another kind it may be nothing at all: the page says so.
  await page.getByTestId("all-facts-button").click();
  await page.getByTestId("all-facts").getByLabel("Read as").selectOption("Claude Code");
  await expect(page.getByText("If it holds no such session, choose anew under Problems.")).toBeVisible();
  await expect(page.getByText("This session is not among what is open")).toBeVisible();
  await scope.goTo("Problems");
  const foreign = page.getByTestId("foreign-files");
  await expect(foreign).toContainText("read as a log of Claude Code, as was asked; no session of that kind is in it");
  await foreign.getByLabel("Read as").selectOption("Amp");
  await scope.goTo("Sessions");
  await expect(scope.rows.first()).toContainText("Sort the shelf");
});
