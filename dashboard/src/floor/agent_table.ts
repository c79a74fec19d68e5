// Every agent of a tenant in typed columns. Deltas cost a few writes here; the screen reads it once a frame. Pure.
import type { AgentStatus } from "../live/api_types.ts";
import { InternedNames } from "./interned_names.ts";

/** Bits of `flags`. */
export const isVerified = 1;
export const isStale = 2;
/** `since` is a lower bound. */
export const isAtLeast = 4;

/** What stands for "no state was ever known" among the states, and for "no reason" among the reasons. */
export const noName = "";

export interface AgentView {
  index: number;
  id: string;
  name: string;
  team: string;
  /** "" if none was ever known. */
  state: string;
  observedState: string;
  reason: string;
  verified: boolean;
  stale: boolean;
  /** Milliseconds since the epoch; NaN if unknown altogether. */
  since: number;
  /** `since` is a lower bound of the time in state only. */
  atLeast: boolean;
}

export class AgentTable {
  readonly states = new InternedNames();
  readonly teams = new InternedNames();
  readonly reasons = new InternedNames();

  #rows = new Map<string, number>();
  #ids: (string | undefined)[] = [];
  #names: string[] = [];
  #haystacks: string[] = [];
  #free: number[] = [];
  #capacity = 0;
  #used = 0;

  state = new Uint32Array(0);
  observed = new Uint32Array(0);
  team = new Uint32Array(0);
  reason = new Uint32Array(0);
  flags = new Uint8Array(0);
  since = new Float64Array(0);
  /** The last complete set of rows in which the agent was named. */
  #seen = new Uint32Array(0);
  #generation = 0;

  /** Grows with each change; a reader that remembers it knows whether anything changed. */
  version = 0;
  /** Grows when agents come or go or change name or team. */
  membership = 0;

  get size(): number {
    return this.#rows.size;
  }

  /** Row numbers are below this; `isUsed` tells which are agents. */
  get end(): number {
    return this.#used;
  }

  isUsed(index: number): boolean {
    return this.#ids[index] !== undefined;
  }

  indexOf(agentId: string): number {
    return this.#rows.get(agentId) ?? -1;
  }

  idOf(index: number): string {
    return this.#ids[index] ?? "";
  }

  nameOf(index: number): string {
    return this.#names[index] ?? "";
  }

  /** Name, id and team, folded for the search. */
  haystackOf(index: number): string {
    return this.#haystacks[index] ?? "";
  }

  view(index: number): AgentView | null {
    const id = this.#ids[index];
    if (id === undefined) return null;
    const flags = this.flags[index]!;
    return {
      index,
      id,
      name: this.#names[index]!,
      team: this.teams.nameOf(this.team[index]!),
      state: this.states.nameOf(this.state[index]!),
      observedState: this.states.nameOf(this.observed[index]!),
      reason: this.reasons.nameOf(this.reason[index]!),
      verified: (flags & isVerified) !== 0,
      stale: (flags & isStale) !== 0,
      since: this.since[index]!,
      atLeast: (flags & isAtLeast) !== 0,
    };
  }

  /** A complete set of rows begins; what it does not name until `complete` is gone. */
  beginComplete(): void {
    this.#generation += 1;
  }

  complete(): void {
    for (let index = 0; index < this.#used; ++index)
      if (this.isUsed(index) && this.#seen[index] !== this.#generation) this.remove(this.#ids[index]!);
  }

  clear(): void {
    for (let index = 0; index < this.#used; ++index) if (this.isUsed(index)) this.remove(this.#ids[index]!);
  }

  put(agent: AgentStatus): void {
    let index = this.#rows.get(agent.agentId);
    const name = agent.name || agent.agentId;
    if (index === undefined) {
      index = this.#place(agent.agentId);
      this.#names[index] = name;
      this.#haystacks[index] = haystack(name, agent);
      this.team[index] = this.teams.hold(agent.team ?? noName);
      this.state[index] = this.states.hold(agent.state ?? noName);
      this.observed[index] = this.states.hold(agent.observedState ?? noName);
      this.reason[index] = this.reasons.hold(agent.reason ?? noName);
      this.membership += 1;
    } else {
      const team = agent.team ?? noName;
      if (this.#names[index] !== name || this.teams.nameOf(this.team[index]!) !== team) {
        this.#names[index] = name;
        this.#haystacks[index] = haystack(name, agent);
        this.membership += 1;
      }
      this.team[index] = exchange(this.teams, this.team[index]!, team);
      this.state[index] = exchange(this.states, this.state[index]!, agent.state ?? noName);
      this.observed[index] = exchange(this.states, this.observed[index]!, agent.observedState ?? noName);
      this.reason[index] = exchange(this.reasons, this.reason[index]!, agent.reason ?? noName);
    }
    let flags = 0;
    if (agent.verified) flags |= isVerified;
    if (agent.stale) flags |= isStale;
    let since = agent.since === null ? NaN : Date.parse(agent.since);
    if (Number.isNaN(since)) {
      flags |= isAtLeast;
      since = agent.lastUpdated === null ? NaN : Date.parse(agent.lastUpdated);
    }
    this.flags[index] = flags;
    this.since[index] = since;
    this.#seen[index] = this.#generation;
    this.version += 1;
  }

  remove(agentId: string): void {
    const index = this.#rows.get(agentId);
    if (index === undefined) return;
    this.#rows.delete(agentId);
    this.#ids[index] = undefined;
    this.#names[index] = "";
    this.#haystacks[index] = "";
    this.teams.release(this.team[index]!);
    this.states.release(this.state[index]!);
    this.states.release(this.observed[index]!);
    this.reasons.release(this.reason[index]!);
    this.#free.push(index);
    this.version += 1;
    this.membership += 1;
  }

  #place(agentId: string): number {
    const index = this.#free.pop() ?? this.#used++;
    if (index >= this.#capacity) this.#grow();
    this.#ids[index] = agentId;
    this.#rows.set(agentId, index);
    return index;
  }

  #grow(): void {
    this.#capacity = Math.max(256, this.#capacity * 2);
    this.state = grown(this.state, new Uint32Array(this.#capacity));
    this.observed = grown(this.observed, new Uint32Array(this.#capacity));
    this.team = grown(this.team, new Uint32Array(this.#capacity));
    this.reason = grown(this.reason, new Uint32Array(this.#capacity));
    this.flags = grown(this.flags, new Uint8Array(this.#capacity));
    this.since = grown(this.since, new Float64Array(this.#capacity));
    this.#seen = grown(this.#seen, new Uint32Array(this.#capacity));
  }
}

function haystack(name: string, agent: AgentStatus): string {
  return folded(`${name}\n${agent.agentId}\n${agent.team ?? ""}`);
}

/** For comparing: without case, accents and widths, so that "muller" finds Müller however it is composed. */
export function folded(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase();
}

function exchange(names: InternedNames, held: number, name: string): number {
  if (names.nameOf(held) === name) return held;
  const code = names.hold(name);
  names.release(held);
  return code;
}

function grown<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
