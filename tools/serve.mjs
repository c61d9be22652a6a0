// Serves one folder on the loopback address. `trunk serve` would put its own script into the page; this does not.
//
//   PORT=8080 node tools/serve.mjs [FOLDER]        FOLDER is dist/ unless said
//
// Without OFFLINE=1 the page is not told of the script that keeps it: while one works on it, the newest one is wanted.

import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, resolve, sep } from "node:path";

const HOST = "127.0.0.1";
const port = Number(process.env.PORT ?? 8080);
const root = resolve(process.argv[2] ?? "dist");

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".gz": "application/gzip",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".jsonl": "application/x-ndjson; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".ndjson": "application/x-ndjson; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
  ".zip": "application/zip",
  ".zst": "application/zstd",
};

const server = createServer((request, response) => {
  answer(request, response).catch((why) => refuse(response, 500, why.message));
});
server.on("error", (why) => {
  const reason = why.code === "EADDRINUSE" ? `port ${port} is taken: PORT=NUMBER picks another` : why.message;
  console.error(`tools/serve.mjs: ${reason}`);
  process.exit(1);
});
if (!Number.isInteger(port) || port < 0 || port > 65535) {
  console.error(`tools/serve.mjs: PORT is no port: ${process.env.PORT}`);
  process.exit(2);
}
server.listen(port, HOST, () => {
  console.log(`Sessionscope is at http://${HOST}:${server.address().port} (Ctrl-C stops it)`);
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0));

async function answer(request, response) {
  if (request.method !== "GET" && request.method !== "HEAD") return refuse(response, 405, "only GET and HEAD");
  const path = insideRoot(request.url);
  if (!path) return refuse(response, 400, "not a path of this site");
  const found = await fileAt(path);
  if (!found) return refuse(response, 404, "not found");
  const page = found.path.endsWith("index.html") && !process.env.OFFLINE ? await pageToWorkOn(found.path) : null;
  response.writeHead(200, {
    "Content-Type": TYPES[extname(found.path)] ?? "application/octet-stream",
    "Content-Length": page ? page.length : found.size,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  });
  if (request.method === "HEAD" || page) return response.end(page ?? undefined);
  createReadStream(found.path).on("error", () => response.destroy()).pipe(response);
}

async function pageToWorkOn(path) {
  const page = await readFile(path, "utf8");
  return Buffer.from(page.replace(/<meta name="sessionscope-offline"[^>]*>/, ""));
}

/** The file path that a request names, or null when it points out of the folder or is no path at all. */
function insideRoot(url) {
  let path;
  try {
    path = decodeURIComponent(url.split(/[?#]/, 1)[0]);
  } catch {
    return null;
  }
  if (!path.startsWith("/") || path.includes("\0")) return null;
  const full = normalize(join(root, path));
  return full === root || full.startsWith(root + sep) ? full : null;
}

async function fileAt(path) {
  const info = await stat(path).catch(() => null);
  if (info?.isDirectory()) return fileAt(join(path, "index.html"));
  return info?.isFile() ? { path, size: info.size } : null;
}

function refuse(response, status, why) {
  if (response.headersSent) return response.destroy();
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" });
  response.end(`${why}\n`);
}
