// Firefox, as a package of the system brings it, over WebDriver BiDi: the few commands that these tests need. Playwright's
// own way to such a Firefox wants commands that this one does not know.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Firefox asks its makers for nothing while it is tested, and saves without a question. */
const PREFERENCES = {
  "app.normandy.enabled": false,
  "app.update.enabled": false,
  "browser.aboutwelcome.enabled": false,
  "browser.download.folderList": 2,
  "browser.download.useDownloadDir": true,
  "browser.shell.checkDefaultBrowser": false,
  "browser.startup.page": 0,
  "datareporting.policy.dataSubmissionEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "data:,",
  "toolkit.telemetry.enabled": false,
};

/** Starts a Firefox with a profile of its own. */
export async function startFirefox(executable) {
  const profile = mkdtempSync(join(tmpdir(), "sessionscope-firefox-"));
  const lines = Object.entries({ ...PREFERENCES, "browser.download.dir": profile }).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`);
  writeFileSync(join(profile, "user.js"), lines.join(""));
  const process = spawn(executable, ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"], {
    env: { ...globalThis.process.env, HOME: profile },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise((done) => process.once("exit", done));
  const address = await new Promise((found, failed) => {
    let said = "";
    process.stderr.on("data", (text) => {
      said += text;
      const [, url] = said.match(/WebDriver BiDi listening on (ws:\S+)/) ?? [];
      if (url) found(url);
    });
    process.once("error", failed);
    ended.then(() => failed(new Error(`Firefox ended: ${said}`)));
  });
  const bidi = await connected(`${address}/session`);
  const { capabilities } = await bidi.send("session.new", { capabilities: {} });
  await bidi.send("session.subscribe", { events: ["log.entryAdded", "network.beforeRequestSent"] });
  // Before that it is plain HTML, without hands.
  const notice = '() => addEventListener("TrunkApplicationStarted", () => (window.pageHasStarted = true))';
  await bidi.send("script.addPreloadScript", { functionDeclaration: notice });
  return {
    version: capabilities.browserVersion,
    folder: profile,
    newPage: () => newPage(bidi),
    async close() {
      process.kill();
      await ended;
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

async function connected(url) {
  const socket = new WebSocket(url);
  await new Promise((opened, failed) => {
    socket.onopen = opened;
    socket.onerror = ({ message }) => failed(new Error(`no connection to Firefox: ${message}`));
  });
  const waiting = new Map();
  const listeners = [];
  let last = 0;
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === "event") return listeners.forEach((listener) => listener(message));
    const { found, failed } = waiting.get(message.id) ?? {};
    waiting.delete(message.id);
    if (message.type === "success") found?.(message.result);
    else failed?.(new Error(`${message.error}: ${message.message}`));
  };
  return {
    listen: (listener) => listeners.push(listener),
    send: (method, params) =>
      new Promise((found, failed) => {
        last += 1;
        waiting.set(last, { found, failed });
        socket.send(JSON.stringify({ id: last, method, params }));
      }),
  };
}

/** A tab: `complaints` (console errors and warnings, uncaught errors) and `requests` are what happened in it. */
async function newPage(bidi) {
  const { context } = await bidi.send("browsingContext.create", { type: "tab" });
  const [complaints, requests] = [[], []];
  bidi.listen(({ method, params }) => {
    if (method === "log.entryAdded" && ["error", "warn"].includes(params.level)) {
      // Leptos' own advice, which only pages built without optimisation give.
      if (!params.text?.includes("outside a reactive tracking context")) complaints.push(`${params.level}: ${params.text}`);
    }
    if (method === "network.beforeRequestSent" && params.context === context) requests.push(params.request.url);
  });
  const target = { context };
  const call = async (words, found, awaitPromise = true) => {
    const { type, result, exceptionDetails } = await bidi.send("script.callFunction", {
      functionDeclaration: String(words),
      arguments: found.map((value) => (value?.sharedId ? value : { type: "string", value: String(value) })),
      target,
      awaitPromise,
    });
    if (type !== "success") throw new Error(exceptionDetails.text);
    return result;
  };
  return {
    complaints,
    requests,
    open: (url) => bidi.send("browsingContext.navigate", { context, url, wait: "complete" }),
    /** Calls a function in the page with texts; answers what JSON can hold. */
    async evaluate(words, ...values) {
      const { value } = await call(`async (...values) => JSON.stringify(await (${words})(...values)) ?? "null"`, values);
      return JSON.parse(value);
    },
    /** Gives files to a file field, as a person who picks them. */
    async pick(selector, files) {
      const element = await call("(selector) => document.querySelector(selector)", [selector]);
      await bidi.send("input.setFiles", { context, element: { sharedId: element.sharedId }, files });
    },
    /** Presses keys one after the other: characters, or names that WebDriver gives numbers. */
    async press(...keys) {
      const actions = keys.flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }]);
      await bidi.send("input.performActions", { context, actions: [{ type: "key", id: "keyboard", actions }] });
    },
    async shot() {
      const { data } = await bidi.send("browsingContext.captureScreenshot", { context });
      return Buffer.from(data, "base64");
    },
    close: () => bidi.send("browsingContext.close", { context }),
  };
}
