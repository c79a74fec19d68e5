// What the page and its SharedWorker hold, as Chromium and the kernel tell it.
import { readFileSync } from "node:fs";

const megabytes = (bytes) => bytes / 1e6;

/**
 * Looks at `page`, the one page of the browser that is open then. `sample` collects garbage first, so what it gives is
 * held: megabytes of script memory in the page and the worker, counts of what the page's documents consist of, and
 * the anonymous resident memory of all renderers.
 */
export async function memoryOf(page, browser) {
  const tab = await page.context().newCDPSession(page);
  await tab.send("Performance.enable");
  const whole = await browser.session();
  const worker = await workerSession(whole);

  /** Pages of files and of shared memory are no leak of the page's. */
  const resident = async () => {
    const { processInfo } = await whole.send("SystemInfo.getProcessInfo");
    let sum = 0;
    for (const { type, id } of processInfo)
      if (type === "renderer") sum += Number(/^RssAnon:\s+(\d+) kB/m.exec(statusOf(id))?.[1] ?? 0);
    return (sum * 1024) / 1e6;
  };

  return {
    async sample() {
      // What the first round lets go of may hold something else.
      for (let round = 0; round < 2; ++round) {
        await tab.send("HeapProfiler.collectGarbage");
        await worker("HeapProfiler.collectGarbage");
      }
      const { metrics } = await tab.send("Performance.getMetrics");
      const figure = (name) => metrics.find((one) => one.name === name).value;
      const { usedSize, backingStorageSize } = await worker("Runtime.getHeapUsage");
      return {
        // Together, since a page without its worker does the worker's work.
        script: megabytes(figure("JSHeapUsedSize") + usedSize + backingStorageSize),
        nodes: figure("Nodes"),
        listeners: figure("JSEventListeners"),
        documents: figure("Documents"),
        resident: await resident(),
      };
    },
  };
}

function statusOf(process) {
  try {
    return readFileSync(`/proc/${process}/status`, "utf8");
  } catch {
    return ""; // it has just ended
  }
}

/** Calls a method of the SharedWorker's, which is no target of its own for Playwright. */
async function workerSession(whole) {
  const { targetInfos } = await whole.send("Target.getTargets", { filter: [{ type: "shared_worker" }] });
  const [{ targetId }] = targetInfos;
  const { sessionId } = await whole.send("Target.attachToTarget", { targetId, flatten: false });
  const waiting = new Map();
  let next = 0;
  whole.on("Target.receivedMessageFromTarget", ({ sessionId: from, message }) => {
    const { id, result, error } = JSON.parse(message);
    const asked = from === sessionId ? waiting.get(id) : undefined;
    waiting.delete(id);
    if (error) asked?.reject(new Error(error.message));
    else asked?.resolve(result);
  });
  return (method) =>
    new Promise((resolve, reject) => {
      waiting.set(++next, { resolve, reject });
      whole
        .send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id: next, method }) })
        .catch(reject);
    });
}
