// Which rows a person wants to see. Pure.
import { type AgentTable, folded, isStale, isVerified } from "./agent_table.ts";

/** "stale": may be out of date. "unverified": the platform reported what the matrix does not allow. */
export type Doubt = "stale" | "unverified";

export interface RowFilter {
  /** Words that all must occur in name, id or team. */
  search: string;
  /** Empty: all of them. "" among the states means agents without a known state. */
  states: readonly string[];
  teams: readonly string[];
  reasons: readonly string[];
  doubts: readonly Doubt[];
}

export const everything: RowFilter = { search: "", states: [], teams: [], reasons: [], doubts: [] };

export function isEverything(filter: RowFilter): boolean {
  return (
    filter.search.trim() === "" &&
    filter.states.length + filter.teams.length + filter.reasons.length + filter.doubts.length === 0
  );
}

/** Writes the numbers of matching rows into `out`, which must hold `table.end` of them; returns how many. */
export function matchingRows(table: AgentTable, filter: RowFilter, out: Uint32Array): number {
  const words = folded(filter.search)
    .split(/\s+/)
    .filter((word) => word !== "");
  const states = chosen(filter.states, table.states);
  const teams = chosen(filter.teams, table.teams);
  const reasons = chosen(filter.reasons, table.reasons);
  const wantsStale = filter.doubts.includes("stale");
  const wantsUnverified = filter.doubts.includes("unverified");
  let count = 0;
  for (let row = 0; row < table.end; ++row) {
    if (!table.isUsed(row)) continue;
    if (states && !states[table.state[row]!]) continue;
    if (teams && !teams[table.team[row]!]) continue;
    if (reasons && !reasons[table.reason[row]!]) continue;
    if (wantsStale || wantsUnverified) {
      const flags = table.flags[row]!;
      const stale = (flags & isStale) !== 0;
      if (!((wantsStale && stale) || (wantsUnverified && !stale && (flags & isVerified) === 0))) continue;
    }
    if (words.length > 0) {
      const text = table.haystackOf(row);
      if (!words.every((word) => text.includes(word))) continue;
    }
    out[count++] = row;
  }
  return count;
}

/** A mark for each number that was chosen, or null if all were. */
function chosen(names: readonly string[], among: { codeOf(name: string): number; size: number }): Uint8Array | null {
  if (names.length === 0) return null;
  const marks = new Uint8Array(among.size);
  for (const name of names) {
    const code = among.codeOf(name);
    if (code >= 0) marks[code] = 1;
  }
  return marks;
}
