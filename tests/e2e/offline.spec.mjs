// The page without a network: it was there once, so it is there again.

import { spawn } from "node:child_process";
import { run, text } from "./support/logs.mjs";
import { expect, test } from "./support/fixtures.mjs";
import { Scope } from "./support/page.mjs";

/** A server of the page that can be taken away. */
async function serve() {
  const server = spawn("node", ["tools/serve.mjs", process.env.DIST ?? "dist"], { env: { ...process.env, PORT: "0", OFFLINE: "1" } });
  const said = await new Promise((done) => server.stdout.once("data", (data) => done(data.toString())));
  return { address: said.match(/http:\S+/)[0], stop: () => new Promise((done) => server.once("exit", done) && server.kill()) };
}

test.use({ complaintsExpected: true });

test("a page that was loaded once opens without its server, and keeps no log", async ({ context, logs }) => {
  const server = await serve();
  const page = await context.newPage();
  const scope = new Scope(page);
  await scope.open(`${server.address}/#v=1&src=samples/quick-fix.jsonl`);
  await expect(scope.rows).toHaveCount(1);
  const names = () => page.evaluate(async () => {
    const all = await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)));
    return all.flat();
  });
  await expect.poll(async () => (await names()).filter((name) => name.endsWith("_bg.wasm")).length, { timeout: 20_000 }).toBe(2);
  expect((await names()).filter((name) => name.includes("samples"))).toEqual([]);
  expect(await page.evaluate(async () => (await caches.keys()).length)).toBe(1);

  await server.stop();
  await scope.open(`${server.address}/`);
  await scope.drop(logs.write("run.jsonl", text(run("svc-1770000000000000001"))));
  await expect(scope.rows).toHaveCount(1);
});
