// The table's rows in the order in which a person sees them. Pure.
import { type AgentTable } from "./agent_table.ts";
import { isOffline } from "../look/state_looks.ts";
import { RowOrder, lastKey, timeKey } from "./row_order.ts";
import { type RowFilter, matchingRows } from "./row_filter.ts";

export type SortColumn = "time" | "name" | "team" | "state" | "reason";

export interface Sorting {
  column: SortColumn;
  /** For the time: longest first is the way that a supervisor reads, and is `false`. */
  reversed: boolean;
}

export const longestFirst: Sorting = { column: "time", reversed: false };

export class VisibleOrder {
  rows = new Uint32Array(0);
  count = 0;
  #order = new RowOrder();
  #keys = new Uint32Array(0);
  #nameRanks = new Uint32Array(0);
  #rankedMembership = -1;

  constructor(private readonly collator: Intl.Collator) {}

  rebuild(table: AgentTable, filter: RowFilter, sorting: Sorting): void {
    if (this.rows.length < table.end) {
      this.rows = new Uint32Array(table.end * 2);
      this.#keys = new Uint32Array(table.end * 2);
    }
    this.count = matchingRows(table, filter, this.rows);
    if (sorting.column === "name") {
      this.#sortBy((row) => this.#nameRank(table, row));
    } else {
      const base = earliest(table, this.rows, this.count);
      this.#sortBy((row) => timeKey(table.since[row]!, base));
      const ranks = ranksOf(table, sorting.column, this.collator);
      if (ranks) this.#sortBy((row) => ranks.of[ranks.column[row]!]!);
    }
    if (sorting.reversed) this.rows.subarray(0, this.count).reverse();
    // Whoever is not at work would else stand above everybody that a supervisor looks for.
    if (sorting.column === "time") {
      const away = new Uint8Array(table.states.size);
      for (const { name } of table.states.counted()) if (isOffline(name)) away[table.states.codeOf(name)] = 1;
      this.#sortBy((row) => away[table.state[row]!]!);
    }
  }

  #sortBy(keyOf: (row: number) => number): void {
    for (let i = 0; i < this.count; ++i) {
      const row = this.rows[i]!;
      this.#keys[row] = keyOf(row);
    }
    this.#order.sort(this.rows, this.count, this.#keys);
  }

  /** Comparing names the way people do is slow, so it is done only when agents come, go or are renamed. */
  #nameRank(table: AgentTable, row: number): number {
    if (this.#rankedMembership !== table.membership) {
      this.#rankedMembership = table.membership;
      const rows: number[] = [];
      for (let i = 0; i < table.end; ++i) if (table.isUsed(i)) rows.push(i);
      rows.sort((a, b) => this.collator.compare(table.nameOf(a), table.nameOf(b)) || a - b);
      this.#nameRanks = new Uint32Array(table.end);
      rows.forEach((one, rank) => (this.#nameRanks[one] = rank));
    }
    return this.#nameRanks[row] ?? lastKey;
  }
}

function earliest(table: AgentTable, rows: Uint32Array, count: number): number {
  let base = Infinity;
  for (let i = 0; i < count; ++i) {
    const since = table.since[rows[i]!]!;
    if (since < base) base = since;
  }
  return base === Infinity ? 0 : base;
}

function ranksOf(
  table: AgentTable,
  column: SortColumn,
  collator: Intl.Collator,
): { of: Uint32Array; column: Uint32Array } | null {
  const names =
    column === "team" ? table.teams : column === "state" ? table.states : column === "reason" ? table.reasons : null;
  if (!names) return null;
  const of = new Uint32Array(names.size).fill(lastKey);
  // Nothing given comes last.
  const sorted = names
    .counted()
    .sort((a, b) => Number(a.name === "") - Number(b.name === "") || collator.compare(a.name, b.name));
  sorted.forEach((one, rank) => (of[names.codeOf(one.name)] = rank));
  return { of, column: column === "team" ? table.team : column === "state" ? table.state : table.reason };
}
