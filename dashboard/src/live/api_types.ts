// The shapes of the live API, as docs/interfaces.md and the routes under /api/v1 state them. Times are RFC 3339 texts.

/** What is known of an agent. `since` null: unknown, and `lastUpdated` is a lower bound. */
export interface AgentStatus {
  agentId: string;
  name: string;
  team: string;
  /** The last verified state; null if none was ever known. */
  state: string | null;
  /** The last state that the platform reported, authorized or not. */
  observedState: string | null;
  verified: boolean;
  stale: boolean;
  since: string | null;
  lastUpdated: string | null;
  reason: string | null;
  tenantId: string;
}

export interface SystemMetrics {
  activeAgents: number;
  totalProcessed: number;
  /** Percent since the engine's start; null before the first event. */
  accuracyRate: number | null;
  unverifiedTransitions: number;
  duplicates: number;
  handoverCopies: number;
  outOfOrder: number;
  gaps: number;
  interruptions: number;
  malformed: number;
  ignored: number;
  alerts: number;
  listeners: { active: number; reconnecting: number; paused: number; stopped: number };
  latencyMs: { p50: number | null; p90: number | null; p99: number | null; max: number | null };
}

export type AlertState = "pending" | "firing" | "resolved";

export interface Alert {
  id: string;
  kind: string;
  state: AlertState;
  labels: Record<string, string>;
  value: number | null;
  sentence: string;
  advice: string;
  since: string;
  firingSince: string | null;
  resolvedAt: string | null;
  silenced: boolean;
}

export interface Silence {
  id: string;
  kind: string;
  reason: string;
  /** Who silenced it. */
  by?: string;
  until: string;
}

export interface Tenant {
  name: string;
  condition: string;
  sentence: string;
  states: string[];
  timeZone: string;
}

export interface Session {
  signedIn: boolean;
  required: boolean;
  role: "viewer" | "auditor" | "administrator" | null;
  tenants: string[];
}

/** What the engine counts since midnight in the tenant's time zone, in seconds by state, and what follows from it. */
export interface WorkingFigures {
  today: Record<string, number>;
  /** Seconds of today in which nobody watched. */
  unobserved: number;
  unverified: number;
  /** A share, 0 to 1; null: no time in which there could be any. */
  occupancy: number | null;
  transitionsToday: number;
  transitionsLastHour: number;
  window: {
    from: string;
    states: Record<string, number>;
    unobserved: number;
    occupancy: number | null;
    transitions: number;
  };
}

export interface AgentFigures extends WorkingFigures {
  dayStart: string;
  longestState: { state: string; seconds: number } | null;
}

/** `figures` is null as long as the engine has not read today's records. */
export type AgentDetail = AgentStatus & { figures: AgentFigures | null };

export interface GroupFigures extends WorkingFigures {
  agents: number;
  longest: { state: string; agentId: string; name: string; since: string; atLeast: boolean; seconds: number }[];
}

export interface FloorFigures {
  at: string;
  timeZone: string;
  dayStart: string;
  tenant: GroupFigures;
  teams: (GroupFigures & { team: string })[];
  agentsLeftOut: number;
}

/** A record of the trail. Which members exist depends on `auditAction`. */
export interface AuditEntry {
  timestamp: string;
  auditAction: string;
  sequence: number;
  agentId?: string;
  previousState?: string | null;
  currentState?: string;
  latencyMs?: number;
  valid?: boolean;
  eventTimestamp?: string;
  reasonCode?: string | null;
  flags?: string[];
  cause?: string;
  slot?: number;
  closeCode?: number;
  closeReason?: string;
  lastReceived?: string;
}

export interface SnapshotEvent {
  tenant: string;
  epoch: string | number;
  sequence: number;
  serverTime: string;
  condition: string;
  agents: AgentStatus[];
  metrics: SystemMetrics;
  alerts: Alert[];
}

export interface TransitionEvent {
  sequence: number;
  agentId: string;
  previousState: string | null;
  currentState: string;
  latencyMs: number;
  valid: boolean;
  flags: string[];
  agent: AgentStatus;
}

export type AgentEvent = { agent: AgentStatus } | { gone: string };

export interface AlertEvent {
  alert: Alert;
}

export interface MetricsEvent {
  serverTime: string;
  condition: string;
  metrics: SystemMetrics;
  /** Transitions a second over the last five. */
  perSecond: number;
  staleAgents: number;
}

export interface ConflatedEvent {
  conflated: number;
}

/** RFC 9457. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
}
