// How far the server's clock is ahead of ours. Pure: both times are arguments.

/** Samples that are looked at: half a minute of one a second. */
const kept = 30;

export class ServerClock {
  #offsets: number[] = [];
  #next = 0;

  /**
   * A message with the server's time arrived. A message is always late, never early, so of the last samples the one
   * with the greatest offset was the fastest and is believed.
   */
  observe(serverTime: number, localTime: number): void {
    if (!Number.isFinite(serverTime)) return;
    const offset = serverTime - localTime;
    // Half a minute apart from what was believed: one of the clocks was set, the old samples mean nothing.
    if (this.#offsets.length > 0 && Math.abs(offset - this.offset) > 30_000) {
      this.#offsets = [];
      this.#next = 0;
    }
    this.#offsets[this.#next] = offset;
    this.#next = (this.#next + 1) % kept;
  }

  /** Milliseconds to add to the local clock; 0 before the first sample. */
  get offset(): number {
    return this.#offsets.length === 0 ? 0 : Math.max(...this.#offsets);
  }
}
