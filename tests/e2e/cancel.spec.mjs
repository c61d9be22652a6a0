// Long reading: the page answers meanwhile, and Cancel keeps what was read.

import { linkSync } from "node:fs";
import { day, line, run, text } from "./support/logs.mjs";
import { expect, test } from "./support/fixtures.mjs";

/** Files of 20 MB in the folder: far more than is read before somebody presses Cancel. */
const COPIES = 100;
const idOf = (number) => `svc-17700000000000000${String(number).padStart(2, "0")}`;

/** Three small logs, then one large log under many names: 2 GB to read, 20 MB on the disk. */
function largeFolder(logs) {
  for (let number = 1; number <= 3; number += 1) {
    logs.write(`large/a-${number}.jsonl`, text(run(idOf(number), { prompt: `Small task ${number}`, at: day(number) })));
  }
  const [start, ...rest] = run(idOf(10), { prompt: "Large task", at: day(10) });
  const words = line(idOf(10), "progress", day(10) + 500, { phase: "thinking", state: "start", message: "made-up ".repeat(20) });
  const piece = `${JSON.stringify(words)}\n`;
  const middle = piece.repeat(Math.ceil((20 << 20) / piece.length));
  const first = logs.write("large/b-000.jsonl", text([start]) + middle + text(rest));
  for (let copy = 1; copy < COPIES; copy += 1) linkSync(first, logs.path("large", `b-${String(copy).padStart(3, "0")}.jsonl`));
  return logs.path("large");
}

test.beforeEach(async ({ scope, logs }) => {
  await scope.startDrop(largeFolder(logs));
  await expect(scope.progress).toBeVisible();
});

/** Reading has ended early: the small logs are here, most of the large ones are not, and the page says so. */
async function expectCancelled({ page, scope }) {
  await expect(scope.progress).toBeHidden();
  await expect(scope.messages).toContainText(/Reading was cancelled: \d+ of 103 files/);
  await scope.goTo("Sessions");
  for (let number = 1; number <= 3; number += 1) await expect(scope.row(`Small task ${number}`)).toBeVisible();
  const read = Number((await scope.messages.textContent()).match(/cancelled: (\d+) of/)[1]);
  expect(read).toBeGreaterThanOrEqual(3);
  expect(read).toBeLessThan(103);
  await scope.openSession("Small task 2");
  await expect(page.getByTestId("facts")).toContainText("Small task 2");
}

test("Cancel keeps what was read", async ({ page, scope }) => {
  await expect(scope.row("Small task 1")).toBeVisible();
  await expect(page.getByRole("progressbar", { name: "Read" })).toHaveAttribute("aria-valuenow", /^\d+$/);
  await scope.cancelButton.click();
  await expectCancelled({ page, scope });
});

test("Esc cancels as well", async ({ page, scope }) => {
  await expect(scope.row("Small task 1")).toBeVisible();
  await page.keyboard.press("Escape");
  await expectCancelled({ page, scope });
});

test("while it reads, the page shows other views and opens sessions", async ({ page, scope }) => {
  await scope.goTo("Problems");
  await expect(page.getByRole("heading", { level: 1, name: "Problems" })).toBeAttached();
  await expect(scope.progress).toBeVisible();
  await scope.goTo("Sessions");
  await scope.openSession("Small task 1");
  await expect(scope.steps.filter({ hasText: "Done." }).first()).toBeVisible();
  await expect(scope.progress).toBeVisible();
  await scope.cancelButton.click();
  await expectCancelled({ page, scope });
});
