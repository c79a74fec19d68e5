// Where the time is written under a stretch of a day, and where such a stretch begins. Pure.

const minute = 60_000;
const hour = 60 * minute;
const steps = [minute, 5 * minute, 15 * minute, hour, 2 * hour, 3 * hour, 4 * hour];
const ticksMost = 6;

/** Round times counted from `midnight`, since zones differ by halves of hours too; so few that they fit. */
export function hourTicks(from: number, to: number, midnight: number): number[] {
  const step = steps.find((one) => (to - from) / one < ticksMost) ?? 6 * hour;
  const ticks: number[] = [];
  for (let tick = midnight + Math.ceil((from - midnight) / step) * step; tick < to; tick += step) ticks.push(tick);
  return ticks;
}

/** A round time somewhat before the first that is known, and not before midnight. A day that is young is shown large. */
export function beginOfLanes(first: number, now: number, midnight: number): number {
  const step = now - first > 2 * hour ? hour : now - first > hour / 2 ? 15 * minute : 5 * minute;
  return Math.max(midnight, midnight + Math.floor((first - midnight - step / 4) / step) * step);
}
