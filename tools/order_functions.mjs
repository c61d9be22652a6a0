// Puts functions that resemble each other beside each other. gzip looks back 32 KB and no further, and a wasm file has
// hundreds of them: in the order of the compiler most repetitions are out of its sight (4 % of the download).
//
// Greedy: next comes the function that shares most with those placed last. What two functions share is counted by the
// runs of bytes that both have; a run that few others have counts more.

import { importedFunctions, number, sections, withSection, written } from "./shrink_wasm.mjs";

const CUSTOM = 0;
const IMPORT = 2;
const CODE = 10;

/** Length of the runs that are compared, bytes. */
const RUN = 6;
/** Runs that more functions have are everywhere and tell nothing. */
const MOST_HOLDERS = 400;
/** How far gzip looks back, and a little less: the next function has to fit as well. */
const WINDOW = 30_000;
/** Between 0, where long functions always come first, and 1, where only the share of each counts. */
const LENGTH_MATTERS = 0.6;

/** The file with a name for each function: its place in the better order, for wasm-opt to sort by. */
export function withOrderAsNames(wasm) {
  const all = sections(wasm);
  const imported = importedFunctions(all.find(({ id }) => id === IMPORT)?.body);
  const places = [];
  order(bodies(all.find(({ id }) => id === CODE).body)).forEach((index, place) => (places[index] = place));
  const names = places.flatMap((place, index) => [written(imported + index), text(String(place).padStart(6, "0"))]);
  const functions = Buffer.concat([written(places.length), ...names]);
  const FUNCTION_NAMES = Buffer.from([1]);
  return withSection(wasm, CUSTOM, Buffer.concat([text("name"), FUNCTION_NAMES, written(functions.length), functions]));
}

/** Functions as they stand in the code section. */
function bodies(code) {
  let [count, at] = number(code, 0);
  const found = [];
  for (; count > 0; count--) {
    const [size, start] = number(code, at);
    found.push(code.subarray(start, start + size));
    at = start + size;
  }
  return found;
}

/** Indices of the functions, in the order in which they are to stand. */
function order(functions) {
  const { runs, holders } = shared(functions);
  const weight = (run) => 1 / Math.sqrt(holders.get(run).length);
  const divisors = functions.map((body) => body.length ** LENGTH_MATTERS);
  const scores = new Float64Array(functions.length);
  const near = new Map();
  const count = (index, step) => {
    for (const run of runs[index]) {
      const times = (near.get(run) ?? 0) + step;
      near.set(run, times);
      // Only whether a run is there matters, not how often.
      if (times === (step > 0 ? 1 : 0)) for (const holder of holders.get(run)) scores[holder] += step * weight(run);
    }
  };
  const left = new Set(functions.keys());
  const placed = [];
  for (let oldest = 0, bytes = 0; left.size > 0; ) {
    let best = -1;
    let most = -Infinity;
    for (const index of left) {
      const score = scores[index] / divisors[index];
      if (score > most) [best, most] = [index, score];
    }
    left.delete(best);
    placed.push(best);
    count(best, 1);
    bytes += functions[best].length;
    for (; bytes - functions[placed[oldest]].length > WINDOW; oldest++) {
      bytes -= functions[placed[oldest]].length;
      count(placed[oldest], -1);
    }
  }
  return placed;
}

/** The runs that several functions have: of each function, and who has each. */
function shared(functions) {
  const holders = new Map();
  const all = functions.map((body, index) => {
    const found = new Set();
    for (let at = 0; at + RUN <= body.length; at++) found.add(body.readUIntBE(at, RUN));
    for (const run of found) {
      if (holders.has(run)) holders.get(run).push(index);
      else holders.set(run, [index]);
    }
    return found;
  });
  const tells = (run) => holders.get(run).length > 1 && holders.get(run).length <= MOST_HOLDERS;
  return { runs: all.map((found) => [...found].filter(tells)), holders };
}

function text(letters) {
  return Buffer.concat([written(letters.length), Buffer.from(letters)]);
}
