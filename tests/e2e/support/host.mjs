// Static hosts below a path, by default as plain as they come: no Range, no compression, no caching. They remember what was
// asked.

import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { createServer, request as ask } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { gzipSync } from "node:zlib";

const TYPES = { ".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".json": "application/json", ".wasm": "application/wasm" };

/** A bucket (S3): objects by their whole names, no folders, no `Range` here; what is not there is forbidden, in XML. */
export const BUCKET = {
  index: null,
  types: { ".bin": "application/octet-stream", ".gz": "binary/octet-stream" },
  missing: [403, "application/xml", "<Error><Code>AccessDenied</Code></Error>"],
};

/** GitHub Pages: everything may be kept for ten minutes, most is packed on the way. */
export const PAGES = { types: { ".gz": "application/gzip" }, headers: { "Cache-Control": "max-age=600" }, packs: true };

const PLAIN = { index: "index.html", types: {}, headers: {}, packs: false, missing: [404, "text/html", "<!doctype html><title>Not found</title>"] };

/**
 * Serves a folder below `base` ("/a/b/"). What is not there is answered by a web page, as many hosts do. An answer waits
 * for what `hold` gives for its address. `kind` says in what it is not as plain as they come.
 */
export async function host(root, base, hold = () => undefined, kind = {}) {
  const { index, types, headers, packs, missing } = { ...PLAIN, ...kind };
  const asked = [];
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(request.url.split("?")[0]);
    asked.push(request.url);
    await hold(path);
    const file = normalize(join(root, path.startsWith(base) ? path.slice(base.length) || (index ?? "absent") : "absent"));
    const isThere = path.startsWith(base) && file.startsWith(root + sep) && statSync(file, { throwIfNoEntry: false })?.isFile();
    if (!isThere) {
      const [status, type, text] = missing;
      response.writeHead(status, { "Content-Type": type });
      return response.end(text);
    }
    const content = readFileSync(file);
    const type = types[extname(file)] ?? TYPES[extname(file)] ?? "application/octet-stream";
    const etag = `"${createHash("sha1").update(content).digest("hex")}"`;
    if (request.headers["if-none-match"] === etag) return response.writeHead(304, { ETag: etag, ...headers }).end();
    const isPacked = packs && type !== "application/octet-stream" && type !== "application/gzip";
    response.writeHead(200, { "Content-Type": type, ETag: etag, ...headers, ...(isPacked ? { "Content-Encoding": "gzip" } : {}) });
    response.end(isPacked ? gzipSync(content) : content);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${server.address().port}${base}`, asked, close: () => server.close() };
}

/**
 * Stands before a server of this machine and does not pass on which part of a file is asked for: the whole comes, as from
 * hosts that know no `Range`. `ranges` are those that were asked for.
 */
export async function withoutRange(upstream) {
  const ranges = [];
  const server = createServer((request, response) => {
    const { range, ...headers } = request.headers;
    if (range) ranges.push(range);
    const passed = ask(new URL(request.url, upstream), { headers: { ...headers, host: new URL(upstream).host } }, (answer) => {
      const { "accept-ranges": _told, ...kept } = answer.headers;
      response.writeHead(answer.statusCode, kept);
      answer.pipe(response);
    });
    passed.on("error", () => response.destroy());
    passed.end();
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${server.address().port}/`, ranges, close: () => server.close() };
}
