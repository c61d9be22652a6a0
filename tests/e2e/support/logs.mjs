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

/**
 * A transcript as Claude Code writes it, of entries: `{ prompt }`, `{ text }`, `{ tool, input, output, failed }`. A call
 * without an output has no result, `{ result, output }` is one that no call asked for, and entries with the same
 * `message` are of one answer. `time(n)` is the time of line n in milliseconds, or null for a line without one.
 */
export function transcript(entries, { session = "5e551000-0000-4000-8000-000000000001", time = (n) => day(100) + n * 1000 } = {}) {
  const lines = [];
  for (const entry of entries) for (const said of spoken(entry, lines.length)) lines.push(envelope(said, lines.length));
  return lines;

  function envelope(said, n) {
    const at = time(n);
    const parent = n > 0 ? `u${n - 1}` : null;
    return { parentUuid: parent, sessionId: session, cwd: "/home/ann/made-up", version: "2.1.30", ...said, uuid: `u${n}`, ...(at === null ? {} : { timestamp: new Date(at).toISOString() }) };
  }
}

/** What one entry of a transcript is as lines, without their envelopes. */
function spoken({ prompt, text, tool, input, output, failed, result, message }, n) {
  const usage = { input_tokens: 5, cache_creation_input_tokens: 100, cache_read_input_tokens: 1000 + n, output_tokens: 7 };
  const answer = (content) => ({ type: "assistant", message: { id: message ?? `m${n}`, model: "claude-sonnet-4-5", role: "assistant", content: [content], usage }, requestId: `r${message ?? n}` });
  const came = (id) => ({ type: "user", message: { role: "user", content: [{ type: "tool_result", tool_use_id: id, content: output, is_error: Boolean(failed) }] } });
  if (prompt !== undefined) return [{ type: "user", message: { role: "user", content: prompt } }];
  if (text !== undefined) return [answer({ type: "text", text })];
  if (result !== undefined) return [came(result)];
  const call = answer({ type: "tool_use", id: `t${n}`, name: tool, input });
  return output === undefined ? [call] : [call, came(`t${n}`)];
}

/** A long day of work: so many events of all kinds that stand out. */
export function longTranscript(events) {
  const entries = [];
  for (let n = 0; n < events / 2; n += 1) {
    if (n % 50 === 0) entries.push({ prompt: `Task ${n}` }, { text: `Begun ${n}.` });
    else if (n % 7 === 0) entries.push({ tool: "Edit", input: { file_path: `/home/ann/made-up/src/file${n % 90}.rs`, old_string: "a", new_string: "b" }, output: "ok" });
    else entries.push({ tool: "Bash", input: { command: `run ${n}` }, output: n % 31 === 0 ? "Exit code 2\nno" : "ok", failed: n % 31 === 0 });
  }
  return transcript(entries);
}
