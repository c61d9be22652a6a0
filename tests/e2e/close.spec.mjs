// Logs that are closed, and the worker whose memory they took (DESIGN §4).

import { day, line, run, text } from "./support/logs.mjs";
import { expect, test } from "./support/fixtures.mjs";

/** A run of so many lines that its index is worth giving back. */
function longRun(id) {
  const [start, ...rest] = run(id, { prompt: "Long task", at: day(2) });
  const thinking = line(id, "progress", day(2) + 500, { phase: "thinking", state: "start", message: "…" });
  return text([start]) + `${JSON.stringify(thinking)}\n`.repeat(12_000) + text(rest);
}

test("a worker that is mostly unused after logs are closed is replaced, and what is left stays", async ({ page, scope, logs }) => {
  const long = logs.write("long.jsonl", longRun("svc-1770000000000000002"));
  const short = logs.write("short.jsonl", text(run("svc-1770000000000000001", { prompt: "Short task", at: day(1) })));
  await scope.drop(long, short);
  const before = page.workers();
  const another = page.waitForEvent("worker");
  await scope.row("Long task").getByRole("checkbox").check();
  await page.getByTestId("marked").getByRole("button", { name: "Close their logs" }).click();
  await another;
  await expect(scope.rows).toHaveCount(1);
  await expect(scope.summary).toContainText("1 session ");
  await expect.poll(() => page.workers().filter((worker) => before.includes(worker)).length).toBe(0);
  await scope.openSession("Short task");
  await expect(page.getByTestId("facts")).toContainText("Short task");
});

test("a worker that still holds most of what it held stays", async ({ page, scope, logs }) => {
  const long = logs.write("long.jsonl", longRun("svc-1770000000000000002"));
  const short = logs.write("short.jsonl", text(run("svc-1770000000000000001", { prompt: "Short task", at: day(1) })));
  await scope.drop(long, short);
  const before = page.workers();
  await scope.row("Short task").getByRole("checkbox").check();
  await page.getByTestId("marked").getByRole("button", { name: "Close their logs" }).click();
  await expect(scope.rows).toHaveCount(1);
  await scope.openSession("Long task");
  expect(page.workers()).toEqual(before);
});
