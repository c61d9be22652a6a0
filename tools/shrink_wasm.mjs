// Makes a wasm file and its script smaller than wasm-bindgen leaves them (4 % of the download):
//
// - takes away what nobody calls: Leptos brings `wasm-streams`, whose classes are exported and so kept with their code
// - gives imports and exports short names: each has 16 random hexadecimal digits, which no compressor can help, and
//   stands in both files
// - leaves out who made the file and which features it wants: browsers ask for neither
//
// It reads no more of the format than the lists of sections, imports and exports
// (https://webassembly.github.io/spec/core/binary/modules.html).

const CUSTOM = 0;
const IMPORTS = 2;
const EXPORTS = 7;
const UNCALLED = /intounderlying/i;

/** Both files without what nobody calls. What only that called is for wasm-opt to take away. */
export function withoutUncalled(wasm, script) {
  const exports = (bytes) => rewrite(bytes, exportEntry, ({ name, raw }) => (UNCALLED.test(name) ? [] : [raw]));
  const classes = /^[ \t]*(?:export )?class (IntoUnderlying\w+) \{\n[\s\S]*?^[ \t]*\}\n(?=[ \t]*if \(Symbol\.dispose\))/gm;
  const rest = /^.*(?:if \(Symbol\.dispose\) |exports\.)IntoUnderlying.*\n/gm;
  const registries = /^[ \t]*const IntoUnderlying\w+Finalization = [\s\S]*?;\n/gm;
  const lean = [classes, rest, registries].reduce((text, pattern) => text.replace(pattern, ""), script);
  if (UNCALLED.test(lean)) throw new Error("the script still names what was to be left out");
  return { wasm: eachSection(wasm, { [EXPORTS]: exports }), script: lean };
}

/** Both files with short names for what they share, and without what only tools read. */
export function withShortNames(wasm, script) {
  const short = new Map();
  const shorten = (name) => {
    // Names that are words in their own right may mean something else in the script.
    if (!/^__wb|_[0-9a-f]{16}$/.test(name)) return name;
    if (!short.has(name)) short.set(name, `$${short.size.toString(36)}`);
    return short.get(name);
  };
  const imports = (bytes) => rewrite(bytes, importEntry, (it) => [it.module, text(shorten(it.name)), it.kind]);
  const exports = (bytes) => rewrite(bytes, exportEntry, (it) => [text(shorten(it.name)), it.kind]);
  const named = eachSection(wasm, { [IMPORTS]: imports, [EXPORTS]: exports, [CUSTOM]: () => undefined });
  return { wasm: named, script: script.replace(/[\w$]+/g, (word) => short.get(word) ?? word) };
}

/** The file with some sections changed, by their number; without those of which the change makes nothing. */
function eachSection(wasm, changes) {
  return sections(wasm).reduce((out, { id, body }) => {
    const changed = changes[id] ? changes[id](body) : body;
    return changed ? withSection(out, id, changed) : out;
  }, wasm.subarray(0, 8));
}

/** The sections of a file, in their order. */
export function sections(wasm) {
  const found = [];
  for (let at = 8; at < wasm.length; ) {
    const [size, start] = number(wasm, at + 1);
    found.push({ id: wasm[at], body: wasm.subarray(start, start + size) });
    at = start + size;
  }
  return found;
}

/** The file with one section more at its end. */
export function withSection(wasm, id, body) {
  return Buffer.concat([wasm, Buffer.from([id]), written(body.length), body]);
}

/** How many functions a section of imports brings. */
export function importedFunctions(imports) {
  let functions = 0;
  if (imports) rewrite(imports, importEntry, ({ kind }) => ((functions += kind[0] === 0 ? 1 : 0), []));
  return functions;
}

/** A list of a section, entry by entry; `change` answers the parts of an entry, none to leave it out. */
function rewrite(bytes, entryAt, change) {
  let [count, at] = number(bytes, 0);
  const entries = [];
  for (; count > 0; count--) {
    const entry = entryAt(bytes, at);
    const parts = change({ ...entry, raw: bytes.subarray(at, entry.end) });
    if (parts.length > 0) entries.push(Buffer.concat(parts));
    at = entry.end;
  }
  return Buffer.concat([written(entries.length), ...entries]);
}

function exportEntry(bytes, at) {
  const [size, start] = number(bytes, at);
  const [, end] = number(bytes, start + size + 1);
  return { name: bytes.toString("utf8", start, start + size), kind: bytes.subarray(start + size, end), end };
}

function importEntry(bytes, at) {
  const [moduleSize, moduleStart] = number(bytes, at);
  const [size, start] = number(bytes, moduleStart + moduleSize);
  const end = kindEnd(bytes, start + size);
  const module = bytes.subarray(at, moduleStart + moduleSize);
  return { module, name: bytes.toString("utf8", start, start + size), kind: bytes.subarray(start + size, end), end };
}

/** The end of what an import is: a function, or else a table, memory, global or tag. */
function kindEnd(bytes, at) {
  const limits = (from) => {
    const [, least] = number(bytes, from + 1);
    return bytes[from] & 1 ? number(bytes, least)[1] : least;
  };
  switch (bytes[at]) {
    case 0:
      return number(bytes, at + 1)[1];
    case 1:
      return limits(at + 2);
    case 2:
      return limits(at + 1);
    case 3:
      return at + 3;
    default:
      return number(bytes, at + 2)[1];
  }
}

function text(name) {
  const bytes = Buffer.from(name);
  return Buffer.concat([written(bytes.length), bytes]);
}

/** A number in LEB128, and where it ends. */
export function number(bytes, at) {
  for (let value = 0, shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return [value, at];
  }
}

/** The inverse of [`number`]. */
export function written(value) {
  const bytes = [];
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  return Buffer.from([...bytes, value]);
}
