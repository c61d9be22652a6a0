// A real drop, as the operating system would make it: the page gets directory entries and File handles, not copies.

import { resolve } from "node:path";

/** Drops files and folders on the middle of `target` (a locator), or of the window. */
export async function dropPaths(page, paths, target) {
  const drag = await beginDrag(page, paths, target);
  await drag.drop();
}

/** Drags files and folders over the page and holds them there: for what the page shows before the drop. */
export async function beginDrag(page, paths, target) {
  const session = await page.context().newCDPSession(page);
  const { x, y } = await middleOf(page, target);
  const data = { items: [], files: paths.map((path) => resolve(path)), dragOperationsMask: 1 };
  const send = (type) => session.send("Input.dispatchDragEvent", { type, x, y, data });
  await send("dragEnter");
  await send("dragOver");
  return {
    drop: () => finish("drop"),
    cancel: () => finish("dragCancel"),
  };

  async function finish(type) {
    await send(type);
    await session.detach();
  }
}

async function middleOf(page, target) {
  if (!target) {
    const { width, height } = page.viewportSize();
    return { x: width / 2, y: height / 2 };
  }
  await target.scrollIntoViewIfNeeded();
  const box = await target.boundingBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
