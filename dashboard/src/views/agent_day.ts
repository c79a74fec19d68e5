// An agent's day as the page loads it: the trail once, and what the stream tells from then on.
import { signal } from "@preact/signals";
import * as api from "../live/api_client.ts";
import type { AgentFigures, AuditEntry, TransitionEvent } from "../live/api_types.ts";

/**
 * A day has a few hundred records; past this many the page shows the beginning of the day, what happens from now on, and
 * that there is more between.
 */
const recordsRead = 3000;
/** The server looks through a part of the trail at a time, so on a busy floor a page of it may hold few records. */
const pagesRead = 40;
const liveKept = 500;
const gapsKept = 200;
const figuresEveryMs = 10_000;

export type TrailCondition = "loading" | "loaded" | "forbidden" | "failed";

export class AgentDay {
  readonly records = signal<readonly AuditEntry[]>([]);
  readonly trail = signal<TrailCondition>("loading");
  readonly problem = signal("");
  readonly cut = signal(false);
  /** The stream merged changes of this agent: the trail has more than is shown. */
  readonly missed = signal(false);
  /** Sequences of records behind which others are missing. */
  readonly gaps = signal<readonly number[]>([]);
  readonly figures = signal<AgentFigures | null>(null);

  #abort = new AbortController();
  #timer = 0;

  constructor(
    private readonly tenant: string,
    private readonly agentId: string,
    private readonly from: number,
  ) {}

  open(): void {
    void this.loadTrail();
    void this.#loadFigures();
    this.#timer = window.setInterval(() => {
      if (!document.hidden) void this.#loadFigures();
    }, figuresEveryMs);
  }

  close(): void {
    this.#abort.abort();
    clearInterval(this.#timer);
  }

  async loadTrail(): Promise<void> {
    this.trail.value = "loading";
    this.missed.value = false;
    try {
      const read: AuditEntry[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < pagesRead && read.length < recordsRead; ++page) {
        const answer: api.HistoryPage = await api.agentHistory(
          this.tenant,
          this.agentId,
          this.from,
          cursor,
          this.#abort.signal,
        );
        read.push(...answer.records);
        cursor = answer.next;
        if (cursor === null) break;
      }
      this.cut.value = cursor !== null;
      const last = read.at(-1);
      this.gaps.value = cursor !== null && last ? [last.sequence] : [];
      this.records.value = merged(read, this.records.value);
      this.trail.value = "loaded";
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      this.trail.value = error instanceof api.ApiError && error.status === 403 ? "forbidden" : "failed";
      this.problem.value = error instanceof Error ? error.message : String(error);
    }
  }

  /** What the stream told; `missed`: there was more. */
  add(transitions: readonly TransitionEvent[], missed: boolean): void {
    if (missed && this.trail.value === "loaded") {
      this.missed.value = true;
      const last = this.records.value.at(-1);
      if (last && !this.gaps.value.includes(last.sequence))
        this.gaps.value = [...this.gaps.value.slice(-gapsKept), last.sequence];
    }
    if (transitions.length > 0) this.records.value = merged(this.records.value, transitions.map(entryOf));
  }

  async #loadFigures(): Promise<void> {
    try {
      const detail = await api.agentDetail(this.tenant, this.agentId, this.#abort.signal);
      if (!this.#abort.signal.aborted) this.figures.value = detail.figures;
    } catch {
      // The next one is ten seconds away; what else is wrong, the stream tells.
    }
  }
}

/** A transition of the stream in the trail's words. Its receipt is the event's time and the latency. */
export function entryOf(transition: TransitionEvent): AuditEntry {
  const { agent } = transition;
  const eventTime = agent.lastUpdated ?? agent.since ?? "";
  const instant = Date.parse(eventTime);
  return {
    timestamp: Number.isNaN(instant) ? eventTime : new Date(instant + transition.latencyMs).toISOString(),
    auditAction: transition.valid ? "STATE_UPDATE_VERIFIED" : "TRANSITION_REJECTED",
    sequence: transition.sequence,
    agentId: transition.agentId,
    previousState: transition.previousState,
    currentState: transition.currentState,
    latencyMs: transition.latencyMs,
    valid: transition.valid,
    eventTimestamp: eventTime,
    reasonCode: agent.reason,
    flags: transition.flags,
  };
}

/** By sequence, each once; of two with the same sequence the first one's word counts. */
export function merged(first: readonly AuditEntry[], second: readonly AuditEntry[]): AuditEntry[] {
  const known = new Set(first.map((one) => one.sequence));
  const all = [...first, ...second.filter((one) => !known.has(one.sequence))].sort((a, b) => a.sequence - b.sequence);
  const most = recordsRead + 500 + liveKept;
  return all.length > most ? all.slice(all.length - most) : all;
}
