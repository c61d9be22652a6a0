// Keeps the page usable without a network. FILES and NAME are put in by the build. Only the page's own files are kept,
// never a log.

const KEPT = `sessionscope:${new URL(registration.scope).pathname}:NAME`;
const FILES = [];
/** The newest page is worth so long a wait, milliseconds. */
const PATIENCE_MS = 2500;

/** What only those need who share sessions is kept when it was asked for. */
const isLarge = (name) => name.startsWith("player-");

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(["./", ...FILES.filter((name) => !isLarge(name))])));
});

addEventListener("activate", (event) => event.waitUntil(forgetOthers().then(() => clients.claim())));

/** Other builds of this page, but nobody else's: several sites may share an origin. */
async function forgetOthers() {
  const own = KEPT.slice(0, KEPT.lastIndexOf(":") + 1);
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(own) && name !== KEPT).map((name) => caches.delete(name)));
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const base = new URL(registration.scope);
  if (request.method !== "GET" || url.origin !== base.origin || !url.pathname.startsWith(base.pathname)) return;
  const name = url.pathname.slice(base.pathname.length);
  if (name === "" || name === "index.html") event.respondWith(newestPage(request));
  else if (FILES.includes(name)) event.respondWith(keptFile(request, name));
});

/** From the network if it answers soon, else as it was kept. */
async function newestPage(request) {
  const asked = fetch(request);
  const late = new Promise((_, reject) => setTimeout(reject, PATIENCE_MS));
  try {
    return await Promise.race([asked, late]);
  } catch {
    const kept = await caches.match("./", { cacheName: KEPT });
    return kept ?? asked;
  }
}

/** Its name tells its content, so what is kept is right. */
async function keptFile(request, name) {
  const kept = await caches.match(name, { cacheName: KEPT });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(KEPT)).put(name, answer.clone());
  return answer;
}
