// Logs are hostile: whatever stands in one is text on the page, and nothing of it runs, loads or asks.

import { readFileSync } from "node:fs";
import { run, text } from "./support/logs.mjs";
import { expect, foreignRequests, test } from "./support/fixtures.mjs";

const EVIL = [
  "<script>window.evil = 1; alert(1)</script>",
  '<img src="https://evil.example/i.png" onerror="window.evil = 2">',
  '<svg onload="window.evil = 3"><circle r="9"/></svg>',
  '<iframe src="https://evil.example/frame"></iframe>',
  '<a href="javascript:window.evil = 4">link</a> [link](javascript:window.evil=5) ![i](https://evil.example/j.png)',
  "</title></style></textarea>{{7*7}}${7*7}\u001b]8;;https://evil.example\u0007x\u001b]8;;\u0007",
].join("\n");

/** A log with hostile text in every place that the page shows. */
function hostileLog() {
  const lines = run("svc-1770000000000000009", { prompt: EVIL, answer: EVIL, provider: EVIL, model: EVIL });
  const [start, request, response, end] = lines;
  start.data.work_dir = `/home/${EVIL}`;
  start.data.resolved_harness = EVIL;
  start.data.metadata = { [EVIL]: EVIL };
  const tool = { ...response, type: "tool.call", data: { tool: EVIL, input: { command: EVIL, [EVIL]: EVIL }, output: EVIL, error: EVIL, duration_ms: 5 } };
  const other = { ...response, type: EVIL, data: { [EVIL]: EVIL } };
  end.data.error = EVIL;
  return text([start, request, response, tool, other, end]);
}

test("the policy allows neither inline code nor eval nor other hosts", async ({ page, scope }) => {
  const policy = await page.locator("meta[http-equiv=Content-Security-Policy]").getAttribute("content");
  const rules = Object.fromEntries(policy.split(";").map((rule) => rule.trim().split(/\s+(.*)/s, 2)));
  expect(rules["default-src"]).toBe("'none'");
  expect(rules["script-src"]).toMatch(/^'self' 'wasm-unsafe-eval' 'sha256-[A-Za-z0-9+/]{43}='$/);
  expect(rules["style-src"]).toBe("'self'");
  expect(rules["connect-src"]).toBe("'self'");
  expect(policy).not.toContain("'unsafe-inline'");
  expect(policy).not.toContain("'unsafe-eval'");
});

test.describe("the policy holds", () => {
  test.use({ complaintsExpected: true });

  test("for code that somebody gets into the page", async ({ page, scope }) => {
    await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "window.evil = 6";
      document.body.append(script);
      document.body.insertAdjacentHTML("beforeend", '<img src="data:," onerror="window.evil = 7">');
    });
    await expect(page.locator("img")).toBeAttached();
    expect(await page.evaluate(() => window.evil)).toBeUndefined();
  });
});

test("hostile text is shown as text on every view", async ({ page, scope, logs, watch, baseURL }) => {
  const dialogs = [];
  page.on("dialog", (dialog) => (dialogs.push(dialog.message()), dialog.dismiss()));
  await page.waitForLoadState("networkidle");
  const before = watch.requests.length;
  const elements = await foreignElements(page);
  await scope.drop(logs.write("<img src=x onerror=alert(1)>.jsonl", hostileLog()), logs.write("evil.json", JSON.stringify({ [EVIL]: EVIL })));
  await expect(scope.rows.first()).toContainText("<script>window.evil = 1");

  await scope.rows.first().getByRole("link").click();
  await expect(scope.session).toBeVisible();
  await expect(scope.steps.filter({ hasText: "<iframe src=" }).first()).toBeVisible();
  await page.getByTestId("all-facts-button").click();
  await expect(page.getByTestId("all-facts")).toContainText("<svg onload=");
  await page.keyboard.press("Escape");
  for (const tab of ["Step", "Tokens", "Raw"]) {
    await page.getByRole("tab", { name: tab }).click();
    for (const key of ["Home", "ArrowRight", "ArrowRight", "ArrowRight", "End"]) await page.keyboard.press(key);
  }
  await expect(scope.rawLine).toContainText("<script>");
  await page.getByTestId("facts").getByRole("button", { name: "Table" }).click();
  await expect(page.getByTestId("timeline-table")).toBeVisible();
  expect(await foreignElements(page)).toEqual(elements);

  for (const view of ["Usage", "Problems", "Sessions"]) {
    await scope.goTo(view);
    await expect(page.getByTestId("view")).toContainText("window.evil");
    expect(await foreignElements(page)).toEqual(elements);
  }
  expect(dialogs).toEqual([]);
  expect(await page.evaluate(() => window.evil)).toBeUndefined();
  expect(foreignRequests(watch, baseURL)).toEqual([]);
  expect(watch.requests.slice(before).filter((url) => !url.startsWith("blob:"))).toEqual([]);
});

/** How many elements there are of the kinds that hostile text would make, and links that go where they should not. */
function foreignElements(page) {
  return page.evaluate(() => {
    const count = (selector) => document.querySelectorAll(selector).length;
    // An address in prose may be followed by hand: it opens elsewhere, and learns nothing of this page.
    const isHarmless = ({ rel, target, protocol }) => rel === "noopener noreferrer nofollow" && target === "_blank" && /^(https?|mailto):$/.test(protocol);
    const isOwn = ({ href, protocol }) => /^https?:$/.test(protocol) && new URL(href).origin === location.origin;
    const links = [...document.links].filter((link) => !isOwn(link) && !isHarmless(link));
    return {
      scripts: count("script"),
      made: count("img, iframe, object, embed, style, base, form:not([method=dialog]), svg circle[r='9']"),
      handlers: [...document.querySelectorAll("*")].filter((element) => element.getAttributeNames().some((name) => name.startsWith("on"))).length,
      links: links.map((link) => link.href),
    };
  });
}

test("a CSV cell that a spreadsheet would run is neutralised", async ({ page, scope, logs }) => {
  const log = run("svc-1770000000000000010", { provider: "=HYPERLINK(1)", model: "@SUM(1)" });
  await scope.drop(logs.write("formula.jsonl", text(log)));
  await scope.goTo("Usage");
  // The file as recorded is the reference's own, to the byte.
  await page.getByRole("button", { name: "Normalised" }).click();
  await expect(scope.usageTable).toHaveAttribute("data-counting", "normalised");
  await expect(scope.usageTable).toContainText("=HYPERLINK(1)");
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId("usage-csv").click()]);
  const csv = readFileSync(await download.path(), "utf8");
  expect(csv).toContain("HYPERLINK(1)");
  for (const cell of csv.split(/[,\n]/)) expect(cell).not.toMatch(/^"?[=+@]/);
});
