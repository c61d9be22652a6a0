// Logs as .gz and .zst: the same rows, steps and raw lines as of the plain file, and what is said of damaged ones.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { run, text } from "./support/logs.mjs";
import { expect, test } from "./support/fixtures.mjs";

const idOf = (number) => `svc-17700000000000${String(number).padStart(5, "0")}`;
const logOf = (number, answer = "Done.") => text(run(idOf(number), { prompt: `Packed task ${number}`, answer }));

/** `zstd -19 < tests/fixtures/codex/codex-tools.jsonl` */
const codexZstd = readFileSync(fileURLToPath(new URL("../packed/codex-tools.jsonl.zst", import.meta.url)));
const codexPlain = readFileSync(fileURLToPath(new URL("../fixtures/codex/codex-tools.jsonl", import.meta.url)));

test("a .gz is read like the plain file, its steps too", async ({ page, scope, logs }) => {
  await scope.drop(logs.write("one.jsonl.gz", gzipSync(logOf(1, "The answer of the packed log."))));
  await expect(scope.rows).toHaveCount(1);
  await expect(scope.summary).toContainText("kept for reading: ");
  await scope.openSession("Packed task 1");
  await expect(page.getByText("The answer of the packed log.").first()).toBeVisible();
});

test("a Codex rollout as .zst has the row of the plain file", async ({ scope, logs }) => {
  await scope.drop(logs.write("plain.jsonl", codexPlain));
  await expect(scope.rows).toHaveCount(1);
  const plain = await scope.rows.first().innerText();
  await scope.reload();
  await scope.drop(logs.write("rollout.jsonl.zst", codexZstd));
  await expect(scope.rows).toHaveCount(1);
  expect(await scope.rows.first().innerText()).toBe(plain);
});

test("what is packed is known by its bytes, and a twin of a plain file is not read", async ({ scope, logs }) => {
  logs.write("logs/a.jsonl", logOf(1));
  logs.write("logs/a.jsonl.gz", gzipSync(logOf(2)));
  logs.write("logs/b.jsonl", gzipSync(logOf(3)));
  await scope.drop(logs.path("logs"));
  await expect(scope.summary).toContainText("2 sessions");
  await scope.goTo("Problems");
  await expect(scope.problemsOf("logs/a.jsonl.gz")).toContainText("the same log stands beside it unpacked");
});

test("a large .gz is a stream, and a bomb is stopped", async ({ scope, logs }) => {
  const large = Array.from({ length: 4000 }, (_, number) => logOf(number, `${Math.random()} `.repeat(200))).join("");
  logs.write("in/large.jsonl.gz", gzipSync(large, { level: 1 }));
  logs.write("in/bomb.jsonl.gz", gzipSync(Buffer.concat([Buffer.from(logOf(7000)), Buffer.alloc(120 << 20, "\n")])));
  await scope.drop(logs.path("in"));
  await expect(scope.messages).toContainText("unpacks to more than 200 times its size: stopped");
});

test("damaged packed logs keep their beginning and say where they stop", async ({ scope, logs }) => {
  logs.write("in/cut.jsonl.zst", codexZstd.subarray(0, codexZstd.length - 20));
  logs.write("in/more.jsonl.zst", Buffer.concat([codexZstd, Buffer.from("more")]));
  const gz = gzipSync(logOf(5));
  logs.write("in/cut.jsonl.gz", gz.subarray(0, gz.length - 20));
  await scope.drop(logs.path("in"));
  await expect(scope.messages).toContainText("in/cut.jsonl.zst: the zstd data is not whole");
  await expect(scope.messages).toContainText("in/more.jsonl.zst: damaged zstd data at byte");
  await expect(scope.messages).toContainText("in/cut.jsonl.gz: the gzip data is not whole");
  await expect(scope.rows).not.toHaveCount(0);
});

test("a .gz of several members, as log rotation makes them, is one log", async ({ page, scope, logs }) => {
  const packed = (log) => {
    const third = Math.ceil(log.length / 3);
    return Buffer.concat([0, 1, 2].map((part) => gzipSync(log.slice(part * third, (part + 1) * third))));
  };
  logs.write("in/all.jsonl.gz", packed(logOf(1, "The answer of the last member.")));
  logs.write("in/cut.jsonl.gz", packed(logOf(2)).subarray(0, -20));
  await scope.drop(logs.path("in"));
  await expect(scope.rows).toHaveCount(2);
  await expect(scope.messages).toContainText("in/cut.jsonl.gz: the gzip data is not whole, it stops at byte");
  await scope.openSession("Packed task 1");
  await expect(page.getByText("The answer of the last member.").first()).toBeVisible();
});

test("a wrong checksum is told, and what came is kept", async ({ scope, logs }) => {
  const wrong = (packed, fromEnd) => {
    const bytes = Buffer.from(packed);
    bytes[bytes.length - fromEnd] ^= 1;
    return bytes;
  };
  logs.write("in/a.jsonl.gz", wrong(gzipSync(logOf(1)), 8));
  logs.write("in/b.jsonl.zst", wrong(codexZstd, 4));
  await scope.drop(logs.path("in"));
  await expect(scope.rows).toHaveCount(2);
  await expect(scope.messages).toContainText("in/a.jsonl.gz: a checksum is wrong: some of the gzip data before byte");
  await expect(scope.messages).toContainText("in/b.jsonl.zst: a checksum is wrong: some of the zstd data before byte");
});

test("a packed log of a web address is unpacked", async ({ context, page, scope }) => {
  await context.route("**/logs/remote.jsonl.gz", (route) =>
    route.fulfill({ body: gzipSync(logOf(9)), contentType: "application/gzip" }),
  );
  await page.locator("#url-input").fill(new URL("/logs/remote.jsonl.gz", page.url()).href);
  await page.locator("#url-fetch").click();
  await expect(scope.row("Packed task 9")).toBeVisible();
});
