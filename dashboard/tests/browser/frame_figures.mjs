// Frames as the page sees them, and the work of its main thread as the browser's own trace tells it.

/** The part of the list for which the test holds. */
export const share = (list, test) => list.filter(test).length / Math.max(1, list.length);
/** The value below which that part of the list lies. */
export const at = (list, part) => [...list].sort((a, b) => a - b)[Math.floor(part * (list.length - 1))] ?? 0;

/** Intervals between the frames that the page saw. */
export const watchFrames = (page, milliseconds) =>
  page.evaluate(
    (length) =>
      new Promise((resolve) => {
        const intervals = [];
        const begin = performance.now();
        let last = begin;
        const next = (now) => {
          intervals.push(now - last);
          last = now;
          if (now - begin < length) requestAnimationFrame(next);
          else resolve(intervals.slice(2));
        };
        requestAnimationFrame(next);
      }),
    milliseconds,
  );

/** Processor time of the page's main thread between one frame's beginning and the next, in milliseconds. */
export function workOfFrames(trace) {
  const events = JSON.parse(trace.toString()).traceEvents;
  const mains = new Set(
    events
      .filter((one) => one.name === "thread_name" && one.args.name === "CrRendererMain")
      .map((one) => `${one.pid} ${one.tid}`),
  );
  const byThread = new Map();
  for (const one of events) {
    const thread = `${one.pid} ${one.tid}`;
    if (!mains.has(thread)) continue;
    const own = byThread.get(thread) ?? { frames: [], tasks: [] };
    byThread.set(thread, own);
    if (one.name === "BeginMainThreadFrame") own.frames.push(one.ts);
    if (one.name === "RunTask" && one.ph === "X") own.tasks.push(one);
  }
  const [own] = [...byThread.values()].sort((a, b) => b.frames.length - a.frames.length);
  const frames = [...new Set(own.frames)].sort((a, b) => a - b);
  const tasks = own.tasks.sort((a, b) => a.ts - b.ts);
  const work = [];
  let next = 0;
  for (let i = 0; i + 1 < frames.length; ++i) {
    let sum = 0;
    while (next < tasks.length && tasks[next].ts < frames[i]) next += 1;
    for (let each = next; each < tasks.length && tasks[each].ts < frames[i + 1]; ++each)
      sum += (tasks[each].tdur ?? tasks[each].dur) / 1000;
    work.push(sum);
  }
  return work;
}

/** So few frames tell of a machine that had no time for the page, and nothing of the page. */
const framesLeast = 60;

/** Whether the figures can be judged at all; if not, that is said. */
export function enoughFrames(work, strict) {
  if (strict || work.length >= framesLeast) return true;
  console.log(`# not judged: only ${work.length} frames, since the machine is busy with other work`);
  return false;
}
