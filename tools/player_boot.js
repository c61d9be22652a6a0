// Runs in the page of one file (`tools/player.mjs` writes it): unpacks what stands in it, starts the page, and gives it a
// worker whose wasm comes by message. `page` is what wasm-bindgen made for the page.

const DAMAGED =
  "This file is damaged: its end is missing, or an editor or a mail program has saved it anew. Ask for it again, packed as .zip if it was sent by mail.";

/** The bytes of a text that holds 15 bits a character (`tools/player.mjs`, `src/logic/carried.rs`). */
function bytesOf(text, length) {
  const bytes = new Uint8Array(length);
  let bits = 0;
  let count = 0;
  let to = 0;
  for (let at = 0; at < text.length && to < length; at += 1) {
    bits = ((bits & 255) << 15) | (text.charCodeAt(at) - 0x3400);
    for (count += 15; count >= 8 && to < length; to += 1) {
      count -= 8;
      bytes[to] = bits >> count;
    }
  }
  if (to < length) throw new Error(DAMAGED);
  return bytes;
}

/** Chances, in 2048ths, that a bit is zero. */
const models = (count) => new Uint16Array(count).fill(1024);

/** The bits that LZMA's range coder wrote: by models that learn, or plain ones. */
function bitsOf(input) {
  let range = 0xffffffff;
  let code = 0;
  let at = 1;
  while (at < 5) code = ((code << 8) | input[at++]) >>> 0;

  const refill = () => {
    if (range >= 0x1000000) return;
    range = (range << 8) >>> 0;
    code = ((code << 8) | input[at++]) >>> 0;
  };
  const bit = (model, index) => {
    const chance = model[index];
    const bound = (range >>> 11) * chance;
    const isOne = code >= bound;
    if (isOne) {
      range -= bound;
      code -= bound;
      model[index] = chance - (chance >>> 5);
    } else {
      range = bound;
      model[index] = chance + ((2048 - chance) >>> 5);
    }
    refill();
    return isOne ? 1 : 0;
  };
  /** The highest bit first. */
  const number = (model, start, bits) => {
    let found = 1;
    for (let n = 0; n < bits; n += 1) found = (found << 1) | bit(model, start + found);
    return found - (1 << bits);
  };
  /** The lowest bit first. */
  const backwards = (model, start, bits) => {
    let [found, place] = [0, 1];
    for (let n = 0; n < bits; n += 1) {
      const next = bit(model, start + place);
      place = (place << 1) | next;
      found |= next << n;
    }
    return found;
  };
  const plain = (bits) => {
    let found = 0;
    for (let n = 0; n < bits; n += 1) {
      range >>>= 1;
      const isOne = code >= range;
      if (isOne) code -= range;
      found = (found << 1) | (isOne ? 1 : 0);
      refill();
    }
    return found;
  };
  // The last bytes settle what was computed from all before them: hardly any damage leaves a zero.
  return { bit, number, backwards, plain, isAtEnd: () => code === 0 && at <= input.length };
}

/** What LZMA says with bits: single bytes, lengths and distances of repeats. */
function wordsOf(bits) {
  const { bit, number, backwards, plain } = bits;
  const [literals, slots, places, align] = [models(0x300 << 3), models(256), models(128), models(16)];
  return {
    /** `expected` is the byte that a repeat would have brought, where there was one just before. */
    literal(before, expected) {
      const start = 0x300 * (before >> 5);
      let found = 1;
      for (let rest = expected; rest !== undefined && found < 256; rest <<= 1) {
        const likely = (rest >> 7) & 1;
        const next = bit(literals, start + ((1 + likely) << 8) + found);
        found = (found << 1) | next;
        if (next !== likely) break;
      }
      while (found < 256) found = (found << 1) | bit(literals, start + found);
      return found;
    },
    lengths() {
      const [choice, low, middle, high] = [models(2), models(8), models(8), models(256)];
      return () => (!bit(choice, 0) ? 2 + number(low, 0, 3) : bit(choice, 1) ? 18 + number(high, 0, 8) : 10 + number(middle, 0, 3));
    },
    /** -1 for the end mark. */
    distance(length) {
      const slot = number(slots, Math.min(length - 2, 3) << 6, 6);
      if (slot < 4) return slot;
      const count = (slot >> 1) - 1;
      const high = (2 | (slot & 1)) << count;
      if (slot < 14) return high + backwards(places, high - slot, count);
      return (high + (plain(count - 4) << 4) + backwards(align, 0, 4)) | 0;
    },
  };
}

/** Undoes LZMA with lc=3, lp=0, pb=0 and an end mark, as `xz --format=raw --lzma1` writes it. */
function unlzma(input, length) {
  const bits = bitsOf(input);
  const { bit } = bits;
  const words = wordsOf(bits);
  const [isRepeat, isKnown, isOlder, isThird, isFourth, isLong] = Array.from({ length: 6 }, () => models(12));
  const [newLength, knownLength] = [words.lengths(), words.lengths()];
  const out = new Uint8Array(length);
  let to = 0;
  let state = 0;
  let recent = [0, 0, 0, 0];
  for (;;) {
    if (!bit(isRepeat, state)) {
      out[to] = words.literal(to ? out[to - 1] : 0, state > 6 ? out[to - recent[0] - 1] : undefined);
      to += 1;
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      if (to > length) throw new Error(DAMAGED);
      continue;
    }
    let count = 1;
    if (!bit(isKnown, state)) {
      count = newLength();
      recent = [words.distance(count), recent[0], recent[1], recent[2]];
      if (recent[0] === -1) break;
      state = state < 7 ? 7 : 10;
    } else {
      const older = !bit(isOlder, state) ? 0 : !bit(isThird, state) ? 1 : !bit(isFourth, state) ? 2 : 3;
      const isByte = older === 0 && !bit(isLong, state);
      if (older > 0) recent.unshift(...recent.splice(older, 1));
      if (!isByte) count = knownLength();
      state = state < 7 ? (isByte ? 9 : 8) : 11;
    }
    if (recent[0] >= to || to + count > length) throw new Error(DAMAGED);
    for (const end = to + count; to < end; to += 1) out[to] = out[to - recent[0] - 1];
  }
  if (to !== length || !bits.isAtEnd()) throw new Error(DAMAGED);
  return out;
}

/** The log's view and packed texts, as an address would carry them. */
function carriedIn(text) {
  const [view, lengths] = text.split(" ", 2);
  if (!lengths) throw new Error(DAMAGED);
  const all = lengths.split(",").map(Number);
  const bytes = bytesOf(text.slice(view.length + lengths.length + 2), all.reduce((sum, length) => sum + length));
  let at = 0;
  const logs = all.map((length) => {
    const pieces = [];
    // As many as a call takes, and whole groups of three.
    for (const end = at + length; at < end; ) pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, (at = Math.min(end, at + 0x6000))))));
    const log = pieces.join("").replace(/=+$/, "");
    return `&log=${log.length}.${log}`;
  });
  return view + logs.join("");
}

async function start() {
  const packed = document.getElementById("packed");
  const carried = document.getElementById("carried");
  if (!packed || !carried) throw new Error(DAMAGED);
  carried.textContent = carriedIn(carried.textContent);
  const [size, ...lengths] = packed.dataset.lengths.split(" ").map(Number);
  const all = unlzma(bytesOf(packed.textContent, size), lengths.reduce((sum, length) => sum + length));
  packed.remove();
  let at = 0;
  const [styles, body, wasm, script, workerWasm] = lengths.map((length) => all.subarray(at, (at += length)));
  const sheet = new CSSStyleSheet();
  const textOf = (bytes) => new TextDecoder().decode(bytes);
  sheet.replaceSync(textOf(styles));
  document.adoptedStyleSheets = [sheet];
  document.body.prepend(...new DOMParser().parseFromString(textOf(body), "text/html").body.childNodes);
  const loader = "onmessage=({data})=>{onmessage=null;wasm_bindgen({module_or_path:data}).catch((why)=>setTimeout(()=>{throw why}))};";
  const url = URL.createObjectURL(new Blob([script, ";", loader], { type: "text/javascript" }));
  document.querySelector("meta[name=sessionscope-worker]").content = url;
  // A worker may fetch nothing here, so each gets its wasm as its first message.
  const Plain = Worker;
  globalThis.Worker = function (address) {
    const worker = new Plain(address);
    worker.postMessage(workerWasm);
    return worker;
  };
  await page.default({ module_or_path: wasm });
  dispatchEvent(new CustomEvent("TrunkApplicationStarted"));
}

start().catch((why) => {
  document.body.textContent = why.message;
  if (why.message !== DAMAGED) throw why;
});
