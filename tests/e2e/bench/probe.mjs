// What is recorded inside the product's page, from its first script on. Runs in the browser: no imports, no closures.

/** To be passed to `addInitScript`. Everything it finds stands in `window.probe`; times are of `performance.now()`. */
export function installProbe() {
  const probe = { marks: {}, tasks: [], clicks: [] };
  window.probe = probe;
  const { marks } = probe;
  const find = (name) => document.querySelector(`[data-testid="${name}"]`);
  // A frame is on its way to the screen when the first task after its animation callbacks runs.
  const afterPaint = (act) =>
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => act(performance.now());
      channel.port2.postMessage(null);
    });

  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) probe.tasks.push({ at: startTime, ms: duration });
  }).observe({ type: "longtask", buffered: true });

  addEventListener("TrunkApplicationStarted", () => (window.pageHasStarted = true));
  addEventListener("drop", () => (marks.drop = performance.now()), true);
  // `timeStamp` is when the browser got the click, before it waited for the main thread.
  addEventListener(
    "click",
    (event) => {
      if (!event.isTrusted) return;
      const during = find("progress") ? "reading" : "idle";
      const what = event.target.closest("a, button")?.textContent.trim() || "theme";
      afterPaint((at) => probe.clicks.push({ what, during, ms: at - event.timeStamp }));
    },
    true,
  );

  const once = (name, holds) => {
    if (name in marks || !holds) return;
    marks[name] = performance.now();
    afterPaint((at) => (marks[`${name}Painted`] = at));
  };
  new MutationObserver(() => {
    const progress = find("progress");
    once("progress", progress);
    once("row", find("session-row"));
    // The rows of the whole come before the report that reading is over.
    once("done", "progress" in marks && !progress);
  }).observe(document, { childList: true, subtree: true });

  /** Clicks Cancel `delay` milliseconds after the progress has come. */
  probe.cancelAfter = (delay) => {
    const timer = setInterval(() => {
      if (!("progress" in marks) || performance.now() < marks.progress + delay) return;
      clearInterval(timer);
      marks.cancel = performance.now();
      find("cancel")?.click();
    }, 1);
  };
}
