// One tenant as the stream tells it: the newest status of each agent, the alerts, the metrics. Pure.
import type {
  AgentEvent,
  AgentStatus,
  Alert,
  AlertEvent,
  ConflatedEvent,
  MetricsEvent,
  SnapshotEvent,
  TransitionEvent,
} from "./api_types.ts";
import type { StreamEvent } from "./event_stream_parser.ts";
import { sortedAlerts, withAlert } from "../floor/alert_book.ts";
import { MetricsRing } from "../floor/metrics_ring.ts";

/** What an event changed, for whoever passes it on. */
export type Change =
  | { kind: "snapshot"; serverTime: string }
  | { kind: "row"; agentId: string; transition: TransitionEvent | null }
  | { kind: "gone"; agentId: string }
  | { kind: "alerts" }
  | { kind: "metrics"; serverTime: string }
  | { kind: "merged"; count: number }
  | { kind: "ignored" };

/** An event whose data was no JSON, or not of the stated shape: the stream can't be trusted any more. */
export class UnreadableEvent extends Error {}

const ignored: Change = { kind: "ignored" };

export class FloorModel {
  readonly agents = new Map<string, AgentStatus>();
  readonly ring = new MetricsRing();
  alerts: Alert[] = [];
  metrics: MetricsEvent | null = null;
  epoch = "";
  /** Changes that the server merged because we were behind, since the last snapshot. */
  merged = 0;
  hasSnapshot = false;

  apply(event: StreamEvent): Change {
    switch (event.type) {
      case "snapshot":
        return this.#snapshot(read(event));
      case "transition": {
        const transition = read<TransitionEvent>(event);
        if (!isAgent(transition.agent)) throw new UnreadableEvent("transition");
        this.agents.set(transition.agent.agentId, transition.agent);
        return { kind: "row", agentId: transition.agent.agentId, transition };
      }
      case "agent": {
        const change = read<AgentEvent>(event);
        if ("gone" in change) {
          this.agents.delete(change.gone);
          return { kind: "gone", agentId: change.gone };
        }
        if (!isAgent(change.agent)) throw new UnreadableEvent("agent");
        this.agents.set(change.agent.agentId, change.agent);
        return { kind: "row", agentId: change.agent.agentId, transition: null };
      }
      case "alert": {
        const { alert } = read<AlertEvent>(event);
        if (typeof alert?.id !== "string") throw new UnreadableEvent("alert");
        this.alerts = withAlert(this.alerts, alert);
        return { kind: "alerts" };
      }
      case "metrics": {
        const metrics = read<MetricsEvent>(event);
        if (typeof metrics.metrics !== "object" || metrics.metrics === null) throw new UnreadableEvent("metrics");
        this.metrics = metrics;
        this.ring.push(metrics);
        return { kind: "metrics", serverTime: metrics.serverTime };
      }
      case "conflated": {
        const count = Number(read<ConflatedEvent>(event).conflated) || 0;
        this.merged += count;
        return { kind: "merged", count };
      }
      default:
        return ignored;
    }
  }

  #snapshot(snapshot: SnapshotEvent): Change {
    if (!Array.isArray(snapshot.agents)) throw new UnreadableEvent("snapshot");
    this.agents.clear();
    for (const agent of snapshot.agents) if (isAgent(agent)) this.agents.set(agent.agentId, agent);
    this.alerts = sortedAlerts(snapshot.alerts ?? []);
    this.epoch = String(snapshot.epoch);
    this.merged = 0;
    this.hasSnapshot = true;
    let stale = 0;
    for (const agent of this.agents.values()) stale += Number(agent.stale);
    this.metrics = {
      serverTime: snapshot.serverTime,
      condition: snapshot.condition,
      metrics: snapshot.metrics,
      perSecond: this.metrics?.perSecond ?? NaN,
      staleAgents: stale,
    };
    return { kind: "snapshot", serverTime: snapshot.serverTime };
  }
}

function read<T>(event: StreamEvent): T {
  try {
    const value: unknown = JSON.parse(event.data);
    if (typeof value === "object" && value !== null) return value as T;
  } catch {
    // Told below, with the event's type.
  }
  throw new UnreadableEvent(event.type);
}

function isAgent(agent: AgentStatus | undefined): agent is AgentStatus {
  return typeof agent?.agentId === "string";
}
