// Hands the chosen files to a worker and says how long it took, as the product's page does: the worker runs already.

/** Runs `task` ("read" or "sums") over the files of an input: milliseconds, and what the worker found. */
window.measure = async (task, inputId) => {
  const worker = new Worker("worker.js");
  await nextMessage(worker);
  const from = performance.now();
  worker.postMessage({ task, files: [...document.getElementById(inputId).files] });
  const found = await nextMessage(worker);
  const ms = performance.now() - from;
  worker.terminate();
  return { ms, ...found };
};

function nextMessage(worker) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
}
