// How long to wait before the next attempt. Pure.

export const firstDelayMs = 500;
export const longestDelayMs = 5000;

/**
 * Delay before attempt `attempt` (from 1): doubled from half a second up to five, and up to half as much again by
 * `chance` (0 to 1), so that a hundred wallboards do not come back in one instant. `retryAfterMs`, if the server named
 * one, is a lower bound.
 */
export function reconnectDelay(attempt: number, chance: number, retryAfterMs: number | null = null): number {
  const doubled = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.max(0, attempt - 1));
  const jittered = doubled * (1 + 0.5 * chance);
  return Math.round(retryAfterMs === null ? jittered : Math.max(jittered, Math.min(retryAfterMs, 60_000)));
}

/** `Retry-After` in milliseconds: seconds or a date; null when absent or not understood. */
export function retryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\s*[0-9]+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
