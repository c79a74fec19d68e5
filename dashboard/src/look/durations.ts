// How long something lasts, as a person reads it at a glance. Pure.

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** "0:07", "12:40", "1:02:33", "2d 03:10". Negative counts as 0: clocks differ by a little. */
export function clockDuration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return "–";
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < hour) return `${Math.floor(seconds / minute)}:${two(seconds % minute)}`;
  if (seconds < day)
    return `${Math.floor(seconds / hour)}:${two(Math.floor((seconds % hour) / minute))}:${two(seconds % minute)}`;
  const hours = two(Math.floor((seconds % day) / hour));
  return `${Math.floor(seconds / day)}d ${hours}:${two(Math.floor((seconds % hour) / minute))}`;
}

/** In words, rounded down to what matters: "7 s", "12 min", "3 h 20 min", "2 days 4 h". */
export function wordDuration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return "an unknown time";
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < minute) return `${seconds} s`;
  if (seconds < hour) return `${Math.floor(seconds / minute)} min`;
  if (seconds < day) {
    const minutes = Math.floor((seconds % hour) / minute);
    return minutes === 0 ? `${Math.floor(seconds / hour)} h` : `${Math.floor(seconds / hour)} h ${minutes} min`;
  }
  const days = Math.floor(seconds / day);
  const hours = Math.floor((seconds % day) / hour);
  return `${days} day${days === 1 ? "" : "s"}${hours === 0 ? "" : ` ${hours} h`}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
