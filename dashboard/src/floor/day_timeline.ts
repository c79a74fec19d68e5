// An agent's day as stretches of time, out of the trail. Pure.
import type { AuditEntry } from "../live/api_types.ts";

export interface Stretch {
  /** Milliseconds since the epoch. */
  from: number;
  to: number;
  /** "" : not known. */
  state: string;
  /** Why it began; "" if nothing was said. */
  reason: string;
  /** Not a fact: the agent was not watched, the platform reported what is not allowed, or the page lacks records. */
  doubt: "" | "unwatched" | "unverified" | "unread";
}

/** What is known of the agent now, for the stretch that lasts. */
export interface Present {
  observedState: string;
  verified: boolean;
  stale: boolean;
  reason: string;
}

/**
 * Records oldest first. The first one's `previousState` tells what was before it; from an interruption until watching
 * begins again nothing is known for sure; an event out of order tells nothing about the order of states. Behind a record whose
 * sequence is in `gaps` others are missing: what it tells holds for its beginning only.
 */
export function dayTimeline(
  records: readonly AuditEntry[],
  from: number,
  to: number,
  present: Present | null,
  gaps: readonly number[] = [],
): Stretch[] {
  const stretches: Stretch[] = [];
  let begun = from;
  let state: string | null = null;
  let reason = "";
  let doubt: Stretch["doubt"] = "";
  const close = (at: number): void => {
    const end = Math.min(Math.max(at, begun), to);
    if (end > begun) {
      const last = stretches.at(-1);
      if (last && last.state === (state ?? "") && last.doubt === doubt && last.reason === reason) last.to = end;
      else stretches.push({ from: begun, to: end, state: state ?? "", reason, doubt });
    }
    begun = Math.max(begun, end);
  };
  for (const record of records) {
    const at = Date.parse(record.eventTimestamp ?? record.lastReceived ?? record.timestamp);
    if (Number.isNaN(at)) continue;
    switch (record.auditAction) {
      case "STATE_UPDATE_VERIFIED":
      case "TRANSITION_REJECTED": {
        if (record.flags?.includes("out-of-order")) break;
        if (state === null) {
          state = record.previousState ?? "";
          // What the first event says was before it is the platform's word.
          reason = "";
        }
        close(at);
        state = record.currentState ?? "";
        reason = record.reasonCode ?? "";
        doubt = record.valid === false ? "unverified" : "";
        break;
      }
      case "STATE_RECONCILED":
        if (state === null) state = record.previousState ?? "";
        close(at);
        state = record.currentState ?? "";
        reason = "";
        doubt = "";
        break;
      case "MONITORING_INTERRUPTED":
        close(at);
        doubt = "unwatched";
        break;
      case "MONITORING_STARTED":
        close(at);
        if (state === null) state = "";
        // What was before the first watching is not known; after an interruption the state is as it was, or a
        // reconciling record says otherwise.
        doubt = "";
        break;
      default:
        break;
    }
    if (gaps.includes(record.sequence)) {
      close(at);
      doubt = "unread";
    }
  }
  if (present && state === null) {
    state = present.observedState;
    reason = present.reason;
  }
  if (present) {
    if (present.stale) doubt = "unwatched";
    else if (!present.verified) doubt = "unverified";
  }
  close(to);
  return stretches;
}
