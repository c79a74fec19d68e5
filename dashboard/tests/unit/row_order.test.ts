import { expect, test } from "vitest";
import { AgentTable } from "../../src/floor/agent_table.ts";
import { RowOrder, lastKey, timeKey } from "../../src/floor/row_order.ts";
import { everything } from "../../src/floor/row_filter.ts";
import { VisibleOrder, type Sorting } from "../../src/floor/visible_order.ts";
import { at, status, ten } from "./agent_statuses.ts";

test("the radix sort gives what a comparing sort gives, and keeps the order of equals", () => {
  let seed = 5;
  const random = (): number => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0);
  for (const bits of [1, 11, 12, 22, 32]) {
    const size = 5000;
    const keys = Uint32Array.from({ length: size }, () => random() >>> (32 - bits));
    const rows = Uint32Array.from({ length: size }, (_, i) => i);
    const expected = [...rows].sort((a, b) => keys[a]! - keys[b]! || a - b);
    new RowOrder().sort(rows, size, keys);
    expect([...rows]).toEqual(expected);
  }
});

test("only the first rows are sorted, and no rows at all is fine", () => {
  const rows = Uint32Array.of(3, 1, 2, 0);
  new RowOrder().sort(rows, 2, Uint32Array.of(9, 8, 7, 9));
  expect([...rows]).toEqual([1, 3, 2, 0]);
  new RowOrder().sort(rows, 0, Uint32Array.of());
});

test("unknown instants come last, those before the base first", () => {
  expect(timeKey(NaN, 0)).toBe(lastKey);
  expect(timeKey(-5, 0)).toBe(0);
  expect(timeKey(1e15, 0)).toBe(lastKey - 1);
});

function floor(): AgentTable {
  const table = new AgentTable();
  table.put(status({ agentId: "1", name: "Zoe", team: "Red", state: "busy", since: at("09:50"), reason: "chat" }));
  table.put(status({ agentId: "2", name: "ada", team: "", state: "offline", since: at("06:00") }));
  table.put(status({ agentId: "3", name: "Émil", team: "Blue", state: "break", since: at("09:10"), reason: "lunch" }));
  table.put(status({ agentId: "4", name: "Bob 10", team: "Red", state: "busy", since: null, lastUpdated: null }));
  table.put(status({ agentId: "5", name: "Bob 9", team: "Blue", state: "available", since: at("09:58") }));
  return table;
}

const cases: [Sorting, string[]][] = [
  [{ column: "time", reversed: false }, ["3", "1", "5", "4", "2"]],
  [{ column: "time", reversed: true }, ["4", "5", "1", "3", "2"]],
  [{ column: "name", reversed: false }, ["2", "5", "4", "3", "1"]],
  [{ column: "name", reversed: true }, ["1", "3", "4", "5", "2"]],
  [{ column: "team", reversed: false }, ["3", "5", "1", "4", "2"]],
  [{ column: "state", reversed: false }, ["5", "3", "1", "4", "2"]],
  [{ column: "reason", reversed: false }, ["1", "3", "2", "5", "4"]],
];

test.each(cases)("sorted by %o the agents are %s; within equals the longest in state is first", (sorting, ids) => {
  const table = floor();
  const order = new VisibleOrder(new Intl.Collator("en", { numeric: true, sensitivity: "base" }));
  order.rebuild(table, everything, sorting);
  expect([...order.rows.subarray(0, order.count)].map((row) => table.idOf(row))).toEqual(ids);
});

test("the order follows renaming and leaving", () => {
  const table = floor();
  const order = new VisibleOrder(new Intl.Collator("en"));
  const byName: Sorting = { column: "name", reversed: false };
  order.rebuild(table, everything, byName);
  table.put(status({ agentId: "1", name: "Aaron" }));
  table.remove("3");
  order.rebuild(table, everything, byName);
  expect(order.count).toBe(4);
  expect(table.idOf(order.rows[0]!)).toBe("1");
});

test("ten thousand agents are ordered within a few milliseconds", () => {
  const table = new AgentTable();
  for (let i = 0; i < 10_000; ++i)
    table.put(status({ agentId: `${i}`, since: new Date(ten - ((i * 7919) % 10_000) * 1000).toISOString() }));
  const order = new VisibleOrder(new Intl.Collator("en"));
  const sorting: Sorting = { column: "time", reversed: false };
  order.rebuild(table, everything, sorting);
  const begin = performance.now();
  for (let i = 0; i < 10; ++i) order.rebuild(table, everything, sorting);
  // About 1 ms each on an idle core; the bound leaves room for a busy machine.
  expect((performance.now() - begin) / 10).toBeLessThan(30);
});
