// Whether the hub that brings the updates is alive, as a tab can tell. Pure: times are arguments.

/** A hub speaks every second. After this much silence its data counts as lost … */
export const silentAfterMs = 2600;
/** … after this much a worker that never spoke has never started … */
export const neverStartedAfterMs = 4500;
/** … and one that did has died. Sooner, it may be the computer that has no time for it. */
export const deadAfterMs = 15_000;
/** The tab looks this often. */
export const lookEveryMs = 300;
/** Looks that lie further apart mean that the tab itself stood still: the computer slept, or a clock was set. */
const standstillMs = 1500;

export type HubCondition = "speaks" | "silent" | "dead";

export class HubWatch {
  #heardAt: number;
  #hasSpoken = false;
  #lookedAt: number;
  /** Since then the tab has been running without a standstill, so that a hub that lives had its chance to speak. */
  #runsSince: number;

  constructor(now: number) {
    this.#heardAt = this.#lookedAt = this.#runsSince = now;
  }

  heard(now: number): void {
    this.#heardAt = now;
    this.#hasSpoken = true;
  }

  look(now: number): HubCondition {
    if (Math.abs(now - this.#lookedAt) > standstillMs) this.#runsSince = now;
    this.#lookedAt = now;
    this.#heardAt = Math.min(this.#heardAt, now);
    const quiet = now - this.#heardAt;
    const dead = this.#hasSpoken ? deadAfterMs : neverStartedAfterMs;
    if (Math.min(quiet, now - this.#runsSince) > dead) return "dead";
    return quiet > silentAfterMs ? "silent" : "speaks";
  }
}
