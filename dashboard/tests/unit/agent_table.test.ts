import { expect, test } from "vitest";
import { AgentTable } from "../../src/floor/agent_table.ts";
import { InternedNames } from "../../src/floor/interned_names.ts";
import { at, status, ten } from "./agent_statuses.ts";

test("a row reads back what was put", () => {
  const table = new AgentTable();
  table.put(
    status({
      agentId: "a",
      state: "busy",
      observedState: "break",
      verified: false,
      stale: true,
      reason: "lunch",
      since: at("10:05"),
    }),
  );
  expect(table.view(table.indexOf("a"))).toMatchObject({
    id: "a",
    team: "Blue",
    state: "busy",
    observedState: "break",
    reason: "lunch",
    verified: false,
    stale: true,
    since: ten + 300_000,
    atLeast: false,
  });
});

test("a change replaces the row in its place", () => {
  const table = new AgentTable();
  table.put(status({ agentId: "a" }));
  const place = table.indexOf("a");
  table.put(status({ agentId: "a", state: "break", team: "Red" }));
  expect(table.indexOf("a")).toBe(place);
  expect(table.view(place)).toMatchObject({ state: "break", team: "Red" });
  expect(table.size).toBe(1);
});

test("an unknown beginning is a lower bound from the last update, and nothing known stays unknown", () => {
  const table = new AgentTable();
  table.put(status({ agentId: "a", since: null, lastUpdated: at("10:10") }));
  table.put(status({ agentId: "b", since: null, lastUpdated: null, state: null, observedState: null }));
  expect(table.view(table.indexOf("a"))).toMatchObject({ since: ten + 600_000, atLeast: true });
  expect(table.view(table.indexOf("b"))).toMatchObject({ since: NaN, atLeast: true, state: "", observedState: "" });
});

test("an agent without a name is shown by id", () => {
  const table = new AgentTable();
  table.put(status({ agentId: "a", name: "" }));
  expect(table.nameOf(table.indexOf("a"))).toBe("a");
});

test("a complete set removes whom it does not name", () => {
  const table = new AgentTable();
  for (const agentId of ["a", "b", "c"]) table.put(status({ agentId }));
  table.beginComplete();
  table.put(status({ agentId: "b" }));
  table.put(status({ agentId: "d" }));
  expect(table.size).toBe(4);
  table.complete();
  expect([table.indexOf("a"), table.indexOf("c")]).toEqual([-1, -1]);
  expect(table.size).toBe(2);
});

test("places of those who left are given to those who come", () => {
  const table = new AgentTable();
  for (let round = 0; round < 50; ++round) {
    for (let i = 0; i < 300; ++i) table.put(status({ agentId: `${round}-${i}` }));
    table.clear();
  }
  expect(table.end).toBe(300);
  expect(table.states.size).toBeLessThan(3);
});

test("coming, going and renaming are membership, a change of state is not", () => {
  const table = new AgentTable();
  table.put(status({ agentId: "a" }));
  const before = table.membership;
  table.put(status({ agentId: "a", state: "break" }));
  expect(table.membership).toBe(before);
  table.put(status({ agentId: "a", name: "Ada" }));
  table.remove("a");
  expect(table.membership).toBe(before + 2);
});

test("a name's number is free again when nobody holds it, and no number is given twice", () => {
  const names = new InternedNames();
  const busy = names.hold("busy");
  expect(names.hold("busy")).toBe(busy);
  const idle = names.hold("idle");
  names.release(busy);
  expect(names.codeOf("busy")).toBe(busy);
  names.release(busy);
  names.release(busy);
  expect(names.codeOf("busy")).toBe(-1);
  expect(names.hold("break")).toBe(busy);
  expect(names.hold("lunch")).not.toBe(idle);
  expect(names.counted().map((one) => one.name)).toEqual(["break", "idle", "lunch"]);
});
