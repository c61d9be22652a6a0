// Files as such: twice the same, very many, gone before they are read, gone before they are shown.

import { rmSync } from "node:fs";
import { day, run, text } from "./support/logs.mjs";
import { expect, test } from "./support/fixtures.mjs";

const idOf = (number) => `svc-17700000000000${String(number).padStart(5, "0")}`;
const promptOf = (number) => `Task number ${String(number).padStart(5, "0")}`;
const logOf = (number) => text(run(idOf(number), { prompt: promptOf(number), at: day(number % 300) + number }));

test("the same file twice counts once, and the page says so", async ({ scope, logs }) => {
  logs.write("both/one.jsonl", logOf(1));
  logs.write("both/two.jsonl", logOf(1));
  await scope.drop(logs.path("both"));
  await expect(scope.messages).toContainText("both/two.jsonl and both/one.jsonl hold the same; it counts once.");
  await expect(scope.rows).toHaveCount(1);
  await scope.goTo("Problems");
  await expect(scope.problemsOf("both/two.jsonl")).toContainText("Same content twice, counted once");
});

test("many files that hold the same are said in one line", async ({ scope, logs }) => {
  for (let copy = 1; copy <= 9; copy += 1) logs.write(`copies/${copy}.jsonl`, logOf(1));
  await scope.drop(logs.path("copies"));
  await expect(scope.messages).toHaveText(/^8 files hold the same as others; each counts once/);
  await scope.goTo("Problems");
  await expect(scope.problemGroups).toHaveCount(8);
});

test("a file that is dropped again counts once, and another is added", async ({ scope, logs }) => {
  const one = logs.write("one.jsonl", logOf(1));
  await scope.drop(one);
  await expect(scope.rows).toHaveCount(1);
  await scope.startDrop(one, logs.write("three.jsonl", logOf(3)));
  await expect(scope.messages).toContainText("hold the same; it counts once.");
  await expect(scope.rows).toHaveCount(2);
  await expect(scope.summary).toContainText("2 sessions");
});

test("3,000 files at once are all listed, and the list scrolls to its end", async ({ page, scope, logs }) => {
  for (let number = 0; number < 3000; number += 1) logs.write(`many/${idOf(number)}.jsonl`, logOf(number));
  await scope.drop(logs.path("many"));
  await expect(scope.summary).toContainText("3000 sessions");
  await expect(scope.listScope).toHaveText("3000 runs");
  // Only what is on screen is drawn.
  expect(await scope.rows.count()).toBeLessThan(100);
  await page.getByRole("button", { name: "Session", exact: true }).click();
  await expect(scope.rows.first()).toContainText(promptOf(0));
  await page.mouse.move(700, 600);
  await expect(async () => {
    await page.mouse.wheel(0, 200_000);
    await expect(scope.row(promptOf(2999))).toBeInViewport({ timeout: 500 });
  }).toPass();
  await scope.openSession(promptOf(2999));
  await expect(page.getByTestId("facts")).toContainText(promptOf(2999));
});

/** Messages to the worker wait until `release` is called: what happens in between happens before anything is read. */
async function holdWorker(page) {
  await page.evaluate(() => {
    const send = Worker.prototype.postMessage;
    const held = [];
    Worker.prototype.postMessage = function (...message) {
      held.push(() => send.apply(this, message));
    };
    window.heldMessages = held;
    window.releaseMessages = () => {
      Worker.prototype.postMessage = send;
      for (const message of held) message();
    };
  });
  return {
    hasMessage: () => page.waitForFunction(() => window.heldMessages.length > 0),
    release: () => page.evaluate(() => window.releaseMessages()),
  };
}

test("a file deleted before its turn is named, and everything else is shown", async ({ page, scope, logs }) => {
  const padding = "x".repeat(6 << 20);
  logs.write("some/a.jsonl", logOf(1));
  // Small files are read whole, large ones as a stream: both ways must tell.
  const small = logs.write("some/b.jsonl", logOf(2));
  const large = logs.write("some/c.jsonl", text(run(idOf(3), { prompt: promptOf(3), answer: padding })));
  logs.write("some/d.jsonl", logOf(4));
  const worker = await holdWorker(page);
  await scope.startDrop(logs.path("some"));
  await worker.hasMessage();
  rmSync(small);
  rmSync(large);
  await worker.release();
  await expect(scope.rows).toHaveCount(2);
  await expect(scope.row(promptOf(1))).toBeVisible();
  await expect(scope.row(promptOf(4))).toBeVisible();
  for (const name of ["b", "c"]) {
    await expect(scope.messages).toContainText(`some/${name}.jsonl: it is not there any more`);
  }
  await scope.goTo("Problems");
  for (const name of ["b", "c"]) {
    await expect(scope.problemsOf(`some/${name}.jsonl`)).toContainText("Nothing of it was read");
    await expect(scope.problemsOf(`some/${name}.jsonl`)).toContainText("Could not be read to the end");
  }
});

test("a file deleted after it was read still counts, and its text says where it should be", async ({ scope, logs }) => {
  const gone = logs.write("gone.jsonl", logOf(1));
  await scope.drop(gone, logs.write("there.jsonl", logOf(2)));
  await expect(scope.rows).toHaveCount(2);
  rmSync(gone);
  await scope.openSession(promptOf(1));
  await expect(scope.page.getByTestId("transcript")).toContainText("gone.jsonl: it is not there any more");
  await scope.goTo("Sessions");
  await scope.openSession(promptOf(2));
  await expect(scope.steps.filter({ hasText: "Done." }).first()).toBeVisible();
});
