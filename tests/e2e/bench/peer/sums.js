// The sums of a session list, by the shape of a record: what a viewer written in the usual way would keep.

/** Adds a record to the sessions of its file; each request counts once. */
function addRecord(own, record, name) {
  if (!record) return;
  const id = record.sessionId ?? record.session_id ?? record.payload?.session_id ?? name;
  if (!own.has(id)) own.set(id, { id, requests: new Map(), tools: 0, failures: 0, total: null, started: null, ended: null });
  const session = own.get(id);
  const at = Date.parse(record.ts ?? record.timestamp ?? record.time);
  session.started ??= at;
  session.ended = at;
  if (record.message) addClaude(session, record);
  else if (record.payload) addCodex(session, record.payload);
  else addEvent(session, record, record.data ?? record);
}

/** Claude Code repeats a request's usage on each of its lines. */
function addClaude(session, { message, requestId, type }) {
  if (type === "assistant" && message.usage) {
    const { input_tokens = 0, output_tokens = 0 } = message.usage;
    session.requests.set(`${message.id} ${requestId}`, { input: input_tokens, output: output_tokens });
  }
  session.model ??= message.model;
  if (!Array.isArray(message.content)) return;
  for (const part of message.content) {
    if (part.type === "tool_use") session.tools += 1;
    if (part.type === "tool_result" && part.is_error) session.failures += 1;
    if (part.type === "text" && type === "user") session.title ??= part.text?.slice(0, 120);
  }
}

/** Codex tells running totals. */
function addCodex(session, payload) {
  const { total_token_usage: total } = payload.info ?? {};
  if (payload.type === "token_count" && total) session.total = { input: total.input_tokens ?? 0, output: total.output_tokens ?? 0 };
  if (payload.type === "function_call" || payload.type === "custom_tool_call") session.tools += 1;
  if (payload.type === "user_message") session.title ??= payload.message?.slice(0, 120);
  session.model ??= payload.model;
}

/** Fizeau's and CodeTether's events: the end's tokens before the sum of the answers. */
function addEvent(session, { type }, data) {
  if (type === "session.start") {
    session.model = data.model;
    session.title = data.prompt?.slice(0, 120);
  } else if (type === "llm.response") {
    session.requests.set(session.requests.size, { input: data.usage?.input ?? 0, output: data.usage?.output ?? 0 });
  } else if (type === "tool.call" || type === "tool_call") {
    session.tools += 1;
    session.failures += data.error ? 1 : 0;
  } else if (type === "session.end") {
    session.status = data.status;
    session.total = data.tokens ?? session.total;
  }
}

/** A session's row. */
function summed({ requests, total, ...session }) {
  const sum = { input: 0, output: 0 };
  for (const { input, output } of requests.values()) {
    sum.input += input;
    sum.output += output;
  }
  return { ...session, requests: requests.size, ...(total ?? sum) };
}
