// Where hours are written under a stretch of time. Pure.

const hour = 3600_000;

/** Full hours, so few that their names fit beside each other. */
export function hourTicks(from: number, to: number): number[] {
  const hours = (to - from) / hour;
  const step = hours <= 5 ? 1 : hours <= 10 ? 2 : hours <= 16 ? 3 : 4;
  const ticks: number[] = [];
  for (let tick = Math.ceil(from / hour) * hour; tick < to; tick += hour)
    if (Math.round(tick / hour) % step === 0) ticks.push(tick);
  return ticks;
}
