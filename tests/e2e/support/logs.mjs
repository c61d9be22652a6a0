// Made-up fizeau logs: as much of one as a test needs, and files of them in a folder that goes away with the test.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const DAY_MS = 86_400_000;

/** One line of a log, as an object. */
export function line(id, type, at, data) {
  return { session_id: id, seq: 0, type, ts: new Date(at).toISOString(), data };
}

/** A short run that succeeds: four lines. The id must be of its own; the prompt becomes the title. */
export function run(id, { prompt = `Prompt of ${id}`, answer = "Done.", at = Date.UTC(2026, 4, 1), provider = "local", model = "made-up" } = {}) {
  const usage = { input: 100, output: 10, total: 110 };
  return [
    line(id, "session.start", at, { provider, model, prompt, work_dir: "/home/sam/src/made-up" }),
    line(id, "llm.request", at + 1000, { messages: [{ role: "user", content: prompt }] }),
    line(id, "llm.response", at + 3000, { content: answer, tool_calls: null, usage, latency_ms: 2000, model }),
    line(id, "session.end", at + 4000, { status: "success", output: answer, tokens: usage, cost_usd: 0.01, duration_ms: 4000 }),
  ];
}

/** The text of a log. */
export function text(lines) {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** The time of day zero or a later day, for runs that are to sort. */
export function day(number) {
  return Date.UTC(2026, 0, 1) + number * DAY_MS;
}

/** A folder for the files of one test. `clear` takes it away. */
export function folderOfLogs() {
  const top = mkdtempSync(join(tmpdir(), "sessionscope-e2e-"));
  return {
    top,
    /** Writes a file (text or bytes) below the folder and answers its path. */
    write(name, content) {
      const path = join(top, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      return path;
    },
    path: (...parts) => join(top, ...parts),
    clear: () => rmSync(top, { recursive: true, force: true }),
  };
}
