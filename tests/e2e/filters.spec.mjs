// One filter for all views: chosen by mouse and keyboard, in the link, saved by name; zones.

import { seriousViolations } from "./support/axe.mjs";
import { expect, test } from "./support/fixtures.mjs";
import { run, text, transcript } from "./support/logs.mjs";

/** A run with a project and a status of its own. */
function told(id, { project, status = "success", ...rest }) {
  const lines = run(id, rest);
  lines[0].data.work_dir = `/home/sam/src/${project}`;
  lines.at(-1).data.status = status;
  return text(lines);
}

/** Three runs and a conversation; the second run starts on the 3rd of May in Berlin and on the 2nd in UTC. */
async function drop(scope, logs) {
  const at = (time) => Date.parse(time);
  logs.write("a/1.jsonl", told("svc-1", { project: "harbor", provider: "openai", model: "gpt-5", at: at("2026-05-01T10:00:00Z") }));
  logs.write("a/2.jsonl", told("svc-2", { project: "harbor", provider: "openai", model: "gpt-5-mini", status: "failed", at: at("2026-05-02T23:30:00Z") }));
  logs.write("a/3.jsonl", told("svc-3", { project: "tide", provider: "local", model: "made-up", at: at("2026-05-03T10:00:00Z") }));
  logs.write("a/4.jsonl", text(transcript([{ prompt: "Look at the quay" }, { text: "Done." }])));
  await scope.drop(logs.path("a"));
  await expect(scope.rows).toHaveCount(4);
}

const bar = (page) => page.getByTestId("filter-bar");
const set = (page) => page.getByTestId("filter-active");
const facet = (page, name) => bar(page).getByRole("button", { name, exact: true });
const value = (page, name) => page.locator(".filter-menu:popover-open").getByRole("button", { name });

test.beforeEach(async ({ scope, logs }) => drop(scope, logs));

test("values are chosen by mouse, several of one kind, and taken back by their chips", async ({ page, scope }) => {
  await expect(page.getByTestId("filter-count")).toHaveText("");
  await facet(page, "Model").click();
  await expect(value(page, "gpt-5 1")).toBeVisible();
  await value(page, "gpt-5 1").click();
  await value(page, "gpt-5-mini 1").click();
  await expect(value(page, "gpt-5 1")).toHaveAttribute("aria-pressed", "true");
  await expect(scope.rows).toHaveCount(2);
  await expect(page.getByTestId("filter-count")).toHaveText("2 of 4 sessions");
  await expect(scope.listScope).toContainText("numbers are of whole sessions");
  await scope.expectInAddress("model=gpt-5&model=gpt-5-mini");
  await page.keyboard.press("Escape");
  await set(page).getByRole("button", { name: "Remove filter Model: gpt-5", exact: true }).click();
  await expect(scope.rows).toHaveCount(1);
  await expect(set(page).getByRole("button").first()).toBeFocused();
  await set(page).getByRole("button", { name: "Clear all" }).click();
  await expect(scope.rows).toHaveCount(4);
});

test("values are chosen by keyboard alone, and Esc gives the focus back", async ({ page, scope }) => {
  await facet(page, "Agent").focus();
  await page.keyboard.press("Enter");
  await expect(value(page, "Fizeau 3")).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(value(page, "Fizeau 3")).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(value(page, "Claude Code 1")).toBeFocused();
  await page.keyboard.press("Space");
  await expect(scope.rows).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(facet(page, "Agent")).toBeFocused();
  await expect(set(page)).toContainText("Agent Claude Code");
});

for (const { filter, sessions } of [
  { filter: "agent=fizeau", sessions: 3 },
  { filter: "provider=openai", sessions: 2 },
  { filter: "model=gpt-5&model=made-up", sessions: 2 },
  { filter: "project=harbor", sessions: 2 },
  { filter: "status=failed&status=unknown", sessions: 2 },
  { filter: "q=quay", sessions: 1 },
  { filter: "hour=4,12", sessions: 1 },
  { filter: "window=2026-05-03", sessions: 2 },
  { filter: "window=2026-05-03&project=harbor&status=failed", sessions: 1 },
]) {
  test(`${filter} leaves ${sessions} in every view`, async ({ page, scope }) => {
    await page.evaluate((filter) => (location.hash = `#v=1&${filter}`), filter);
    await expect(scope.rows).toHaveCount(sessions);
    await expect(page.getByTestId("filter-count")).toHaveText(new RegExp(`^${sessions} of 4`));
    await scope.goTo("Overview");
    await expect(page.getByTestId("cards")).toContainText(`Sessions${sessions}`);
    await scope.goTo("Coverage");
    await expect(page.getByTestId("coverage-scope")).toContainText(new RegExp(`^${sessions} session`));
    await scope.goTo("Usage");
    await expect(page.getByTestId("usage-scope")).toContainText(new RegExp(`^${sessions} session`));
    await scope.goTo("Sessions");
    await expect(scope.rows).toHaveCount(sessions);
  });
}

test("the hour of a cell holds for all views, Back takes it away again", async ({ page, scope }) => {
  await scope.goTo("Overview");
  await page.getByRole("button", { name: /^Fri 12:00: / }).click();
  await expect(set(page)).toContainText("Hour Fri 12:00 to 13:00");
  await scope.goTo("Sessions");
  await expect(scope.rows).toHaveCount(1);
  await page.goBack();
  await page.goBack();
  await expect(set(page).getByRole("button")).toHaveCount(0);
  await page.goForward();
  await expect(set(page)).toContainText("Hour Fri 12:00");
});

test("another zone moves a day, and stands in the link", async ({ page, scope }) => {
  await page.evaluate(() => (location.hash = "#v=1&window=2026-05-02"));
  await expect(page.getByTestId("no-sessions")).toBeVisible();
  await facet(page, "Europe/Berlin").click();
  await page.locator("#zone-menu").getByRole("button", { name: "UTC" }).click();
  await expect(scope.rows).toHaveCount(1);
  await scope.expectInAddress("zone=UTC");
  const field = page.getByTestId("zone-input");
  await field.fill("-08:00");
  await field.press("Enter");
  await expect(page.locator("#zone-menu")).toContainText("those of UTC-08:00");
  await expect(scope.rows).toHaveCount(1);
  await field.fill("Asia/Kathmandu");
  await field.press("Enter");
  await expect(page.getByTestId("no-sessions")).toBeVisible();
  await page.keyboard.press("Escape");
  await set(page).getByRole("button", { name: "Clear all" }).click();
  await expect(scope.row("Prompt of svc-1")).toContainText("15:45");
  await facet(page, "Asia/Kathmandu").click();
  await field.fill("Mars/Base");
  await field.press("Enter");
  await expect(bar(page).getByRole("alert")).toContainText('"Mars/Base" is no zone');
  await expect(field).toHaveAttribute("aria-invalid", "true");
});

test("a wrong window says which part is wrong, and filters nothing", async ({ page, scope }) => {
  await scope.windowField.fill("2026-05-01..2026-02-30");
  await scope.windowField.press("Enter");
  await expect(bar(page).getByRole("alert")).toContainText('"2026-02-30": there is no such day');
  await expect(scope.rows).toHaveCount(4);
});

test("a view is saved, renamed, overwritten and deleted, and survives a reload", async ({ page, scope, logs }) => {
  await facet(page, "Status").click();
  await value(page, "failed 1").click();
  await page.keyboard.press("Escape");
  const menu = page.locator("#views-menu");
  const name = page.getByTestId("view-name");
  await facet(page, "Views").click();
  await name.fill("Failures");
  await name.press("Enter");
  await menu.getByRole("button", { name: "Rename Failures" }).click();
  await expect(name).toBeFocused();
  await name.fill("What failed");
  await menu.getByRole("button", { name: "Rename", exact: true }).last().click();
  await expect(menu.getByRole("button", { name: "What failed", exact: true })).toBeVisible();
  await scope.reload();
  await page.evaluate(() => (location.hash = "#v=1"));
  await drop(scope, logs);
  await facet(page, "Views").click();
  await menu.getByRole("button", { name: "What failed", exact: true }).click();
  await expect(scope.rows).toHaveCount(1);
  await scope.expectInAddress("status=failed");
  await page.keyboard.press("Escape");
  await scope.textField.fill("svc-2");
  await facet(page, "Views").click();
  await name.fill("What failed");
  await menu.getByRole("button", { name: "Overwrite" }).click();
  await expect(menu.locator(".filter-view")).toHaveCount(1);
  await menu.getByRole("button", { name: "Delete What failed" }).click();
  await expect(menu).toContainText("No view is saved yet");
});

test.describe("a storage that is broken", () => {
  test("is told, and views last as long as the page", async ({ page, scope }) => {
    await page.evaluate(() => (Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); }));
    await facet(page, "Views").click();
    await page.getByTestId("view-name").fill("All");
    await page.locator("#views-menu").getByRole("button", { name: "Save" }).click();
    await expect(page.locator("#views-menu").getByRole("button", { name: "All", exact: true })).toBeVisible();
    await expect(scope.messages).toContainText("keeps nothing");
  });

  test("holding something else is no reason to fail", async ({ page, scope, logs }) => {
    await page.evaluate(() => localStorage.setItem(`sessionscope:${location.pathname}:views`, '{"a":1}\n\t\nv=9&x\t\n'));
    await scope.reload();
    await drop(scope, logs);
    await facet(page, "Views").click();
    await expect(page.locator("#views-menu")).toContainText("No view is saved yet");
  });
});

test("long lists can be narrowed", async ({ page, scope, logs }) => {
  for (let number = 0; number < 14; number++) {
    logs.write(`b/${number}.jsonl`, told(`svc-b${number}`, { project: `wharf-${number}` }));
  }
  await scope.startDrop(logs.path("b"));
  await expect(scope.rows).toHaveCount(18);
  await facet(page, "Project").click();
  await page.getByLabel("Narrow the list").fill("WHARF-1");
  await expect(page.locator(".filter-menu:popover-open .filter-value")).toHaveCount(5);
  await page.getByLabel("Narrow the list").fill("nowhere");
  await expect(page.locator("#project-menu")).toContainText("Nothing of that name");
});

test("on a phone one button opens all of it as a sheet", async ({ page, scope }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(facet(page, "Agent")).toBeHidden();
  await page.getByRole("button", { name: "Filters", exact: true }).click();
  await facet(page, "Agent").click();
  await value(page, "Fizeau 3").click();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByTestId("filter-count")).toHaveText("3 of 4 sessions");
  await expect(facet(page, "Agent")).toBeHidden();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

for (const [width, height] of [[1440, 900], [390, 844]]) {
  test(`no serious violation with open menus, ${width} px wide`, async ({ page }) => {
    await page.evaluate(() => (location.hash = "#v=1&agent=fizeau&window=2026-05-01..2026-05-03&project=harbor"));
    await page.setViewportSize({ width, height });
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      for (const name of ["Model", "Views", "Europe/Berlin"]) {
        if (width < 720) await page.getByRole("button", { name: "Filters", exact: true }).click();
        await facet(page, name).click();
        await expect(page.locator(".filter-menu:popover-open")).not.toBeEmpty();
        expect(await seriousViolations(page), `${name}, ${colorScheme}`).toEqual([]);
        await page.keyboard.press("Escape");
        if (width < 720) await page.keyboard.press("Escape");
      }
    }
  });
}
