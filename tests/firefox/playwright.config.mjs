// The release page in Firefox (`firefox.mjs`). Playwright only runs the tests here and serves the page; its browser is not
// started. Node 20 has WebSocket behind a flag, which ./dev sets.
import { fileURLToPath } from "node:url";
import base from "../../playwright.config.mjs";

export default {
  ...base,
  testDir: ".",
  outputDir: "../e2e/results/firefox",
  // One Firefox at a time.
  workers: 1,
  timeout: 120_000,
  fullyParallel: false,
  webServer: { ...base.webServer, cwd: fileURLToPath(new URL("../..", import.meta.url)) },
  reporter: [["line"], ["json", { outputFile: "../e2e/results/firefox.json" }]],
};
