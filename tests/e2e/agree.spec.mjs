// Over all real logs that stand beside the checkout: what the page shows and saves is what the command prints.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { corpusFolder, corpusPath } from "./support/corpus.mjs";
import { expect, test } from "./support/fixtures.mjs";
import { builtCommand } from "./support/origin.mjs";

test.use({ timezoneId: "UTC" });
test.setTimeout(300_000);


/** What the command prints, run where it names files as a drop does: by their paths from the folder on. */
function command(...words) {
  const built = builtCommand();
  test.skip(!built, "the command is not built");
  return execFileSync(built, words, { encoding: "utf8", maxBuffer: 1 << 28, cwd: corpusFolder(), env: { ...process.env, TZ: "UTC" }, stdio: ["ignore", "pipe", "ignore"] });
}

async function saved(page, button) {
  const [file] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return readFileSync(await file.path(), "utf8");
}

/** A sheet's rows added up, those behind the first portion too: from its own file. */
async function explained(page, name) {
  await page.locator(`[data-explain=${JSON.stringify(name)}]`).first().evaluate((one) => one.click());
  await expect(page.getByTestId("total-sentences")).toBeVisible();
  const number = (await page.getByTestId("total-title").textContent()).replace(/^.*: /, "");
  const csv = await saved(page, page.getByTestId("total-csv"));
  await page.keyboard.press("Escape");
  return { number, csv };
}

for (const folder of ["claude", "codex", "codetether", "fizeau"]) {
  test(`page, command and files agree: ${folder}`, async ({ page, scope }) => {
    const path = corpusPath(folder);
    await scope.drop(path);
    await scope.goTo("Overview");
    await expect(page.getByTestId("cards").locator("[data-explain]").first()).toBeVisible();
    const panels = ["summary", "heatmap", "hour-of-week", "activity", "shape", "top", "projects", "tools", "velocity"].flatMap((name) => ["--panel", name]);
    const csv = await saved(page, page.getByTestId("page-files").getByRole("button", { name: "CSV" }));
    // Health depends on the clock.
    const withoutHealth = csv.split(/\n\n(?=Session Health)/)[0].trimEnd();
    expect(withoutHealth).toBe(command("overview", ...panels, "--format", "csv", "--tz", "UTC", folder).trimEnd());
    const json = JSON.parse(await saved(page, page.getByTestId("page-files").getByRole("button", { name: "JSON" })));
    const told = JSON.parse(command("overview", ...panels, "--format", "json", "--tz", "UTC", folder));
    for (const name of Object.keys(told)) expect(json[name], name).toEqual(told[name]);
    for (const name of ["messages sessions", "output sessions", "cost sessions", "sessions sessions"]) {
      const [metric, total] = name.split(" ");
      const { number, csv: rows } = await explained(page, name);
      expect(rows, name).toBe(command("explain", "--total", total, "--metric", metric, "--format", "csv", "--tz", "UTC", folder));
      expect(JSON.parse(command("explain", "--total", total, "--metric", metric, "--format", "json", "--tz", "UTC", folder)).number ?? "—").toBe(number);
    }
    await scope.goTo("Usage");
    await page.getByRole("button", { name: "Normalised" }).click();
    await expect(scope.usageTable).toHaveAttribute("data-counting", "normalised");
    expect(await saved(page, page.getByTestId("usage-csv"))).toBe(command("usage", "--format", "csv", "--tz", "UTC", folder));
    for (const metric of ["cost", "output", "input", "cache-read", "cache-write"]) {
      const { csv: rows } = await explained(page, `${metric} usage`);
      expect(rows, metric).toBe(command("explain", "--total", "usage", "--metric", metric, "--format", "csv", "--tz", "UTC", folder));
    }
    await scope.goTo("Coverage");
    expect(await saved(page, page.getByTestId("coverage-csv"))).toBe(command("coverage", "--format", "csv", folder));
  });
}
