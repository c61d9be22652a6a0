// Outline and inspector: what stands out, what a step used and why that counts, its line to the byte, and all of it by
// the keyboard alone.

import { readFileSync } from "node:fs";
import { seriousViolations } from "./support/axe.mjs";
import { fixtureFolder } from "./support/corpus.mjs";
import { text, transcript } from "./support/logs.mjs";
import { expect, test } from "./support/fixtures.mjs";

const TABS = ["Step", "Tokens", "Explain", "Raw"];
const LOG = `${fixtureFolder("claude")}/claude-session.jsonl`;

async function openLog(scope, ...paths) {
  await scope.drop(...paths);
  await scope.rows.first().getByRole("link").first().click();
  await expect(scope.steps.first()).toBeVisible();
}

const tab = (page, name) => page.getByRole("tab", { name });

/** Names and values of the first list of a part of the inspector. */
async function values(part) {
  const pairs = await part.locator("dl").last().evaluate((list) => [...list.querySelectorAll("dt")].map((name) => [name.textContent.trim(), name.nextElementSibling.textContent.trim()]));
  return Object.fromEntries(pairs);
}

test("the outline has the prompts and under them what stands out, in the log's own words", async ({ page, scope, logs }) => {
  const entries = [
    { prompt: "Resume the import" },
    { text: "I look at the reader first." },
    { tool: "Edit", input: { file_path: "/home/ann/made-up/src/import/reader.rs", old_string: "a", new_string: "b" }, output: "ok" },
    { tool: "Bash", input: { command: "cargo test" }, output: "Exit code 101\nerror: test failed", failed: true },
    { tool: "Task", input: { description: "Map the retry paths", prompt: "Look.", subagent_type: "general-purpose" }, output: "done" },
    { prompt: "And now?" },
  ];
  await openLog(scope, logs.write("made.jsonl", text(transcript(entries))));
  const outline = page.getByTestId("outline");
  await expect(outline.locator(".pane-head")).toContainText("5 marks");
  const rows = outline.getByRole("link");
  for (const [nth, words] of [/Prompt: Resume the import/, /Edit: import\/reader\.rs/, /Error: exit 101 cargo test/, /Sub-agent: Map the retry paths/, /Prompt: And now\?/].entries()) {
    await expect(rows.nth(nth)).toHaveText(words);
  }
  await rows.nth(2).click();
  await expect(scope.chosenStep).toHaveAttribute("data-failed");
  await expect(rows.nth(2)).toHaveAttribute("aria-current", "true");
  // A step of its own that stands in no entry belongs to the one before.
  await rows.nth(1).click();
  await page.keyboard.press("ArrowLeft");
  await expect(rows.nth(0)).toHaveAttribute("data-here");
  await expect(rows.nth(0)).not.toHaveAttribute("aria-current");
});

test("a step tells its request: which of how many, its prompt, its output and what it cost by which price", async ({ page, scope }) => {
  await openLog(scope, LOG);
  await page.keyboard.press("Home");
  await expect(scope.inspector.getByTestId("log-line")).toContainText("2");
  await expect(scope.inspector.getByTestId("step-request")).toBeHidden();
  await page.keyboard.press("ArrowRight");
  const request = scope.inspector.getByTestId("step-request");
  await expect(request).toContainText(/Request1 of \d+claude-sonnet-4-5-20250929/);
  await expect(request).toContainText("Prompt of this request, 15.5k tokens");
  expect(await values(request)).toMatchObject({ "Cache read": "15.2k", "Cache write": "320", Uncached: "4", Output: "95", "of it reasoning": "—not recorded" });
  await expect(request.getByTestId("cost-basis")).toContainText("computed by the price of claude-sonnet-4-5");
  await expect(request.getByRole("img")).toHaveAttribute("aria-label", "cache read 15.2k, cache write 320, uncached 4");
  await expect(scope.inspector.getByTestId("recorded-so-far")).toContainText("output: 1 of 1 responses");
});

test("each record of a line has its decision; what counts is said in the log's words too, and what it is of the sums", async ({ page, scope }) => {
  await openLog(scope, LOG);
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await tab(page, "Tokens").click();
  const records = scope.inspector.getByTestId("step-records");
  await expect(records.getByTestId("decision")).toHaveText(["kept", "superseded"]);
  await expect(records.getByTestId("written").first()).toContainText("cache_read_input_tokens15200");
  await expect(records).toContainText("15,200");
  await expect(records).toContainText(/superseded by line \d+ of claude-session\.jsonl/);
  await tab(page, "Explain").click();
  const part = scope.inspector.getByTestId("step-part");
  await expect(part).toContainText("This step is part of the session's own sums");
  await expect(part).toContainText(/Output95of [\d.k]+, [\d.]+%/);
  await scope.inspector.getByTestId("explain-button").click();
  await expect(scope.explanation).toBeVisible();
  await page.keyboard.press("Escape");
  // The prompt is no call of a model.
  await page.keyboard.press("Home");
  await expect(part).toContainText("This step holds no counts");
});

test("a step whose request counts at another one leads there", async ({ page, scope }) => {
  await openLog(scope, LOG);
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  const link = scope.inspector.getByTestId("step-request").getByRole("link");
  await expect(link).toHaveText("step 2");
  await link.click();
  await expect(tab(page, "Step")).toHaveText("Step 2");
});

test("copies give the line to the byte and a link that leads to the step", async ({ page, context, scope, logs }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  const odd = `{"type":"user", "message":{"role":"user","content":"ünï\\u00e9 \\ud83d\\ude00  two  blanks"},"uuid":"u0","sessionId":"5e551000-0000-4000-8000-000000000002","timestamp":"2026-05-01T10:00:00.000Z" , "n":1.0e0}`;
  await openLog(scope, logs.write("odd.jsonl", `${odd}\n`));
  await page.keyboard.press("Home");
  await tab(page, "Raw").click();
  await expect(scope.rawLine).toContainText('"n": 1.0e0');
  await page.getByTestId("copy-line").click();
  await expect(page.getByTestId("copy-line")).toHaveText("Copied");
  expect(await copied()).toBe(odd);
  await page.getByTestId("copy-link").click();
  await expect.poll(copied).toContain("step=prompt-1777629600000-0");
  const link = await copied();
  expect(link.startsWith(new URL(page.url()).origin)).toBe(true);
  await page.getByTestId("link-to-moment").click();
  await expect(page.getByTestId("link-to-moment")).toHaveText("Link copied");
  expect(await copied()).toBe(link);
});

test("a long line comes in portions that fit together", async ({ page, scope, logs }) => {
  const log = text(transcript([{ prompt: "Long" }, { text: "é".repeat(1_500_000) }]));
  await openLog(scope, logs.write("long.jsonl", log));
  await page.keyboard.press("End");
  await tab(page, "Raw").click();
  const more = scope.inspector.getByTestId("show-rest");
  await expect(more).toHaveText("Show all (3 MB)");
  await more.click();
  await expect(more).toBeHidden({ timeout: 30_000 });
  const shown = JSON.parse(await scope.rawLine.textContent());
  expect(shown).toEqual(JSON.parse(log.split("\n")[1]));
});

test("the keyboard alone reaches everything on the page of a session", async ({ page, scope }) => {
  await openLog(scope, LOG);
  await page.keyboard.press("End");
  await expect(scope.chosenStep).toBeVisible();
  await page.evaluate(() => document.activeElement?.blur());
  const missed = await page.evaluate(() => {
    // Whatever can be clicked, but for what arrow keys reach within a control, and what another control reaches.
    const isShown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
    const inside = (element) => element.closest("[role=tablist], .outline, .lane, .timeline-view, [role=radiogroup], [hidden]");
    return [...document.querySelectorAll("[data-testid=session-page] :is(a[href], button, [role=button], [tabindex])")]
      .filter((element) => isShown(element) && !inside(element) && element.tabIndex < 0 && !element.disabled)
      .map((element) => element.outerHTML.slice(0, 120));
  });
  expect(missed).toEqual([]);
  const seen = new Set();
  for (let stop = 0; stop < 150; stop += 1) {
    await page.keyboard.press("Tab");
    const place = await page.evaluate(() => {
      const here = document.activeElement;
      const part = here.closest("[data-testid=facts], [data-testid=timeline], .outline, .transcript, .inspector, .transport");
      return { part: part?.dataset.testid ?? part?.className ?? "", name: here.getAttribute("role") ?? here.tagName };
    });
    if (place.part) seen.add(place.part);
  }
  expect([...seen]).toEqual(expect.arrayContaining(["facts", "timeline", "outline", "transcript", "inspector"]));
  // The tabs are one stop; arrow keys go from one to the next.
  await tab(page, "Step").focus();
  for (const name of [...TABS.slice(1), TABS[0]]) {
    await page.keyboard.press("ArrowRight");
    await expect(tab(page, name)).toBeFocused();
    await expect(tab(page, name)).toHaveAttribute("aria-selected", "true");
  }
});

test("a click on a tab leaves the arrow keys to the steps", async ({ page, scope }) => {
  await openLog(scope, LOG);
  await page.keyboard.press("Home");
  await tab(page, "Raw").click();
  await page.keyboard.press("ArrowRight");
  await expect(tab(page, "Raw")).toHaveAttribute("aria-selected", "true");
  await expect(tab(page, "Step")).toHaveText("Step 2");
});

for (const width of [1440, 390]) {
  test(`no serious violation on any tab, ${width} px wide`, async ({ page, scope }) => {
    await openLog(scope, LOG);
    await page.setViewportSize({ width, height: 900 });
    await scope.steps.nth(1).locator(".step-time").click();
    await expect(scope.inspector).toBeVisible();
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      for (const name of TABS) {
        await tab(page, name).click();
        await expect(scope.inspector.locator(".pending")).toHaveCount(0);
        expect(await seriousViolations(page), `${name}, ${colorScheme}`).toEqual([]);
      }
    }
  });
}

test("the raw line is what the file holds", async ({ page, scope }) => {
  await openLog(scope, LOG);
  await tab(page, "Raw").click();
  const lines = readFileSync(LOG, "utf8").split("\n");
  for (const key of ["Home", "ArrowRight", "ArrowRight", "End"]) {
    await page.keyboard.press(key);
    const place = scope.inspector.getByText(/^Line \d+ of /);
    await expect(place).toBeVisible();
    await expect
      .poll(async () => {
        const number = Number((await place.textContent()).match(/\d+/)[0]);
        return JSON.stringify(JSON.parse(await scope.rawLine.textContent())) === JSON.stringify(JSON.parse(lines[number - 1]));
      })
      .toBe(true);
  }
});
