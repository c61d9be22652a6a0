// Reads Playwright's report, prints "PASSED FAILED SKIPPED" for ./dev, and names each skipped test on stderr.

import { readFileSync } from "node:fs";

const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { expected, unexpected, flaky, skipped } = report.stats;
for (const suite of report.suites) nameSkipped(suite, []);
// Errors outside any test (a spec file that does not load) are in no other count.
console.log(expected, unexpected + flaky + report.errors.length, skipped);

function nameSkipped(suite, above) {
  const path = [...above, suite.title];
  for (const spec of suite.specs ?? []) {
    for (const test of spec.tests) {
      if (test.status !== "skipped") continue;
      const why = test.annotations.find(({ type }) => type === "skip" || type === "fixme")?.description ?? "no reason given";
      console.error(`skipped: ${[...path, spec.title].join(" > ")}: ${why}`);
    }
  }
  for (const inner of suite.suites ?? []) nameSkipped(inner, path);
}
