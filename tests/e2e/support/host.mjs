// A static host below a path, as plain as they come: no Range, no compression, no caching; it remembers what was asked.

import { readFileSync, statSync } from "node:fs";
import { createServer, request as ask } from "node:http";
import { extname, join, normalize, sep } from "node:path";

const TYPES = { ".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".json": "application/json", ".wasm": "application/wasm" };

/**
 * Serves a folder below `base` ("/a/b/"). What is not there is answered by a web page, as many hosts do. An answer waits
 * for what `hold` gives for its address.
 */
export async function host(root, base, hold = () => undefined) {
  const asked = [];
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(request.url.split("?")[0]);
    asked.push(request.url);
    await hold(path);
    const file = normalize(join(root, path.startsWith(base) ? path.slice(base.length) || "index.html" : "absent"));
    const isThere = path.startsWith(base) && file.startsWith(root + sep) && statSync(file, { throwIfNoEntry: false })?.isFile();
    response.writeHead(isThere ? 200 : 404, { "Content-Type": isThere ? (TYPES[extname(file)] ?? "application/octet-stream") : "text/html" });
    response.end(isThere ? readFileSync(file) : "<!doctype html><title>Not found</title>");
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
