// The `test` of every end-to-end test: it records what the browser says and asks for, and fails on any complaint.

import { test as base } from "@playwright/test";

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
});

/**
 * Opens an address of the page and waits until it runs. The start page is plain HTML and there before that, so a
 * visible heading proves nothing.
 */
export async function openPage(page, address = "./") {
  await page.addInitScript(() => addEventListener("TrunkApplicationStarted", () => (window.pageHasStarted = true)));
  await page.goto(address);
  await page.waitForFunction(() => window.pageHasStarted);
}

/** The requests that left the page's own host. Blobs and data addresses never reach a network. */
export function foreignRequests(watch, baseURL) {
  const { origin } = new URL(baseURL);
  return watch.requests.filter((url) => !/^(blob|data):/.test(url) && new URL(url).origin !== origin);
}
