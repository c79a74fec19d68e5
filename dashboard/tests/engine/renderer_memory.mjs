// What the page and its SharedWorker hold, as Chromium and the kernel tell it.
import { readFileSync } from "node:fs";
import { Target } from "./plain_page.mjs";

const megabytes = (bytes) => bytes / 1e6;

/**
 * Looks at `page`, a PlainPage. `sample` collects garbage first, so what it gives is held: megabytes of script memory in
 * the page and the worker, counts of what the page's documents consist of, and the anonymous resident memory of the
 * renderers that were there when the looking began. Pages of files and of shared memory are no leak of the page's.
 */
export async function memoryOf(page) {
  const { whole } = page;
  await page.send("Performance.enable");
  const { targetInfos } = await whole.send("Target.getTargets", { filter: [{ type: "shared_worker" }] });
  const worker = await Target.attach(whole, targetInfos[0].targetId);
  const renderers = (await whole.send("SystemInfo.getProcessInfo")).processInfo.filter(
    (one) => one.type === "renderer",
  );

  return {
    async sample() {
      // What the first round lets go of may hold something else.
      for (let round = 0; round < 2; ++round) {
        await page.send("HeapProfiler.collectGarbage");
        await worker.send("HeapProfiler.collectGarbage");
      }
      const { metrics } = await page.send("Performance.getMetrics");
      const figure = (name) => metrics.find((one) => one.name === name).value;
      const { usedSize, backingStorageSize } = await worker.send("Runtime.getHeapUsage");
      return {
        // Together, since a page without its worker does the worker's work.
        script: megabytes(figure("JSHeapUsedSize") + usedSize + backingStorageSize),
        nodes: figure("Nodes"),
        listeners: figure("JSEventListeners"),
        documents: figure("Documents"),
        resident: renderers.reduce((sum, one) => sum + residentOf(one.id), 0),
      };
    },
  };
}

/** Megabytes; 0 for a process that has ended. */
function residentOf(process) {
  try {
    const [, kilobytes] = /^RssAnon:\s+(\d+) kB/m.exec(readFileSync(`/proc/${process}/status`, "utf8"));
    return megabytes(Number(kilobytes) * 1024);
  } catch {
    return 0;
  }
}
