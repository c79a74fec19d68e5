// An agent's figures of the day out of the trail, for an engine that does not count them itself. Pure.
import type { AuditEntry, DayFigures } from "../live/api_types.ts";
import { wellKnown } from "../look/state_looks.ts";
import { type Stretch, secondsByState } from "./day_timeline.ts";

const hourMs = 3600_000;

/**
 * Only facts count: no time in which the agent was not watched, or in a state that the rules do not allow. Occupancy is
 * the share of busy and wrap-up in the time that is one of these or available; null while there is none.
 */
export function dayFigures(stretches: readonly Stretch[], records: readonly AuditEntry[], now: number): DayFigures {
  const today: Record<string, number> = {};
  let occupied = 0;
  let free = 0;
  for (const [state, seconds] of secondsByState(stretches)) {
    today[state] = Math.floor(seconds);
    const kind = wellKnown(state);
    if (kind === "busy" || kind === "wrapup") occupied += seconds;
    else if (kind === "available") free += seconds;
  }
  let longest: DayFigures["longestState"] = null;
  let begun: Stretch | null = null;
  for (const one of stretches) {
    if (one.doubt !== "" || one.state === "") {
      begun = null;
      continue;
    }
    // Another reason for the same state does not end it.
    if (begun === null || begun.state !== one.state) begun = one;
    const seconds = Math.floor((one.to - begun.from) / 1000);
    if (longest === null || seconds > longest.seconds) longest = { state: one.state, seconds };
  }
  const isRecent = (one: AuditEntry): boolean =>
    one.latencyMs !== undefined && Date.parse(one.eventTimestamp ?? one.timestamp) > now - hourMs;
  return {
    today,
    occupancy: occupied + free > 0 ? occupied / (occupied + free) : null,
    transitionsLastHour: records.filter(isRecent).length,
    longestState: longest,
  };
}
