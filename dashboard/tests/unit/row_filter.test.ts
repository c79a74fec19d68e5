import { expect, test } from "vitest";
import { AgentTable } from "../../src/floor/agent_table.ts";
import { type RowFilter, everything, isEverything, matchingRows } from "../../src/floor/row_filter.ts";
import { status } from "./agent_statuses.ts";

const table = new AgentTable();
table.put(status({ agentId: "id-1", name: "Ada Baker", team: "Red", state: "busy", reason: "chat" }));
table.put(status({ agentId: "id-2", name: "Bob Abara", team: "Blue", state: "break", reason: "lunch" }));
table.put(status({ agentId: "id-3", name: "Carla Chen", team: "Blue", state: "busy", stale: true }));
table.put(
  status({ agentId: "id-4", name: "Dilek Demir", team: "", state: "busy", observedState: "break", verified: false }),
);
table.put(
  status({
    agentId: "id-5",
    name: "Emil",
    team: "Red",
    state: null,
    observedState: null,
    verified: false,
    stale: true,
  }),
);

const cases: [string, Partial<RowFilter>, string[]][] = [
  ["nothing asked", {}, ["1", "2", "3", "4", "5"]],
  ["a part of a name", { search: "aba" }, ["2"]],
  ["a name in other letters", { search: "CARLA" }, ["3"]],
  ["words in any order", { search: "baker ada" }, ["1"]],
  ["an id", { search: "id-4" }, ["4"]],
  ["a team as text", { search: "blue" }, ["2", "3"]],
  ["a team", { teams: ["Blue"] }, ["2", "3"]],
  ["no team", { teams: [""] }, ["4"]],
  ["two states", { states: ["break", "busy"] }, ["1", "2", "3", "4"]],
  ["an unknown state", { states: [""] }, ["5"]],
  ["a state that nobody is in", { states: ["training"] }, []],
  ["a reason", { reasons: ["lunch"] }, ["2"]],
  ["stale", { doubts: ["stale"] }, ["3", "5"]],
  ["unverified, which a stale row is not called", { doubts: ["unverified"] }, ["4"]],
  ["both doubts", { doubts: ["stale", "unverified"] }, ["3", "4", "5"]],
  ["several questions at once", { teams: ["Red"], states: ["busy"], search: "a" }, ["1"]],
];

test.each(cases)("%s", (_name, filter, ids) => {
  const out = new Uint32Array(table.end);
  const count = matchingRows(table, { ...everything, ...filter }, out);
  expect([...out.subarray(0, count)].map((row) => table.idOf(row))).toEqual(ids.map((one) => `id-${one}`));
});

test.each([
  ["muller", "1"],
  ["zoë", "1"],
  ["ZOE\u0308", "1"],
  ["大阪", "1"],
  ["amy", "2"],
  ["istanbul", "2"],
])("%s finds the agent in whatever script and composition a name is written", (search, id) => {
  const names = new AgentTable();
  names.put(status({ agentId: "1", name: "Zoe\u0308 M\u00fcller", team: "大阪" }));
  names.put(status({ agentId: "2", name: "Ａｍｙ", team: "İstanbul" }));
  const out = new Uint32Array(names.end);
  const count = matchingRows(names, { ...everything, search }, out);
  expect([...out.subarray(0, count)].map((row) => names.idOf(row))).toEqual([id]);
});

test("blanks are no search", () => {
  expect(isEverything({ ...everything, search: "  " })).toBe(true);
  expect(isEverything({ ...everything, doubts: ["stale"] })).toBe(false);
});
