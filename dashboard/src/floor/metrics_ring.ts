// The last hour of metrics, one sample a second, in memory of fixed size. Pure.
import type { MetricsEvent } from "../live/api_types.ts";

export const ringSeconds = 3600;
const lateSeconds = 5;

export const series = ["perSecond", "accuracy", "p50", "p90", "p99", "active", "stale"] as const;
export type Series = (typeof series)[number];

/** Samples oldest first; a missing value is NaN. Times are the server's, in seconds since the epoch. */
export interface RingCopy {
  times: Float64Array;
  values: Record<Series, Float64Array>;
}

export class MetricsRing {
  #times = new Float64Array(ringSeconds);
  #values: Record<Series, Float64Array>;
  #next = 0;
  #size = 0;

  constructor() {
    this.#values = Object.fromEntries(series.map((one) => [one, new Float64Array(ringSeconds)])) as Record<
      Series,
      Float64Array
    >;
  }

  get size(): number {
    return this.#size;
  }

  push(event: MetricsEvent): void {
    const time = Date.parse(event.serverTime) / 1000;
    if (!Number.isFinite(time)) return;
    const { metrics } = event;
    this.#put(time, {
      perSecond: event.perSecond,
      accuracy: metrics.accuracyRate ?? NaN,
      p50: metrics.latencyMs.p50 ?? NaN,
      p90: metrics.latencyMs.p90 ?? NaN,
      p99: metrics.latencyMs.p99 ?? NaN,
      active: metrics.activeAgents,
      stale: event.staleAgents,
    });
  }

  /** A stretch in which nothing was heard: lines must not be drawn across it. */
  interrupt(serverTime: number): void {
    if (this.#size === 0 || Number.isNaN(this.#values.active[this.#last]!)) return;
    this.#put(serverTime / 1000, {
      perSecond: NaN,
      accuracy: NaN,
      p50: NaN,
      p90: NaN,
      p99: NaN,
      active: NaN,
      stale: NaN,
    });
  }

  /** The samples of the last `seconds`, oldest first. */
  copy(seconds = ringSeconds): RingCopy {
    const first = this.#firstWithin(seconds);
    const size = this.#size - first;
    const start = (this.#next - size + ringSeconds) % ringSeconds;
    const values = {} as Record<Series, Float64Array>;
    for (const one of series) values[one] = unrolled(this.#values[one], start, size);
    return { times: unrolled(this.#times, start, size), values };
  }

  clear(): void {
    this.#next = 0;
    this.#size = 0;
  }

  /** Takes over what another ring has kept. */
  load(copy: RingCopy): void {
    this.clear();
    for (let i = 0; i < copy.times.length; ++i) {
      const sample = {} as Record<Series, number>;
      for (const one of series) sample[one] = copy.values[one][i]!;
      this.#put(copy.times[i]!, sample);
    }
  }

  get #last(): number {
    return (this.#next - 1 + ringSeconds) % ringSeconds;
  }

  #put(time: number, sample: Record<Series, number>): void {
    // A server's clock that is set back must not fold the lines over themselves. A word that is only late, or comes
    // behind a gap whose time was estimated, is left out.
    if (this.#size > 0 && time < this.#times[this.#last]!) {
      if (this.#times[this.#last]! - time < lateSeconds) return;
      this.#size = 0;
      this.#next = 0;
    }
    this.#times[this.#next] = time;
    for (const one of series) this.#values[one][this.#next] = sample[one];
    this.#next = (this.#next + 1) % ringSeconds;
    this.#size = Math.min(this.#size + 1, ringSeconds);
  }

  #firstWithin(seconds: number): number {
    if (this.#size === 0) return 0;
    const from = this.#times[this.#last]! - seconds;
    const start = (this.#next - this.#size + ringSeconds) % ringSeconds;
    let first = 0;
    while (first < this.#size && this.#times[(start + first) % ringSeconds]! < from) first += 1;
    return first;
  }
}

function unrolled(from: Float64Array, start: number, size: number): Float64Array {
  const out = new Float64Array(size);
  const head = Math.min(size, ringSeconds - start);
  out.set(from.subarray(start, start + head));
  out.set(from.subarray(0, size - head), head);
  return out;
}
