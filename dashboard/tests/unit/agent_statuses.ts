// Statuses for tests: name what matters, the rest is usual.
import type { AgentStatus } from "../../src/live/api_types.ts";

export function status(changes: Partial<AgentStatus> & { agentId: string }): AgentStatus {
  const state = changes.state === undefined ? "available" : changes.state;
  return {
    name: `Agent ${changes.agentId}`,
    team: "Blue",
    state,
    observedState: state,
    verified: true,
    stale: false,
    since: "2026-03-03T10:00:00.000Z",
    lastUpdated: "2026-03-03T10:00:00.000Z",
    reason: null,
    tenantId: "acme",
    ...changes,
  };
}

export const ten = Date.parse("2026-03-03T10:00:00.000Z");

/** "10:05" on that day. */
export function at(clock: string): string {
  return `2026-03-03T${clock}:00.000Z`;
}
