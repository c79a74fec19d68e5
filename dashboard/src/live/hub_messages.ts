// What a tab and the hub that holds the streams say to each other.
import type { AgentStatus, Alert, MetricsEvent, TransitionEvent } from "./api_types.ts";
import type { RingCopy } from "../floor/metrics_ring.ts";

/**
 * connecting: nothing was received yet · live: heard within the last seconds · lost: nothing heard, trying again ·
 * signedOut: the server wants a session · refused: it will not serve this tenant, and trying again would not help
 */
export type LinkPhase = "connecting" | "live" | "lost" | "signedOut" | "refused";

export interface Link {
  phase: LinkPhase;
  /** Local milliseconds since the epoch at which the stream was last heard; 0: never. */
  heardAt: number;
  /** Failed attempts in a row. */
  attempt: number;
  /** Local time of the next attempt; 0: none is planned, or one is under way. */
  retryAt: number;
  /** What went wrong last, as a sentence; "" if nothing. */
  problem: string;
  /** The engine's epoch: another one means that it was started again. */
  epoch: string;
}

export type ToHub =
  /** The tab wants this tenant from now on, instead of another one; null: none. May be repeated. */
  | { kind: "follow"; tenant: string | null }
  /** The tab holds this lock, and will until it dies. Once to each hub, and not before the lock is held. */
  | { kind: "holds"; lockName: string }
  /** The transitions of this agent are wanted one by one; null: of none. */
  | { kind: "watch"; agentId: string | null }
  /** An update has been taken in; the hub sends at most two without one. */
  | { kind: "taken" }
  /** A hidden tab is told once a second. */
  | { kind: "visible"; visible: boolean }
  /** Try to connect now. */
  | { kind: "retry" }
  /** The session has ended: forget everything, in all tabs. */
  | { kind: "signOut" }
  | { kind: "leave" };

export interface HubUpdate {
  kind: "update";
  tenant: string;
  link: Link;
  /** Milliseconds that the server's clock is ahead of ours. */
  clockOffset: number;
  /** A complete set of rows begins with this update … */
  begins: boolean;
  /** … and ends with this one: rows that were not named since are gone. */
  completes: boolean;
  rows: AgentStatus[];
  gone: string[];
  /** All alerts, if any of them changed. */
  alerts: Alert[] | null;
  metrics: MetricsEvent | null;
  /** The last hour, with the first update of a tenant. */
  ring: RingCopy | null;
  /** Of the watched agent, oldest first. */
  transitions: TransitionEvent[];
  /** Transitions of the watched agent may be missing before those listed. */
  missed: boolean;
  /** Changes that were merged because this browser was behind. */
  merged: number;
}

/** A port as both a SharedWorker's MessagePort and a hub in the page offer it. */
export interface Port<Out, In> {
  send(message: Out): void;
  onMessage: ((message: In) => void) | null;
  onClosed: (() => void) | null;
  close(): void;
}
