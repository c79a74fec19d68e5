// Alerts of a pretended tenant, and their life.
import { iso } from "./mock_floor.mjs";

export class MockAlerts {
  constructor() {
    this.all = new Map();
    this.silences = new Map();
    this.raised = 0;
    this.next = 1;
  }

  list() {
    return [...this.all.values()];
  }

  raise({ kind, state = "firing", labels = {}, value = null, sentence, advice, now, ago = 0 }) {
    const id = `alert-${this.next++}`;
    const began = iso(now - ago);
    const alert = {
      id,
      kind,
      state,
      labels,
      value,
      sentence,
      advice,
      since: began,
      firingSince: state === "firing" ? began : null,
      resolvedAt: null,
      silenced: [...this.silences.values()].some((one) => one.kind === kind),
    };
    this.all.set(id, alert);
    if (state === "firing") this.raised += 1;
    return alert;
  }

  move(id, state, now) {
    const alert = this.all.get(id);
    if (!alert) return null;
    alert.state = state;
    if (state === "firing") {
      alert.firingSince = iso(now);
      this.raised += 1;
    }
    if (state === "resolved") alert.resolvedAt = iso(now);
    return alert;
  }

  /** Returns the alerts that it changed. */
  silence({ kind, minutes, reason }, now) {
    const id = `silence-${this.next++}`;
    this.silences.set(id, { id, kind, reason, until: iso(now + minutes * 60_000) });
    return this.mark();
  }

  unsilence(id) {
    this.silences.delete(id);
    return this.mark();
  }

  mark() {
    const kinds = new Set([...this.silences.values()].map((one) => one.kind));
    return this.list().filter((one) => {
      const before = one.silenced;
      one.silenced = kinds.has(one.kind);
      return before !== one.silenced;
    });
  }
}

export function usualAlerts(alerts, floor, now) {
  const onBreak = floor.agents
    .filter((one) => one.state === "break")
    .sort((a, b) => Date.parse(a.since) - Date.parse(b.since))[0];
  if (onBreak)
    alerts.raise({
      kind: "time-in-state",
      labels: { agentId: onBreak.agentId, state: "break" },
      value: 1800,
      now,
      ago: 240_000,
      sentence: `${onBreak.name} has been on break for more than 30 minutes.`,
      advice: "Ask the agent's team lead; the platform may also have missed a log-out.",
    });
  alerts.raise({
    kind: "latency",
    value: 3140,
    now,
    ago: 75_000,
    sentence: "1.8 % of the last 5 minutes' events came later than 2,500 ms; the slowest took 3,140 ms.",
    advice: "Look at the platform's status page, then at the network between here and there.",
  });
  alerts.raise({
    kind: "accuracy",
    state: "pending",
    value: 95.4,
    now,
    ago: 30_000,
    sentence: "Accuracy over the last 5 minutes is 95.4 %, close to the limit of 95 %.",
    advice: "See which transitions are rejected; the state matrix may lack a move that is allowed now.",
  });
  const over = alerts.raise({
    kind: "listener-stopped",
    labels: { slot: "3" },
    now,
    ago: 5400_000,
    sentence: "A listener gave up after 10 attempts.",
    advice: "Its 50 agents are stale until it is started again.",
  });
  alerts.move(over.id, "resolved", now - 3600_000);
}
