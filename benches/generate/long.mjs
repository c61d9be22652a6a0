// A run that is made up, for what is drawn of a session.

import { closeSync, existsSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { randomOf, top } from "./templates.mjs";

/**
 * One made-up run of so many events for what is drawn of a session: turns of a request, an answer and two calls, some of
 * them failed or without counts, a compaction every thousand turns, long pauses. Answers its path; it is written once.
 */
export function generateLong({ events = 200_000, out = join(top, ".bench") } = {}) {
  const path = join(out, `long-${events}.jsonl`);
  if (existsSync(path)) return path;
  mkdirSync(out, { recursive: true });
  const file = openSync(path, "w");
  const random = randomOf("long");
  const id = "svc-1778000000000000042";
  const tools = [["bash", '{"command":"cargo test"}'], ["read", '{"path":"src/lib.rs"}'], ["edit", '{"path":"src/lib.rs"}'], ["grep", '{"pattern":"fn main"}']];
  let clock = Date.UTC(2026, 4, 1);
  let written = 0;
  let context = 9_000;
  let block = [];
  const add = (type, data) => {
    block.push(JSON.stringify({ session_id: id, seq: written, type, ts: new Date(clock).toISOString(), data }));
    written += 1;
    if (block.length === 1000) writeSync(file, `${block.splice(0).join("\n")}\n`);
  };
  add("session.start", { provider: "local", model: "claude-sonnet-4-5", prompt: "A long run", work_dir: "/home/sam/src/long" });
  for (let turn = 1; written < events - 1; turn += 1) {
    add("llm.request", { messages: [{ role: "user", content: `Turn ${turn}` }] });
    const latency_ms = 400 + (random() % 9000);
    clock += latency_ms;
    const usage = random() % 12 === 0 ? null : { input: context, output: random() % 1500, total: context };
    add("llm.response", { content: `Answer ${turn}`, tool_calls: null, usage, latency_ms, model: "claude-sonnet-4-5" });
    context += random() % 300;
    for (let call = 0; call < 2; call += 1) {
      const [tool, input] = tools[random() % tools.length];
      const duration_ms = random() % 4000;
      const error = random() % 25 === 0 ? "exit status 1" : "";
      add("tool.call", { tool, input, output: "ok", duration_ms, error });
      clock += duration_ms;
    }
    if (turn % 1000 === 0) {
      add("compaction.end", { tokens_before: context, tokens_after: 12_000 });
      context = 12_000;
    }
    if (turn % 400 === 0) clock += 3_600_000;
  }
  add("session.end", { status: "success", output: "Done.", duration_ms: clock - Date.UTC(2026, 4, 1) });
  writeSync(file, `${block.join("\n")}\n`);
  closeSync(file);
  return path;
}
