// Links to logs on other sites: nothing is fetched before somebody agrees, and what goes wrong is said in words. Links
// that are broken, and pages within pages.

import { createServer } from "node:http";
import { seriousViolations } from "./support/axe.mjs";
import { expect, foreignRequests, test } from "./support/fixtures.mjs";
import { run, text } from "./support/logs.mjs";
import { shot } from "./support/shots.mjs";

const ID = "svc-1770000000000000001";
const LOG = text(run(ID));
const FOREIGN = "https://logs.example.org/run.jsonl";
const OPEN = { "access-control-allow-origin": "*" };

function consent(page) {
  return page.getByRole("dialog", { name: "Read a log from another site?" });
}

async function serveForeign(context, answer = { body: LOG, contentType: "application/x-ndjson", headers: OPEN }) {
  await context.route("https://logs.example.org/**", (route) => route.fulfill(answer));
}

test("another site is read after a yes, and only then", async ({ page, scope, context, watch, baseURL }) => {
  await serveForeign(context);
  await scope.open(`./#v=1&src=${FOREIGN}`);
  await expect(consent(page)).toContainText("names a log at https://logs.example.org. Nothing was fetched yet");
  expect(await seriousViolations(page)).toEqual([]);
  await shot(page, "consent");
  await shot(page, "consent", { theme: "dark", width: 390, height: 844 });
  expect(foreignRequests(watch, baseURL)).toEqual([]);
  await consent(page).getByRole("button", { name: "Fetch", exact: true }).click();
  await expect(scope.row(`Prompt of ${ID}`)).toBeVisible();
  // Not for the next time.
  await scope.reload();
  await expect(consent(page)).toBeVisible();
});

test("a no fetches nothing and says so", async ({ page, scope, watch, baseURL }) => {
  await scope.open(`./#v=1&src=${FOREIGN}`);
  await page.keyboard.press("Escape");
  await expect(consent(page)).toBeHidden();
  await expect(scope.startNote).toContainText("Nothing was fetched from https://logs.example.org");
  expect(foreignRequests(watch, baseURL)).toEqual([]);
});

test("always for an origin asks no more about it, but about others", async ({ page, scope, context }) => {
  await serveForeign(context);
  await scope.open(`./#v=1&src=${FOREIGN}&src=https://other.example/a.jsonl`);
  await consent(page).getByLabel("Always for this origin").check();
  await consent(page).getByRole("button", { name: "Fetch", exact: true }).click();
  await expect(consent(page)).toContainText("https://other.example");
  await consent(page).getByRole("button", { name: "Do not fetch" }).click();
  await scope.reload();
  await expect(scope.row(`Prompt of ${ID}`)).toBeVisible();
  await expect(consent(page)).toContainText("https://other.example");
});

test("a foreign archive is asked about like a foreign log, and what is no archive is said", async ({ page, scope, context, watch, baseURL }) => {
  await serveForeign(context, { status: 200, contentType: "application/json", body: "[]", headers: OPEN });
  await scope.open(`./#v=1&archive=${new URL("manifest.json", FOREIGN).href}`);
  await expect(consent(page)).toContainText("https://logs.example.org. Nothing was fetched yet");
  expect(foreignRequests(watch, baseURL)).toEqual([]);
  await consent(page).getByRole("button", { name: "Fetch", exact: true }).click();
  await expect(scope.messages).toContainText("manifest.json");
  expect(foreignRequests(watch, baseURL).every((url) => url.endsWith("/manifest.json"))).toBe(true);
});

for (const address of ["javascript:alert(1)", "data:text/plain,x", "file:///etc/passwd"]) {
  test(`a log at ${address} is refused`, async ({ page, scope, watch }) => {
    await scope.open(`./#v=1&src=${encodeURIComponent(address)}`);
    await expect(scope.startNote).toContainText(`${address}, which is not read: only http and https addresses are`);
    await expect(consent(page)).toBeHidden();
  });
}

test.describe("what goes wrong is said", () => {
  test.use({ complaintsExpected: true });

  for (const { what, answer, words } of [
    { what: "a log that is not there, in HTML", answer: { status: 404, contentType: "text/html", body: "<h1>gone</h1>", headers: OPEN }, words: "there is no such file on the server (status 404)" },
    { what: "a login page", answer: { status: 200, contentType: "text/html", body: "<form>", headers: OPEN }, words: "the server sent a web page, not a log (is a login needed?)" },
    { what: "a login that is wanted", answer: { status: 401, body: "", headers: OPEN }, words: "it wants a login" },
  ]) {
    test(what, async ({ page, scope, context }) => {
      await serveForeign(context, answer);
      await scope.open(`./#v=1&src=${FOREIGN}`);
      await consent(page).getByRole("button", { name: "Fetch", exact: true }).click();
      await expect(scope.messages).toContainText(words);
    });
  }

  test("a site that does not allow it", async ({ page, scope }) => {
    const site = await serve("application/x-ndjson", LOG);
    await scope.open(`./#v=1&src=${site.origin}/run.jsonl`);
    await consent(page).getByRole("button", { name: "Fetch", exact: true }).click();
    await expect(scope.messages).toContainText("does not allow other sites to read it (CORS). Download the file");
    site.close();
  });

  test("a link of a newer version", async ({ scope }) => {
    await scope.open("./#v=7&tab=hologram&src=samples/quick-fix.jsonl");
    await expect(scope.messages).toContainText("made by a newer version of this page");
    await expect(scope.rows).toHaveCount(1);
  });

  test("a link that was cut off", async ({ scope }) => {
    await scope.open("./#v=1&tab=session&sess");
    await expect(scope.startNote).toContainText("The end of this link is missing");
  });

  test("a link whose log was cut off", async ({ scope }) => {
    await scope.open("./#v=1&tab=session&session=x&log=4000.H4sIAAAAAAAA");
    await expect(scope.messages).toContainText("the link was cut off on its way: 12 of 4000 characters are here");
  });

  test("a link whose log is damaged", async ({ scope }) => {
    await scope.open("./#v=1&tab=session&session=x&log=what");
    await expect(scope.messages).toContainText("the link is damaged");
  });
});

/** Another origin that has one thing to say. */
async function serve(type, content) {
  const server = createServer((_, response) => response.writeHead(200, { "content-type": type }).end(content));
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

test("a page that stands in another one takes logs from that origin alone, without bars", async ({ page, baseURL }) => {
  const inner = await serve("text/html", '<!doctype html><title>host</title><iframe width="1200" height="700"></iframe>');
  const send = (message) => page.evaluate((message) => frames[0].postMessage(message, "*"), message);
  const give = (log) => page.evaluate((log) => frames[0].postMessage({ sessionscope: { name: "given.jsonl", buffer: new TextEncoder().encode(log).buffer, view: "v=1" } }, "*"), log);
  try {
    await page.goto(inner.origin);
    for (const { origin, isHeard } of [{ origin: "https://else.example", isHeard: false }, { origin: "*", isHeard: false }, { origin: inner.origin, isHeard: true }]) {
      await page.evaluate(() => {
        window.heard = [];
        onmessage = ({ data, origin }) => window.heard.push([data, origin]);
      });
      const frame = page.frames()[1];
      await frame.goto(`${baseURL}/?embed=1&origin=${encodeURIComponent(origin)}`);
      await expect(frame.locator("html")).toHaveAttribute("data-embed");
      await send("PING");
      if (isHeard) {
        await expect.poll(() => page.evaluate(() => window.heard)).toEqual([["PONG", new URL(baseURL).origin]]);
        await give(LOG);
        await expect(frame.getByTestId("session-row")).toHaveCount(1);
        await expect(frame.getByTestId("top-bar")).toBeHidden();
      } else {
        await give(LOG);
        await page.waitForTimeout(500);
        expect(await page.evaluate(() => window.heard)).toEqual([]);
        await expect(frame.getByTestId("session-row")).toHaveCount(0);
      }
    }
  } finally {
    inner.close();
  }
});
