// Everything that this tab knows of the tenant on the screen. Updates go into typed columns at once; the screen reads
// them at its own pace, through the signals.
import { batch, signal } from "@preact/signals";
import type { Alert, MetricsEvent, TransitionEvent } from "../live/api_types.ts";
import type { HubUpdate, Link } from "../live/hub_messages.ts";
import { AgentTable } from "./agent_table.ts";
import { alertedAgents } from "./alert_book.ts";
import { type FloorSummary, type TeamSummary, summarize } from "./floor_summary.ts";
import { MetricsRing } from "./metrics_ring.ts";

/** How often the summary is made anew: faster, figures can't be read. */
export const summaryEveryMs = 250;
const teamsEveryMs = 1000;
export const longestKept = 10;

export const noLink: Link = { phase: "connecting", heardAt: 0, attempt: 0, retryAt: 0, problem: "", epoch: "" };
const emptySummary: FloorSummary = { agents: 0, stale: 0, unverified: 0, states: [], teams: [] };

/** Teams with the states whose order theirs is: a summary that is a little newer may have others. */
export interface Teams {
  states: readonly string[];
  teams: readonly TeamSummary[];
}

const noTeams: Teams = { states: [], teams: [] };

export class FloorStore {
  readonly table = new AgentTable();
  readonly ring = new MetricsRing();

  readonly tenant = signal<string | null>(null);
  readonly link = signal<Link>(noLink);
  /** A complete set of rows was received: what is shown is a floor and not a part of one. */
  readonly ready = signal(false);
  readonly alerts = signal<readonly Alert[]>([]);
  readonly alerted = signal<ReadonlySet<string>>(new Set());
  readonly metrics = signal<MetricsEvent | null>(null);
  readonly merged = signal(0);
  readonly summary = signal<FloorSummary>(emptySummary);
  /** As of the last full second: bars that never rest would only distract. */
  readonly teams = signal<Teams>(noTeams);
  /** Grows when the ring has another sample. */
  readonly ringVersion = signal(0);

  #clockOffset = 0;
  #heardAt = 0;
  #stateOrder: readonly string[] = [];
  #summaryVersion = -1;
  #summaryAt = 0;
  #teamsAt = 0;
  onTransitions: ((transitions: TransitionEvent[], missed: boolean) => void) | null = null;

  /** Another tenant, or none: nothing of the last one may be seen, nor the order of its states. */
  reset(tenant: string | null): void {
    batch(() => {
      this.#empty();
      this.ring.clear();
      this.tenant.value = tenant;
      this.link.value = noLink;
      this.merged.value = 0;
      // Not read, only moved on: whoever calls this in an effect must not follow it.
      this.ringVersion.value = this.ringVersion.peek() + 1;
    });
    this.#stateOrder = [];
  }

  #empty(): void {
    this.table.clear();
    this.ready.value = false;
    this.alerts.value = [];
    this.alerted.value = new Set();
    this.metrics.value = null;
    this.summary.value = emptySummary;
    this.teams.value = noTeams;
    this.#summaryVersion = -1;
  }

  setStateOrder(states: readonly string[]): void {
    this.#stateOrder = states;
    this.#summaryVersion = -1;
  }

  take(update: HubUpdate): void {
    batch(() => {
      this.#clockOffset = update.clockOffset;
      if (update.begins) this.table.beginComplete();
      for (const agent of update.rows) this.table.put(agent);
      for (const id of update.gone) this.table.remove(id);
      if (update.completes) {
        this.table.complete();
        this.ready.value = true;
        this.#summaryAt = this.#teamsAt = 0;
      }
      if (update.alerts) {
        this.alerts.value = update.alerts;
        this.alerted.value = alertedAgents(update.alerts);
      }
      if (update.ring) {
        this.ring.load(update.ring);
        this.ringVersion.value += 1;
      }
      if (update.metrics) {
        this.metrics.value = update.metrics;
        if (!update.ring) {
          this.ring.push(update.metrics);
          this.ringVersion.value += 1;
        }
      }
      if (update.link.phase === "lost" && this.link.value.phase === "live")
        this.ring.interrupt(update.link.heardAt + update.clockOffset);
      if (update.link.phase === "signedOut" || update.link.phase === "refused") this.#empty();
      this.#heardAt = update.link.heardAt;
      if (!sameLink(this.link.value, update.link)) this.link.value = update.link;
      if (this.merged.value !== update.merged) this.merged.value = update.merged;
    });
    if (update.transitions.length > 0 || update.missed) this.onTransitions?.(update.transitions, update.missed);
  }

  /** What brings the updates is not heard any more. */
  lose(problem: string): void {
    const link = this.link.value;
    if (link.phase === "live") this.link.value = { ...link, phase: "lost", problem, heardAt: this.#heardAt };
  }

  /** The server's time now. */
  serverNow(localNow: number): number {
    return localNow + this.#clockOffset;
  }

  /**
   * The instant for which the floor's rows hold, in the server's time: now while the stream is live, and the moment
   * when it was last heard while it is not: what happened since nobody knows.
   */
  knownUntil(localNow: number): number {
    const link = this.link.value;
    if (link.phase === "live" || link.heardAt === 0) return this.serverNow(localNow);
    return this.serverNow(Math.min(localNow, link.heardAt));
  }

  /** Makes the summary anew if something changed and it is time to. */
  refresh(localNow: number): void {
    if (!this.ready.value) return;
    if (this.table.version === this.#summaryVersion) return;
    // A local clock that was set back must not hold the summary until it is there again.
    if (Math.abs(localNow - this.#summaryAt) < summaryEveryMs) return;
    this.#summaryVersion = this.table.version;
    this.#summaryAt = localNow;
    const summary = summarize(this.table, this.#stateOrder, longestKept);
    const teams = Math.abs(localNow - this.#teamsAt) >= teamsEveryMs;
    batch(() => {
      this.summary.value = summary;
      if (!teams) return;
      this.#teamsAt = localNow;
      this.teams.value = { states: summary.states.map((one) => one.state), teams: summary.teams };
    });
  }
}

/** The time last heard changes each second while the stream is live, and nobody looks at it then. */
function sameLink(a: Link, b: Link): boolean {
  return (
    a.phase === b.phase &&
    a.attempt === b.attempt &&
    a.retryAt === b.retryAt &&
    a.problem === b.problem &&
    a.epoch === b.epoch &&
    (a.phase === "live" || a.heardAt === b.heardAt)
  );
}
