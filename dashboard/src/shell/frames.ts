// The page's pulse. Work that changes the screen is done once a frame, and only in frames that somebody asked for.
import { signal } from "@preact/signals";

type FrameWork = (now: number) => void;

const works = new Set<FrameWork>();
let asked = false;

/** Local milliseconds since the epoch, moved on as each second begins: whatever counts time reads it. */
export const second = signal(Date.now());

export function askForFrame(): void {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    const now = Date.now();
    for (const work of works) work(now);
  });
}

/** `work` runs in each frame that is asked for, until the returned function is called. */
export function eachFrame(work: FrameWork): () => void {
  works.add(work);
  return () => works.delete(work);
}

function beat(): void {
  const now = Date.now();
  second.value = now;
  askForFrame();
  // A little behind the full second, so that a timer that fires early never shows the same second twice.
  setTimeout(beat, 1000 - (now % 1000) + 15);
}

export function startBeat(): void {
  setTimeout(beat, 1000 - (Date.now() % 1000) + 15);
}
