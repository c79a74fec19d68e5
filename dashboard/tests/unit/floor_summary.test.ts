import { expect, test } from "vitest";
import { AgentTable } from "../../src/floor/agent_table.ts";
import { summarize } from "../../src/floor/floor_summary.ts";
import { at, status } from "./agent_statuses.ts";

function floor(): AgentTable {
  const table = new AgentTable();
  table.put(status({ agentId: "1", state: "busy", since: at("09:50"), team: "Red" }));
  table.put(status({ agentId: "2", state: "busy", since: at("09:10") }));
  table.put(status({ agentId: "3", state: "busy", since: at("08:00"), stale: true }));
  table.put(status({ agentId: "4", state: "busy", since: at("08:00"), verified: false, observedState: "lunch" }));
  table.put(status({ agentId: "5", state: "training", since: at("09:30") }));
  table.put(
    status({
      agentId: "6",
      state: null,
      observedState: null,
      since: null,
      lastUpdated: null,
      verified: false,
      stale: true,
    }),
  );
  return table;
}

test("only verified and fresh rows count as a fact, the others are told beside them", () => {
  const summary = summarize(floor(), ["available", "busy"], 5);
  expect(summary.states.map(({ state, sure, unsure }) => [state, sure, unsure])).toEqual([
    ["available", 0, 0],
    ["busy", 2, 2],
    ["training", 1, 0],
    ["", 0, 1],
  ]);
  expect([summary.agents, summary.stale, summary.unverified]).toEqual([6, 2, 1]);
});

test("longest in a state is nobody whose row is in doubt", () => {
  const table = floor();
  const busy = summarize(table, ["busy"], 5).states[0]!;
  expect(busy.longest.map((row) => table.idOf(row))).toEqual(["2", "1"]);
});

test("no more of the longest are kept than asked for", () => {
  const table = new AgentTable();
  for (let i = 0; i < 50; ++i) table.put(status({ agentId: `${i}`, since: at(`09:${10 + ((i * 17) % 50)}`) }));
  const [first] = summarize(table, [], 3).states;
  const since = first!.longest.map((row) => table.since[row]);
  expect(since).toEqual([at("09:10"), at("09:11"), at("09:12")].map(Date.parse));
});

test("a state that was only reported has no place", () => {
  expect(summarize(floor(), [], 5).states.map((one) => one.state)).not.toContain("lunch");
});

test("teams are counted by state, whether certain or not", () => {
  const summary = summarize(floor(), ["available", "busy"], 5);
  expect(summary.teams).toEqual([
    { team: "Blue", agents: 5, byState: [0, 3, 1, 1] },
    { team: "Red", agents: 1, byState: [0, 1, 0, 0] },
  ]);
});
