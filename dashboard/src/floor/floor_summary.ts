// The first glance: how many are in each state, and who is longest in it. Pure.
import { type AgentTable, isStale, isVerified } from "./agent_table.ts";

export interface StateSummary {
  /** "" : no state is known. */
  state: string;
  /** Agents whose state is a fact: verified, and not out of date. */
  sure: number;
  /** Agents last known to be in it, whose row is stale or contradicted by the platform. */
  unsure: number;
  /** Rows of the agents longest in it, longest first; only of those that are sure. */
  longest: number[];
}

export interface TeamSummary {
  /** "" : no team is known. */
  team: string;
  agents: number;
  /** Agents by state, in the order of `FloorSummary.states`; those that are not certain too. */
  byState: number[];
}

export interface FloorSummary {
  agents: number;
  stale: number;
  unverified: number;
  states: StateSummary[];
  /** By name. */
  teams: TeamSummary[];
}

/**
 * `order` is the tenant's list of states; each gets a place even if nobody is in it. States outside of it follow by
 * name, agents of whom nothing is known come last. `longestKept` rows are kept for each state.
 */
export function summarize(table: AgentTable, order: readonly string[], longestKept: number): FloorSummary {
  const size = table.states.size;
  const sure = new Uint32Array(size);
  const unsure = new Uint32Array(size);
  const longest: number[][] = Array.from({ length: size }, () => []);
  const teamSize = table.teams.size;
  const byTeam = new Uint32Array(teamSize * size);
  let stale = 0;
  let unverified = 0;
  for (let row = 0; row < table.end; ++row) {
    if (!table.isUsed(row)) continue;
    const flags = table.flags[row]!;
    const state = table.state[row]!;
    byTeam[table.team[row]! * size + state]! += 1;
    if ((flags & isStale) !== 0) {
      stale += 1;
      unsure[state]! += 1;
    } else if ((flags & isVerified) === 0) {
      unverified += 1;
      unsure[state]! += 1;
    } else {
      sure[state]! += 1;
      keepLongest(longest[state]!, row, table.since, longestKept);
    }
  }
  const states: StateSummary[] = [];
  const placed = new Set<string>();
  const place = (state: string): void => {
    if (placed.has(state)) return;
    placed.add(state);
    const code = table.states.codeOf(state);
    if (code < 0) states.push({ state, sure: 0, unsure: 0, longest: [] });
    else states.push({ state, sure: sure[code]!, unsure: unsure[code]!, longest: longest[code]! });
  };
  order.forEach(place);
  const others = table.states.counted().map((one) => one.name);
  for (const state of others) {
    if (state === "" || placed.has(state)) continue;
    // A state that was only ever reported, and never verified, has no agents to count.
    const code = table.states.codeOf(state);
    if (sure[code]! + unsure[code]! > 0) place(state);
  }
  const unknown = table.states.codeOf("");
  if (unknown >= 0 && sure[unknown]! + unsure[unknown]! > 0) place("");
  const codes = states.map((one) => table.states.codeOf(one.state));
  const teams = table.teams.counted().map(({ name, count }) => {
    const from = table.teams.codeOf(name) * size;
    return { team: name, agents: count, byState: codes.map((code) => (code < 0 ? 0 : byTeam[from + code]!)) };
  });
  return { agents: table.size, stale, unverified, states, teams };
}

function keepLongest(kept: number[], row: number, since: Float64Array, limit: number): void {
  const instant = since[row]!;
  if (Number.isNaN(instant)) return;
  if (kept.length === limit && instant >= since[kept[limit - 1]!]!) return;
  let at = kept.length;
  while (at > 0 && since[kept[at - 1]!]! > instant) at -= 1;
  kept.splice(at, 0, row);
  if (kept.length > limit) kept.pop();
}
