// Damaged logs: the good part of every one is shown, and Problems names the file and the line.

import { run } from "./support/logs.mjs";
import { expect, test } from "./support/fixtures.mjs";

const PROMPT = "Fix the rounding of totals";
const LINES = run("svc-1770000000000000001", { prompt: PROMPT }).map((line) => JSON.stringify(line));
const [START, REQUEST, RESPONSE, END] = LINES;
const WHOLE = `${LINES.join("\n")}\n`;

/** What is wrong, the log, and the row of Problems that it should bring; without one nothing is lost and nothing said. */
const DAMAGES = [
  {
    what: "a last line that breaks off",
    log: WHOLE.slice(0, -60),
    problem: "Line 4: Cut off in the middle of a line",
  },
  {
    what: "broken JSON in the middle",
    log: `${START}\n${REQUEST}\n{"session_id": oops}\n${RESPONSE}\n${END}\n`,
    problem: "Line 3: Not a JSON object",
  },
  { what: "blank lines", log: `\n${START}\n\n\n${REQUEST}\n  \n${RESPONSE}\n${END}\n\n` },
  { what: "CRLF line ends", log: WHOLE.replaceAll("\n", "\r\n") },
  { what: "a byte order mark", log: `\uFEFF${WHOLE}` },
  {
    what: "a block of NUL bytes between two lines",
    log: `${START}\n${REQUEST}\n${"\0".repeat(4096)}\n${RESPONSE}\n${END}\n`,
    problem: "Line 3: Not a JSON object",
  },
  { what: "NUL bytes inside a text that is only read when shown", log: WHOLE.replace("Done.", "Done\0\0.") },
  {
    what: "invalid UTF-8 inside a text",
    // In the prompt: the index keeps its beginning. Texts that it skips are repaired when they are shown.
    log: Buffer.from(WHOLE.replaceAll(PROMPT, `${PROMPT} \xff\xc3(`), "latin1"),
    problem: "Line 1: Damaged text, repaired",
  },
  { what: "invalid UTF-8 inside a text that is only read when shown", log: Buffer.from(WHOLE.replace("Done.", "Done\xff."), "latin1") },
];

for (const { what, log, problem } of DAMAGES) {
  test(`a log with ${what} is shown`, async ({ scope, logs }) => {
    await scope.drop(logs.write("damaged.jsonl", log));
    await expect(scope.rows).toHaveCount(1);
    await expect(scope.row(PROMPT)).toBeVisible();
    await scope.goTo("Problems");
    if (problem) {
      await expect(scope.problemsOf("damaged.jsonl").getByTestId("problem-row")).toContainText([problem]);
    } else {
      await expect(scope.page.getByRole("heading", { name: "No problems" })).toBeVisible();
    }
    await scope.goTo("Sessions");
    await scope.openSession(PROMPT);
    await expect(scope.steps.filter({ hasText: PROMPT }).first()).toBeVisible();
    await expect(scope.steps.filter({ hasText: "Done" }).first()).toBeVisible();
  });
}

test("a log with a line of 20 MB is shown, and the line itself is cut on screen", async ({ page, scope, logs }) => {
  const prompt = "Print the whole table";
  const answer = "0123456789abcde\n".repeat((20 << 20) / 16);
  const [start, ...rest] = run("svc-1770000000000000002", { prompt, answer });
  await scope.drop(logs.write("long.jsonl", [start, ...rest].map((line) => `${JSON.stringify(line)}\n`).join("")));
  await expect(scope.row(prompt)).toBeVisible();
  await scope.goTo("Problems");
  await expect(page.getByRole("heading", { name: "No problems" })).toBeVisible();
  await scope.goTo("Sessions");
  await scope.openSession(prompt);
  await expect(scope.steps.getByTestId("show-all").first()).toContainText("20.9 MB");
});

test("an empty file is named beside the log that is shown", async ({ scope, logs }) => {
  await scope.drop(logs.write("empty.jsonl", ""), logs.write("good.jsonl", WHOLE));
  await expect(scope.row(PROMPT)).toBeVisible();
  await scope.goTo("Problems");
  await expect(scope.foreignFiles).toContainText("empty.jsonl");
  await expect(scope.foreignFiles).toContainText("1 file");
});

test("nothing but an empty file says that there is no session", async ({ page, scope, logs }) => {
  await scope.startDrop(logs.write("empty.jsonl", ""));
  await expect(page.getByTestId("no-sessions")).toContainText("No session was found");
  await page.getByRole("button", { name: "Show problems" }).click();
  await expect(scope.foreignFiles).toContainText("empty.jsonl");
});

test("a binary file is named beside the log that is shown", async ({ scope, logs }) => {
  const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7919) % 251));
  await scope.drop(logs.write("picture.jsonl", bytes), logs.write("good.jsonl", WHOLE));
  await expect(scope.row(PROMPT)).toBeVisible();
  await scope.goTo("Problems");
  await expect(scope.foreignFiles).toContainText("picture.jsonl");
});

test("foreign JSON in a folder is named, and counts in nothing", async ({ scope, logs }) => {
  logs.write("work/package.json", JSON.stringify({ name: "made-up", version: "1.0.0" }, null, 2));
  logs.write("work/data/metrics.jsonl", '{"cpu":1,"at":2}\n{"cpu":2,"at":3}\n');
  logs.write("work/data/list.json", "[1, 2, 3]");
  logs.write("work/sessions/good.jsonl", WHOLE);
  await scope.drop(logs.path("work"));
  await expect(scope.rows).toHaveCount(1);
  await expect(scope.summary).toContainText("3 other files");
  await scope.goTo("Problems");
  await expect(scope.foreignFiles).toContainText("Not a session log: 3 files");
  for (const path of ["work/package.json", "work/data/metrics.jsonl", "work/data/list.json"]) {
    await expect(scope.foreignFiles).toContainText(path);
  }
});
