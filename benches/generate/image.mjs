// A made-up transcript with what the corpus has little of: pictures in the log, a line of a megabyte.

import { randomOf, spotsOf } from "./templates.mjs";

const SESSION = "5e551045-c09e-4a11-8b1d-00000000beef";
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** A template: a question with a picture of so many bytes of base64, and its answer. */
export function withImage(length) {
  const question = { type: "user", uuid: "11111111-2222-4333-8444-0000000000a1", message: { role: "user", content: [picture(length), { type: "text", text: "What is on this picture?" }] } };
  const message = { id: "msg_01ABCDEFGHIJKLMNOPQRSTUV", role: "assistant", model: "claude-sonnet-4-5", content: [{ type: "text", text: "Noise." }], usage: { input_tokens: 1600, output_tokens: 12 } };
  const answer = { type: "assistant", uuid: "11111111-2222-4333-8444-0000000000a2", parentUuid: question.uuid, requestId: "req_011CSsZx7yBcDeFgHiJkLmNo", message };
  const common = { sessionId: SESSION, version: "2.1.0", cwd: "/home/sam/src/look" };
  const lines = [question, answer].map((line, second) => JSON.stringify({ ...line, ...common, timestamp: `2026-05-01T08:00:0${second}.000Z` }));
  const bytes = Buffer.from(`${lines.join("\n")}\n`);
  const ids = new Set([SESSION, question.uuid, answer.uuid, message.id, answer.requestId]);
  return { name: "picture.jsonl", bytes, spots: spotsOf(bytes, ids) };
}

function picture(length) {
  const random = randomOf("picture");
  const data = Array.from({ length }, () => LETTERS[random() % LETTERS.length]).join("");
  return { type: "image", source: { type: "base64", media_type: "image/png", data } };
}
