// The page as its users see it: one object that knows where things are. Specs know what should be there.

import { expect } from "@playwright/test";
import { dropPaths } from "./drop.mjs";

export class Scope {
  constructor(page) {
    this.page = page;
    this.rows = page.getByTestId("session-row");
    this.listScope = page.getByTestId("list-scope");
    this.summary = page.getByTestId("loaded-summary");
    this.messages = page.getByTestId("messages");
    this.progress = page.getByTestId("progress");
    this.cancelButton = page.getByTestId("cancel");
    this.startNote = page.locator("#start-note");
    this.windowField = page.getByTestId("window-input");
    this.textField = page.getByTestId("text-input");
    this.usageTable = page.getByTestId("usage-table");
    this.problemGroups = page.getByTestId("problem-group");
    this.foreignFiles = page.getByTestId("foreign-files");
    this.session = page.getByTestId("session-page");
    this.steps = page.getByTestId("step");
    this.chosenStep = this.steps.and(page.locator("[aria-current]"));
    this.inspector = page.getByTestId("inspector");
    this.rawLine = page.getByTestId("raw-line");
    this.stretches = page.getByTestId("stretch");
    this.subAgents = page.getByTestId("sub-agent");
    this.coverageTable = page.getByTestId("coverage-table");
    this.explanation = page.getByTestId("explanation");
  }

  /**
   * Opens an address of the page and waits until it runs. The start page is plain HTML and there before that, so a
   * visible heading proves nothing.
   */
  async open(address = "./") {
    await this.page.addInitScript(() => addEventListener("TrunkApplicationStarted", () => (window.pageHasStarted = true)));
    await this.page.goto(address);
    await this.isRunning();
  }

  /** Loads the page again, as it is addressed now. */
  async reload() {
    await this.page.reload();
    await this.isRunning();
  }

  async isRunning() {
    await this.page.waitForFunction(() => window.pageHasStarted);
  }

  /** Drops files and folders on the page, as the operating system does, and waits until they are read. */
  async drop(...paths) {
    await this.startDrop(...paths);
    await this.isRead();
  }

  /** As `drop`, without waiting. */
  async startDrop(...paths) {
    await dropPaths(this.page, paths);
  }

  /** All that was opened first is read. After a later drop, wait for what it should bring. */
  async isRead() {
    await expect(this.summary).toBeVisible();
    await expect(this.summary).not.toContainText("· 0 B ·");
    await expect(this.progress).toBeHidden();
  }

  /** Goes to Usage, Sessions, Coverage or Problems by the top bar. */
  async goTo(name) {
    await this.page.getByRole("navigation", { name: "Views" }).getByRole("link", { name }).click();
  }

  /** The row of the session with this title. */
  row(title) {
    return this.rows.filter({ has: this.page.locator(".session-title", { hasText: title }) });
  }

  /** Opens a session by its key, as a link would. */
  async openKey(key) {
    await this.page.evaluate((key) => (location.hash = `#v=1&tab=session&session=${encodeURIComponent(key)}`), key);
    await expect(this.session).toBeVisible();
    await expect(this.steps.first()).toBeVisible();
  }

  /** A cell of the coverage table: agent (as files name it, "" for all of them) and metric. */
  coverageCell(agent, metric) {
    return this.coverageTable.locator(`[data-agent="${agent}"] [data-metric="${metric}"]`);
  }

  /** Opens a session of the list by its title. */
  async openSession(title) {
    await this.row(title).getByRole("link", { name: title }).click();
    await expect(this.session).toBeVisible();
  }

  /** The problems of one file: its panel. */
  problemsOf(path) {
    return this.problemGroups.filter({ has: this.page.getByRole("heading", { name: path, exact: true }) });
  }

  /** The state in the address, once it is written there. */
  async expectInAddress(part) {
    await expect.poll(() => new URL(this.page.url()).hash).toContain(part);
  }
}
