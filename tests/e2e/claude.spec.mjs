// Claude Code logs: side conversations in the file of their session, results in files beside it, probes.

import { fixtureFolder } from "./support/corpus.mjs";
import { expect, test } from "./support/fixtures.mjs";

const SESSION = "6d4b8021-8b60-4c2d-9e6f-3f7f2e2c8d03";
const SIDE = `${SESSION}-s1`;
const SPILLED = "0e5f1f6a-1c55-4b5e-9d55-0f0c5a7b1e09";

/** A session with one call whose result stands in another file. */
function spilled(path) {
  const of = (type, uuid, parentUuid, message) =>
    JSON.stringify({ type, uuid, parentUuid, sessionId: SPILLED, timestamp: `2026-05-02T09:00:0${uuid}.000Z`, message });
  const preview = `<persisted-output>\nOutput too large (60KB). Full output saved to: ${path}\n\nPreview: the first words`;
  return [
    of("user", "1", null, { role: "user", content: "Print it all" }),
    of("assistant", "2", "1", {
      id: "msg_s1",
      model: "claude-opus-4-6",
      content: [{ type: "tool_use", id: "ts1", name: "Bash", input: { command: "cat all" } }],
      usage: { input_tokens: 1, output_tokens: 1 },
    }),
    of("user", "3", "2", { role: "user", content: [{ type: "tool_result", tool_use_id: "ts1", content: preview }] }),
  ].map((line) => `${line}\n`).join("");
}

test("a call leads to the side conversation in the same file, and the list has it below", async ({ page, scope }) => {
  await scope.drop(fixtureFolder("claude"));
  await scope.openSession("Check both files");
  await expect(scope.subAgents).toContainText("Check a.rs");
  await page.getByTestId("family-button").click();
  await expect(page.getByTestId("family")).toContainText("Check a.rs");
  await page.keyboard.press("Escape");
  await scope.subAgents.click();
  await expect(page).toHaveURL(new RegExp(SIDE));
  await expect(page.getByTestId("parent")).toContainText("Check both files");
  await expect(scope.steps.first()).toContainText("Look at a.rs");
});

test("sessions in which only /usage was asked are listed on demand", async ({ page, scope }) => {
  await scope.drop(fixtureFolder("claude"));
  const button = page.getByTestId("probes");
  await expect(button).toHaveText("1 probe hidden");
  await expect(scope.row("/usage")).toHaveCount(0);
  await button.click();
  await expect(scope.row("/usage")).toHaveCount(1);
  await expect(button).toHaveText("1 probe listed");
  await button.click();
  await expect(scope.row("/usage")).toHaveCount(0);
});

test("where there are only probes, the list says so", async ({ page, scope }) => {
  await scope.drop(`${fixtureFolder("claude")}/claude-probe.jsonl`);
  await expect(page.getByTestId("no-sessions")).toContainText("Nothing but /usage was asked in 1 session");
  await page.getByRole("button", { name: "List them" }).click();
  await expect(scope.row("/usage")).toHaveCount(1);
});

test("a result in a file beside the log is shown in place, and no foreign file", async ({ page, scope, logs }) => {
  const path = `/home/ann/.claude/projects/p/${SPILLED}/tool-results/b1.txt`;
  logs.write(`p/${SPILLED}.jsonl`, spilled(path));
  logs.write(`p/${SPILLED}/tool-results/b1.txt`, `${"a line\n".repeat(50)}The very end of it.\n`);
  await scope.drop(`${logs.top}/p`);
  await expect(scope.summary).toContainText("1 file beside the logs");
  await expect(scope.summary).not.toContainText("other file");
  await scope.openSession("Print it all");
  const call = scope.steps.filter({ hasText: "cat all" });
  await expect(call).toContainText("a line");
  await expect(call).not.toContainText("Preview: the first words");
  await expect(page.getByTestId("elsewhere")).toHaveCount(0);
});

test("where that file is not there, the step names it", async ({ page, scope, logs }) => {
  const path = `/home/ann/.claude/projects/p/${SPILLED}/tool-results/b1.txt`;
  await scope.drop(logs.write(`${SPILLED}.jsonl`, spilled(path)));
  await scope.openSession("Print it all");
  await expect(page.getByTestId("elsewhere")).toContainText(path);
  await expect(scope.steps.filter({ hasText: "cat all" })).toContainText("Preview: the first words");
});
