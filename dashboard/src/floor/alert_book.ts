// The tenant's alerts: those that live, and a bounded tail of those that are over. Pure.
import type { Alert } from "../live/api_types.ts";

export const resolvedKept = 200;
export const liveKept = 2000;

const rank = { firing: 0, pending: 1, resolved: 2 } as const;

/** Firing first, the newest of each first; silenced ones behind the others. */
export function compareAlerts(a: Alert, b: Alert): number {
  return (
    rank[a.state] - rank[b.state] ||
    Number(a.silenced) - Number(b.silenced) ||
    instantOf(b) - instantOf(a) ||
    (a.id < b.id ? -1 : 1)
  );
}

function instantOf(alert: Alert): number {
  const text = alert.state === "resolved" ? alert.resolvedAt : alert.state === "firing" ? alert.firingSince : null;
  return Date.parse(text ?? alert.since);
}

/** `alerts` with one more word about one of them, sorted and bounded. */
export function withAlert(alerts: readonly Alert[], changed: Alert): Alert[] {
  return sortedAlerts([...alerts.filter((one) => one.id !== changed.id), changed]);
}

export function sortedAlerts(alerts: readonly Alert[]): Alert[] {
  const sorted = [...alerts].sort(compareAlerts);
  const live = sorted.filter((one) => one.state !== "resolved").slice(0, liveKept);
  const over = sorted.filter((one) => one.state === "resolved").slice(0, resolvedKept);
  return [...live, ...over];
}

/** Firing alerts that nobody silenced: what is wrong now. */
export function needsAttention(alerts: readonly Alert[]): Alert[] {
  return alerts.filter((one) => one.state === "firing" && !one.silenced);
}

/** The agents that firing alerts name. */
export function alertedAgents(alerts: readonly Alert[]): Set<string> {
  const ids = new Set<string>();
  for (const alert of needsAttention(alerts)) {
    const id = alert.labels["agentId"] ?? alert.labels["agent"];
    if (id) ids.add(id);
  }
  return ids;
}
