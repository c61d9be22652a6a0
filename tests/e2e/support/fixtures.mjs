// The `test` of every end-to-end test: it records what the browser says and asks for, and fails on any complaint.

import { test as base } from "@playwright/test";
import { folderOfLogs } from "./logs.mjs";
import { Scope } from "./page.mjs";

export { expect } from "@playwright/test";

export const test = base.extend({
  /** Set by `test.use({ complaintsExpected: true })`, where a console error or warning is what is tested. */
  complaintsExpected: [false, { option: true }],

  /**
   * What happened in the browser since the test began, workers included:
   * `complaints` (console errors and warnings, uncaught errors) and `requests` (every address asked for).
   */
  watch: [
    async ({ context, complaintsExpected }, use) => {
      const watch = { complaints: [], requests: [] };
      context.on("console", (message) => {
        if (!["error", "warning"].includes(message.type())) return;
        // Leptos' own advice, which only pages built without optimisation give.
        if (message.text().includes("outside a reactive tracking context")) return;
        const { url, lineNumber } = message.location();
        watch.complaints.push(`console ${message.type()}: ${message.text()} (${url}:${lineNumber})`);
      });
      context.on("weberror", (webError) => watch.complaints.push(`uncaught: ${webError.error().stack ?? webError.error()}`));
      context.on("request", (request) => watch.requests.push(request.url()));
      await use(watch);
      if (complaintsExpected || watch.complaints.length === 0) return;
      throw new Error(`the browser complained:\n${watch.complaints.join("\n")}`);
    },
    { auto: true },
  ],

  /** A folder for the logs that a test makes; it goes away with the test. */
  logs: async ({}, use) => {
    const logs = folderOfLogs();
    await use(logs);
    logs.clear();
  },

  /** The page as its users see it, opened and running. */
  scope: async ({ page, watch }, use) => {
    const scope = new Scope(page);
    await scope.open();
    await use(scope);
  },
});

/** The requests that left the page's own host. Blobs and data addresses never reach a network. */
export function foreignRequests(watch, baseURL) {
  const { origin } = new URL(baseURL);
  return watch.requests.filter((url) => !/^(blob|data):/.test(url) && new URL(url).origin !== origin);
}
