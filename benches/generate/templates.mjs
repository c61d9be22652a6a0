// Real logs as patterns: where ids and times stand in them, and copies in which both are fresh.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Keys whose values name something; equal ones stay equal within a copy, and differ between copies. */
const ID_KEYS = /"(session_id|id|tool_call_id|attempt_id|bead_id|task_id|sessionId|uuid|requestId|messageId|tool_use_id|agentId)":"([A-Za-z0-9_-]+)"/g;
/** What is shorter is a count within one run (`item_7`), which real logs repeat too. */
const SHORTEST_ID = 12;
const TOKENS = /20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d|[A-Za-z0-9_-]+/g;

export const top = fileURLToPath(new URL("../../", import.meta.url));

/** The logs of a format that `isLog` takes, and whether they are of the corpus or our own. */
export function readTemplates(format, isLog = () => true) {
  const corpus = join(resolve(process.env.SESSIONSCOPE_CORPUS ?? join(top, "../shared/corpus")), format);
  const ours = [join(top, "samples"), join(top, "tests/fixtures", format)];
  const folders = existsSync(corpus) ? [corpus] : format === "fizeau" ? ours : [];
  const files = folders.flatMap((folder) => {
    const names = readdirSync(folder).filter((name) => name.endsWith(".jsonl")).sort();
    return names.map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
  });
  // Neighbours of other kinds and logs damaged on purpose are left out: every byte is to be decoded.
  const logs = files.filter(({ bytes }) => isLog(bytes));
  const ids = new Set(logs.flatMap(({ bytes }) => idsOf(bytes)));
  return { templates: logs.map((log) => ({ ...log, spots: spotsOf(log.bytes, ids) })), origin: existsSync(corpus) ? "corpus" : "samples" };
}

/** Fizeau logs only: its folder has neighbours of other kinds, and logs damaged on purpose. */
export function isLog(bytes) {
  return linesOf(bytes).every((line) => {
    const record = parsed(line);
    return typeof record?.type === "string" && ("session_id" in record || "sequence" in record);
  });
}

function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

export function linesOf(bytes) {
  const lines = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(10, from);
    const to = end < 0 ? bytes.length : end + 1;
    lines.push(bytes.subarray(from, to));
    from = to;
  }
  return lines;
}

function idsOf(bytes) {
  const found = [...bytes.toString("latin1").matchAll(ID_KEYS)];
  return found.filter(([, key, id]) => id.length >= SHORTEST_ID || (key === "session_id" && /\d/.test(id))).map(([, , id]) => id);
}

/** Where ids and times stand, also inside of texts and names. Latin-1, so that places count bytes. */
export function spotsOf(bytes, ids) {
  const spots = [];
  for (const { 0: text, index } of bytes.toString("latin1").matchAll(TOKENS)) {
    if (ids.has(text)) spots.push({ at: index, id: text });
    else if (/^20..-..-..T/.test(text)) {
      // Texts hold times that are none.
      const seconds = Date.parse(`${text}Z`) / 1000;
      if (Number.isFinite(seconds)) spots.push({ at: index, seconds, text });
    }
  }
  return spots;
}

/** A copy of the same length. `idOf` and `shift` (seconds) say what changes. */
export function copyOf({ bytes, spots }, idOf, shift) {
  const copy = Buffer.from(bytes);
  for (const { at, id, seconds } of spots) copy.write(id ? idOf(id) : timeText(seconds + shift), at, "latin1");
  return copy;
}

function timeText(seconds) {
  return new Date(seconds * 1000).toISOString().slice(0, 19);
}

/**
 * A name of the same shape for the same thing in another copy: digits become digits, letters letters. What stands
 * before the last dash is kept, and of a number (a time) the digits that tell the year.
 */
export function freshId(id, copy, seed) {
  const random = randomOf(`${seed} ${copy} ${id}`);
  const tail = id.search(/[^-_]+$/);
  const keep = /^\d+$/.test(id.slice(tail)) ? tail + 3 : tail;
  const isHex = /^[0-9a-f]+$/.test(id.slice(tail));
  const pick = (letters) => letters[random() % letters.length];
  const fresh = (letter) => {
    if (/\d/.test(letter)) return pick("0123456789");
    if (isHex) return pick("abcdef");
    return pick(letter < "a" ? "ABCDEFGHJKLMNPQRSTUVWXYZ" : "abcdefghijkmnopqrstuvwxyz");
  };
  return id.slice(0, keep) + [...id.slice(keep)].map(fresh).join("");
}

/** Numbers that depend on a text alone: FNV-1a, then xorshift. */
export function randomOf(text) {
  let state = 2_166_136_261;
  for (const letter of text) state = Math.imul(state ^ letter.charCodeAt(0), 16_777_619);
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** A function that answers the same word only once. */
export function memo(make) {
  const made = new Map();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key);
  };
}
