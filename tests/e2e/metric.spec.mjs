// token-coverage.md §6 in the browser: what is wished for stays, what is shown follows the loaded data, and a link that
// asks for more than there is gets one notice.

import { expect, test } from "./support/fixtures.mjs";
import { line } from "./support/logs.mjs";

const NOTICE = "This data has no output tokens; showing messages instead";
const WISH = "./#v=1&tab=overview&heatmap=output_tokens";

/** A run whose log has or lacks output tokens. */
function runOf(id, usage) {
  const at = Date.UTC(2026, 2, 3, 10);
  const lines = [
    line(id, "session.start", at, { provider: "local", model: "made-up", prompt: `Prompt of ${id}` }),
    line(id, "llm.response", at + 1000, { content: "Done.", usage, model: "made-up" }),
    line(id, "session.end", at + 2000, { status: "success", output: "Done.", tokens: usage, duration_ms: 2000 }),
  ];
  return lines.map((one) => `${JSON.stringify(one)}\n`).join("");
}

const covered = runOf("covered", { input: 100, output: 10, total: 110 });
const uncovered = runOf("uncovered", undefined);

const days = (page) => page.getByRole("region", { name: "Days", exact: true });
const choice = (page, name) => days(page).getByRole("button", { name, exact: true });

test("steps 1 to 3: output where it is recorded, messages and one notice where it is not", async ({ page, scope, logs }) => {
  await page.goto("about:blank");
  await scope.open(WISH);
  await scope.drop(logs.write("uncovered.jsonl", uncovered));
  await expect(choice(page, "Messages")).toHaveAttribute("aria-pressed", "true");
  await expect(choice(page, "Output tokens")).toHaveAttribute("aria-disabled", "true");
  await expect(choice(page, "Output tokens")).toHaveAttribute("title", "no loaded session records output tokens");
  await expect(scope.messages).toContainText(NOTICE);
  // Going away and back tells nothing new.
  await scope.messages.getByRole("button").first().click();
  await expect(scope.messages).not.toContainText(NOTICE);
  await scope.goTo("Usage");
  await scope.goTo("Overview");
  await expect(choice(page, "Messages")).toHaveAttribute("aria-pressed", "true");
  await expect(scope.messages).not.toContainText(NOTICE);
  // Step 2 and 4: coverage comes, and the wish comes true without a click.
  await scope.startDrop(logs.write("covered.jsonl", covered));
  await expect(choice(page, "Output tokens")).toHaveAttribute("aria-pressed", "true");
  await expect(choice(page, "Output tokens")).not.toHaveAttribute("aria-disabled", "true");
});

test("step 3 as it is told: the covered log is closed, messages and one notice; step 4: it comes again", async ({ page, scope, logs }) => {
  await page.goto("about:blank");
  await scope.open(WISH);
  const file = logs.write("covered.jsonl", covered);
  await scope.drop(file, logs.write("uncovered.jsonl", uncovered));
  await expect(choice(page, "Output tokens")).toHaveAttribute("aria-pressed", "true");
  const cards = page.getByTestId("cards");
  await expect(cards).toContainText("recorded by 1 of 2 sessions");
  await scope.goTo("Sessions");
  await scope.rows.filter({ hasText: "Prompt of covered" }).getByRole("checkbox").check();
  await page.getByTestId("marked").getByRole("button", { name: "Close their logs" }).click();
  await expect(scope.rows).toHaveCount(1);
  await expect(scope.summary).toContainText("1 session ");
  await scope.goTo("Overview");
  await expect(choice(page, "Messages")).toHaveAttribute("aria-pressed", "true");
  await expect(choice(page, "Output tokens")).toHaveAttribute("aria-disabled", "true");
  await expect(scope.messages).toContainText(NOTICE);
  await expect(cards).toContainText("recorded by 0 of 1 session");
  await scope.startDrop(file);
  await expect(choice(page, "Output tokens")).toHaveAttribute("aria-pressed", "true");
  await expect(cards).toContainText("recorded by 1 of 2 sessions");
});

test("step 5: another choice is the wish from then on", async ({ page, scope, logs }) => {
  await page.goto("about:blank");
  await scope.open(WISH);
  await scope.drop(logs.write("uncovered.jsonl", uncovered));
  await choice(page, "Sessions").click();
  await expect(choice(page, "Sessions")).toHaveAttribute("aria-pressed", "true");
  await scope.startDrop(logs.write("covered.jsonl", covered));
  await expect(choice(page, "Output tokens")).not.toHaveAttribute("aria-disabled", "true");
  await expect(choice(page, "Sessions")).toHaveAttribute("aria-pressed", "true");
});

test("step 6: a word that nobody knows is no wish", async ({ page, scope, logs }) => {
  await page.goto("about:blank");
  await scope.open("./#v=1&tab=overview&heatmap=tokens_out");
  await scope.drop(logs.write("covered.jsonl", covered));
  await expect(choice(page, "Messages")).toHaveAttribute("aria-pressed", "true");
  await expect(scope.messages).not.toContainText("showing messages instead");
  await expect.poll(() => page.url()).not.toContain("tokens_out");
});

test("step 7: durations need no coverage", async ({ page, scope, logs }) => {
  await page.goto("about:blank");
  await scope.open("./#v=1&tab=overview&top=duration");
  await scope.drop(logs.write("uncovered.jsonl", uncovered));
  const top = page.getByRole("region", { name: "Top sessions", exact: true });
  await expect(top.getByRole("button", { name: "Duration", exact: true })).toHaveAttribute("aria-pressed", "true");
  await expect(scope.messages).not.toContainText("showing");
});

test("a filter that leaves no token data keeps the metric", async ({ page, scope, logs }) => {
  await page.goto("about:blank");
  await scope.open(WISH);
  logs.write("covered.jsonl", covered);
  logs.write("uncovered.jsonl", uncovered);
  await scope.drop(logs.top);
  await scope.textField.fill("Prompt of uncovered");
  await expect(page.getByTestId("cards")).toContainText("Sessions1");
  await expect(choice(page, "Output tokens")).toHaveAttribute("aria-pressed", "true");
});
