// The clock, the timers and the network of a browser, for a page or a worker.
import type { TabWatch } from "./feed_hub.ts";
import type { FeedWorld } from "./tenant_feed.ts";

export function browserWorld(): FeedWorld {
  return {
    fetch: (input, init) => fetch(input, init),
    now: () => Date.now(),
    chance: () => Math.random(),
    setTimer: (after, then) => setTimeout(then, after) as unknown as number,
    clearTimer: (timer) => clearTimeout(timer),
  };
}

/**
 * A tab holds a lock for as long as it lives; whoever gets that lock knows that it has died. Where there are no locks
 * (plain HTTP on another host) a tab that crashed stays a client, which costs a set of ids.
 */
export const watchTabByLock: TabWatch = (lockName, gone) => {
  navigator.locks?.request(lockName, () => gone()).catch(() => undefined);
};
