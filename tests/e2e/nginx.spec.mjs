// The recipe of docs/hosting.md as it stands there, with Debian's nginx: the corpus, redacted, below /a/b/.

import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { corpusPath } from "./support/corpus.mjs";
import { expect, test } from "./support/fixtures.mjs";
import { builtCommand } from "./support/origin.mjs";
import { Scope } from "./support/page.mjs";

const NGINX = process.env.NGINX ?? "/usr/sbin/nginx";
const PORT = Number(process.env.E2E_PORT ?? 4173) + 500;

/** The recipe with another path and folder. */
function recipe(site) {
  const page = readFileSync(fileURLToPath(new URL("../../docs/hosting.md", import.meta.url)), "utf8");
  const [, text] = page.match(/```nginx\n([\s\S]*?)```/);
  return text.replace("/sessions/", "/a/b/").replace("/srv/sessionscope/site/", `${site}/`);
}

test("the corpus, redacted, below a path of nginx", async ({ browser, context, page, logs }) => {
  test.setTimeout(180_000);
  const folder = corpusPath("");
  const command = builtCommand();
  if (!existsSync(NGINX)) throw new Error(`no nginx at ${NGINX}: ./dev e2e fetches one, NGINX names another`);
  if (!command) throw new Error("the command is not built: cargo build");
  const site = logs.path("site");
  execFileSync(command, ["bundle", folder, "--out", site, "--page", process.env.DIST ?? "dist", "--redact"], { stdio: "ignore" });
  const log = logs.path("access.log");
  const config = logs.write("nginx.conf", `
    daemon off; pid ${logs.path("pid")}; error_log ${logs.path("error.log")}; user root;
    events {}
    http {
      log_format asked "$request_uri $status"; access_log ${log} asked;
      client_body_temp_path ${logs.path("t1")}; proxy_temp_path ${logs.path("t2")}; fastcgi_temp_path ${logs.path("t3")};
      uwsgi_temp_path ${logs.path("t4")}; scgi_temp_path ${logs.path("t5")};
      server { listen 127.0.0.1:${PORT}; ${recipe(site)} }
    }`);
  const server = spawn(NGINX, ["-c", config], { stdio: "ignore" });
  const logsAsked = () => readFileSync(log, "utf8").split("\n").filter((line) => line.includes("/archive/logs/"));
  try {
    const url = `http://127.0.0.1:${PORT}/a/b/`;
    await expect.poll(() => fetch(url).then((answer) => answer.status, () => 0)).toBe(200);
    const scope = new Scope(page);
    await scope.open(url);
    await expect(scope.summary).toContainText("sessions");
    await expect(scope.progress).toBeHidden();
    for (const view of ["Overview", "Usage", "Coverage", "Sessions"]) await scope.goTo(view);
    expect(logsAsked()).toEqual([]);
    for (let index = 0; index < 3; index += 1) {
      await scope.rows.nth(index).getByRole("link").first().click();
      await expect(scope.steps.first()).toBeVisible();
      if (index < 2) await scope.goTo("Sessions");
    }
    expect(logsAsked().length).toBeGreaterThanOrEqual(3);
    await scope.steps.nth(1).click();
    await scope.expectInAddress("step=");
    const chosen = await scope.chosenStep.innerText();
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: /^Link/ }).first().click();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toContain(`${url}#`);
    const fresh = await browser.newContext();
    const other = new Scope(await fresh.newPage());
    await other.open(link);
    await expect(other.chosenStep).toHaveText(chosen, { useInnerText: true });
    await fresh.close();
  } finally {
    server.kill();
  }
});
