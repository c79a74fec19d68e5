// Sorting ten thousand rows several times a second without comparisons: a radix sort. Pure.

const digitBits = 11;
const digits = 1 << digitBits;

/** Reused between calls, so that a steady floor makes no garbage. */
export class RowOrder {
  #counts = new Uint32Array(digits);
  #other = new Uint32Array(0);

  /**
   * Sorts the first `count` row numbers in `rows` by `keys[row]`, ascending, in place. Rows with equal keys keep their
   * order, so sorting by the lesser key first and by the greater key then sorts by both.
   */
  sort(rows: Uint32Array<ArrayBuffer>, count: number, keys: Uint32Array): void {
    if (this.#other.length < rows.length) this.#other = new Uint32Array(rows.length);
    let greatest = 0;
    for (let i = 0; i < count; ++i) {
      const key = keys[rows[i]!]!;
      if (key > greatest) greatest = key;
    }
    let from = rows;
    let to = this.#other;
    for (let shift = 0; shift < 32 && greatest >>> shift > 0; shift += digitBits) {
      const counts = this.#counts.fill(0);
      for (let i = 0; i < count; ++i) counts[(keys[from[i]!]! >>> shift) & (digits - 1)]! += 1;
      let sum = 0;
      for (let digit = 0; digit < digits; ++digit) {
        const here = counts[digit]!;
        counts[digit] = sum;
        sum += here;
      }
      for (let i = 0; i < count; ++i) {
        const row = from[i]!;
        const digit = (keys[row]! >>> shift) & (digits - 1);
        to[counts[digit]!++] = row;
      }
      [from, to] = [to, from];
    }
    if (from !== rows) rows.set(from.subarray(0, count));
  }
}

/** The greatest key: what is unknown comes last. */
export const lastKey = 0xffff_ffff;

/**
 * Instants as keys that fit 32 bits: tenths of a second since `base`. Two agents within the same tenth keep the order
 * of their rows. Before `base` is 0; NaN comes last.
 */
export function timeKey(instant: number, base: number): number {
  if (Number.isNaN(instant)) return lastKey;
  const tenths = Math.floor((instant - base) / 100);
  return tenths < 0 ? 0 : tenths >= lastKey ? lastKey - 1 : tenths;
}
