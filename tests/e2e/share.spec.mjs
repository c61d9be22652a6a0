// Sharing a session: what is found is looked through, and what is masked is in none of the files.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { seriousViolations } from "./support/axe.mjs";
import { expect, test } from "./support/fixtures.mjs";
import { text, transcript } from "./support/logs.mjs";
import { Scope } from "./support/page.mjs";
import { shot } from "./support/shots.mjs";

/** Put together here, so that nobody takes this file for a leak. */
const SECRETS = {
  github: ["gh", "p_0123456789abcdefghijABCDEFGHIJ012345"].join(""),
  pem: ["MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7", "VJTUt9Us8cKjMzEfYyji"].join(""),
  connection: "hunter-dev-only7",
  assignment: "correcthorse1",
};
const PROMPT = "Resume the CSV import after a dropped connection";

function log() {
  const key = ["-----BEGIN ", `PRIVATE KEY-----\n${SECRETS.pem.slice(0, 52)}\n${SECRETS.pem.slice(52)}\n-----END `, "PRIVATE KEY-----"].join("");
  return text(
    transcript([
      { prompt: PROMPT },
      { tool: "Bash", input: { command: `git push https://${SECRETS.github}@git.example/harbor` }, output: "ok" },
      { tool: "Bash", input: { command: `curl -H 'Authorization: token ${SECRETS.github}' https://api.example` }, output: key },
      { tool: "Bash", input: { command: `psql postgres://ledger:${SECRETS.connection}@localhost:5432/ledger_test` }, output: "3 passed" },
      { tool: "Bash", input: { command: `IMPORT_TOKEN=${SECRETS.assignment} cargo run` }, output: "done by the tool" },
      { text: "Done: see /home/ann/made-up/src/reader.rs" },
    ]),
  );
}

class Share {
  constructor(page) {
    this.page = page;
    this.dialog = page.getByTestId("share-dialog");
    this.facts = page.getByTestId("share-facts");
    this.heads = this.dialog.locator(".hit-head");
    this.hits = this.dialog.locator(".hit");
    this.save = page.getByTestId("share-save");
  }

  async open() {
    await this.page.getByTestId("share").click();
    await this.isMade();
  }

  async isMade() {
    await expect(this.dialog.getByRole("status")).toContainText("Look through");
  }

  async as(name) {
    await this.dialog.getByRole("radio", { name }).check();
    await this.isMade();
  }

  /** Saves the file and answers its path and text. */
  async saved() {
    await expect(this.save).toBeVisible();
    const [download] = await Promise.all([this.page.waitForEvent("download"), this.save.click()]);
    const path = await download.path();
    return { name: download.suggestedFilename(), path, text: readFileSync(path, "utf8") };
  }
}

const shared = test.extend({
  share: async ({ page, scope, logs }, use) => {
    await scope.drop(logs.write("session.jsonl", log()));
    await scope.openSession(PROMPT);
    const share = new Share(page);
    await share.open();
    await use(share);
  },
});

function expectNone(text, ...kinds) {
  for (const kind of kinds) expect(text.includes(SECRETS[kind]), kind).toBe(false);
}

shared("what was found stands by rule with its context, masked", async ({ page, share }) => {
  await expect(share.heads).toHaveText([/definite.*Private key/, /definite.*GitHub token.*2 places, 1 secret/, /candidate.*Connection string/, /candidate.*Password assignment/, /name.*Home paths/]);
  await expect(share.hits.nth(1)).toContainText("git push https://[redacted:github-token#1]@git.example/harbor");
  for (const secret of Object.values(SECRETS)) await expect(share.dialog).not.toContainText(secret);
  await expect(share.facts).toContainText("Kept by you0 places");
  expect(await seriousViolations(page)).toEqual([]);
});

shared("a place is kept, another one with its rule; only these are in the file", async ({ share }) => {
  await share.as("Redacted log");
  await share.dialog.getByRole("group", { name: /^Connection string, / }).getByRole("button", { name: "Keep" }).click();
  await expect(share.dialog.locator("mark")).toHaveText(SECRETS.connection);
  await share.dialog.getByRole("group", { name: "Password assignment", exact: true }).getByRole("button", { name: "Keep all" }).click();
  await expect(share.facts).toContainText("Kept by you2 places");
  const file = await share.saved();
  expect(file.name).toBe("claude-5e551000.jsonl");
  expect(file.text).toContain(SECRETS.connection);
  expect(file.text).toContain(SECRETS.assignment);
  expectNone(file.text, "github", "pem");
  expect(file.text).not.toContain("ann");
});

shared("the keyboard reaches every choice and stays where it was", async ({ page, share }) => {
  const keep = share.dialog.getByRole("group", { name: /^GitHub token, / }).first().getByRole("button", { name: "Keep" });
  await keep.focus();
  await page.keyboard.press("Enter");
  await expect(keep).toHaveAttribute("aria-pressed", "true");
  await expect(keep).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(share.dialog).toBeHidden();
});

shared("what is left out is in no file", async ({ share }) => {
  await share.dialog.getByRole("checkbox", { name: "Tool output" }).check();
  await share.as("Redacted log");
  await expect(share.heads.filter({ hasText: "Private key" })).toHaveCount(0);
  const { text } = await share.saved();
  expect(text).not.toContain("done by the tool");
  expectNone(text, "github", "pem", "connection", "assignment");
});

shared("the transcript and the table hold no secret", async ({ share }) => {
  await share.as("Transcript");
  const transcript = await share.saved();
  expect(transcript.name).toBe("claude-5e551000.txt");
  expect(transcript.text).toContain("[redacted:github-token#1]");
  expect(transcript.text).toContain(`] Prompt\n${PROMPT}`);
  await share.as("Steps");
  const table = await share.saved();
  expect(table.name).toBe("claude-5e551000.csv");
  expect(table.text.split("\n")[0]).toContain("step,time,offset,kind,name");
  expect(table.text).toContain(",Shell,Bash,");
  for (const { text } of [transcript, table]) expectNone(text, "github", "pem", "connection", "assignment");
});

shared("a link carries the log, is read once, and survives a reload", async ({ page, context, share, baseURL }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await share.as("Link that carries the log");
  await page.getByTestId("share-copy").click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain("&log=");
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link.startsWith(baseURL)).toBe(true);
  const carried = gunzipSync(Buffer.from(link.match(/&log=\d+\.([\w-]+)/)[1], "base64url")).toString("utf8");
  expect(carried).toContain("[redacted:github-token#1]");
  expectNone(carried, "github", "pem", "connection", "assignment");
  await expect(share.facts).toContainText(`${link.length.toLocaleString("en-US")} characters`);

  const other = await context.newPage();
  const scope = new Scope(other);
  await scope.open(link);
  await expect(scope.session).toBeVisible();
  await expect(scope.steps.filter({ hasText: "[redacted:github-token#1]" }).first()).toBeVisible();
  expect(other.url()).not.toContain("log=");
  await scope.reload();
  await expect(scope.session).toBeVisible();
  await expect(scope.steps.filter({ hasText: PROMPT }).first()).toBeVisible();
});

/** The log that a page of one file carries, read as its own script reads it: 15 bits a character. */
function carriedIn(page) {
  const [, lengths, characters] = page.match(/id="carried">\S+ (\S+) ([^<]*)/);
  const bits = [...characters].map((character) => (character.charCodeAt(0) - 0x3400).toString(2).padStart(15, "0")).join("");
  const bytes = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  return gunzipSync(bytes.subarray(0, Number(lengths))).toString("utf8");
}

/** A tab without a network: what it complains of and asks for is kept. */
async function tabFor(browser) {
  const context = await browser.newContext({ offline: true });
  const page = await context.newPage();
  const [complaints, requests] = [[], []];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && !message.text().includes("outside a reactive tracking context") && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => requests.push(request.url()));
  return { page, complaints, requests, close: () => context.close() };
}

shared("one HTML file opens from disk, plays, and asks no network", async ({ browser, share, logs }) => {
  const file = await share.saved();
  expect(file.name).toBe("claude-5e551000.html");
  const bytes = readFileSync(file.path);
  const carried = carriedIn(bytes.toString("utf16le"));
  expect(carried).toContain("[redacted:github-token#1]");
  expectNone(carried, "github", "pem", "connection", "assignment");
  const path = logs.write("shared.html", bytes);

  const { page, complaints, requests, close } = await tabFor(browser);
  const scope = new Scope(page);
  await scope.open(pathToFileURL(path).href);
  await expect(scope.session).toBeVisible();
  await expect(scope.steps.filter({ hasText: "[redacted:github-token#1]" }).first()).toBeVisible();
  await page.keyboard.press("Home");
  await page.keyboard.press("Space");
  await expect(page.getByTestId("view")).toContainText("Done: see");
  // Sharing goes on from there.
  const again = new Share(page);
  await again.open();
  await again.as("Redacted log");
  expectNone((await again.saved()).text, "github", "pem", "connection", "assignment");
  expect(complaints).toEqual([]);
  expect(requests.filter((url) => !/^(file|blob):/.test(url))).toEqual([]);
  await close();
});

shared("one HTML file that an editor saved anew or a host calls UTF-8 still opens, one that was cut off or changed says so", async ({ browser, share, logs }) => {
  const bytes = readFileSync((await share.saved()).path);
  const { page, complaints, close } = await tabFor(browser);
  const scope = new Scope(page);
  const text = bytes.toString("utf16le").slice(1);
  await scope.open(pathToFileURL(logs.write("utf-8.html", text.replaceAll("\n", "\r\n"))).href);
  await expect(scope.steps.filter({ hasText: "[redacted:github-token#1]" }).first()).toBeVisible();
  await page.route("http://shared.example/", (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body: bytes }));
  await scope.open("http://shared.example/");
  await expect(scope.steps.filter({ hasText: "[redacted:github-token#1]" }).first()).toBeVisible();
  const packed = text.indexOf('id="packed"') + 5000;
  const changed = `${text.slice(0, packed)}${text[packed] === "\u5000" ? "\u5001" : "\u5000"}${text.slice(packed + 1)}`;
  for (const damaged of [bytes.subarray(0, 200_000), bytes.subarray(0, bytes.length - 200), changed]) {
    await page.goto(pathToFileURL(logs.write("damaged.html", damaged)).href);
    await expect(page.getByText("This file is damaged: its end is missing, or")).toBeVisible();
  }
  expect(complaints).toEqual([]);
  await close();
});

shared("a log that is too large for a link says so, and offers files", async ({ page, scope, share, logs }) => {
  const noise = Array.from({ length: 60_000 }, (_, n) => ((n * 7919 * 7919) % 1_000_003).toString(36)).join(" ");
  const path = logs.write("large.jsonl", text(transcript([{ prompt: "A large one" }, { text: noise }], { session: "5e551000-0000-4000-8000-000000000002" })));
  await page.goto("about:blank");
  await scope.open();
  await scope.drop(path);
  await scope.openSession("A large one");
  await share.open();
  await expect(share.dialog.getByText(/Not possible: [\d,]+ characters, links hold 32,000/)).toBeVisible();
  await share.as("Link that carries the log");
  await expect(share.dialog.getByRole("button", { name: "Copy link" })).toBeDisabled();
});

shared("@shots the dialog", async ({ page, share }) => {
  for (const theme of ["light", "dark"]) {
    await shot(page, "share", { theme });
    expect(await seriousViolations(page)).toEqual([]);
  }
  await shot(page, "share", { width: 390, height: 844 });
});
