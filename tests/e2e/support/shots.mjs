// Screenshots for people to look at; nothing compares them, but no page may scroll sideways.

import { expect } from "@playwright/test";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../shots/", import.meta.url));

/** Writes tests/e2e/shots/NAME-WIDTH-THEME.png. Options of Playwright's `screenshot` (fullPage, clip) may follow. */
export async function shot(page, name, { theme = "light", width = 1440, height = 900, ...options } = {}) {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
  await page.setViewportSize({ width, height });
  await settle(page);
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  expect(wide, `${name} at ${width} pixels scrolls sideways`).toBeLessThanOrEqual(room);
  await page.screenshot({ path: `${folder}${name}-${width}-${theme}.png`, animations: "disabled", ...options });
}

/** Fonts are there, and the page has drawn what its new size asks for. */
async function settle(page) {
  await page.evaluate(async () => {
    await document.fonts.ready;
    for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
  });
}
