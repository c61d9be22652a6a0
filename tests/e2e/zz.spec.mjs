import { test, expect } from "./support/fixtures.mjs";
import { Scope } from "./support/page.mjs";
const A = "./#v=1&src=samples/quick-fix.jsonl&tab=session&session=svc-1794474723418205417&step=session-end-1794474739295-0";
test(`fresh`, async ({ page, watch, context }) => {
  page.on("console", m => m.text().startsWith("T ") && console.log(m.text()));
  await page.addInitScript(() => {
    const d = Object.getOwnPropertyDescriptor(Element.prototype, "scrollTop");
    Object.defineProperty(Element.prototype, "scrollTop", { get() { return d.get.call(this); }, set(v) { console.log("T set", this.className, v, this.scrollHeight, this.clientHeight); d.set.call(this, v); console.log("T now", d.get.call(this)); } });
    const r = Element.prototype.replaceChildren;
    new MutationObserver(l => { for (const m of l) for (const n of m.addedNodes) if (n.className && /session-page|step-spacer/.test(n.className)) console.log("T added", n.className, performance.now()|0); }).observe(document, {subtree:true, childList:true});
    const raf = window.requestAnimationFrame; let n=0;
    window.requestAnimationFrame = (f) => { const id=n++; if(id<60) console.log("T raf", id, performance.now()|0); return raf.call(window, (t)=>{ if(id<60) console.log("T run", id); f(t); }); };
    window.scrollBy2 = window.scrollBy; window.scrollBy = (...a) => { console.log("T scrollBy", ...a); window.scrollBy2(...a); };
  });
  const scope = new Scope(page);
  await scope.open(A);
  await expect(scope.session).toBeVisible();
  await page.waitForTimeout(800);
});
