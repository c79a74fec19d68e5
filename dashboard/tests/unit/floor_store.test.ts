import { effect } from "@preact/signals";
import { expect, test } from "vitest";
import { FloorStore, noLink, summaryEveryMs } from "../../src/floor/floor_store.ts";
import type { HubUpdate } from "../../src/live/hub_messages.ts";
import { status } from "./agent_statuses.ts";

function update(changes: Partial<HubUpdate> = {}): HubUpdate {
  return {
    kind: "update",
    tenant: "acme",
    link: { ...noLink, phase: "live", heardAt: 1 },
    clockOffset: 0,
    begins: false,
    completes: false,
    rows: [],
    gone: [],
    alerts: null,
    metrics: null,
    ring: null,
    transitions: [],
    missed: false,
    merged: 0,
    ...changes,
  };
}

const whole = update({ begins: true, completes: true, rows: [status({ agentId: "a" }), status({ agentId: "b" })] });

test("the order of states is that of the tenant from the first summary on", () => {
  const store = new FloorStore();
  store.reset("acme");
  store.setStateOrder(["busy", "available"]);
  store.take(whole);
  store.refresh(1000);
  expect(store.summary.value.states.map((one) => one.state)).toEqual(["busy", "available"]);
});

test("an effect that empties the store does not follow it", () => {
  const store = new FloorStore();
  let runs = 0;
  const stop = effect(() => {
    runs += 1;
    store.reset("acme");
  });
  store.take(whole);
  store.refresh(1000);
  store.ringVersion.value += 1;
  expect(runs).toBe(1);
  stop();
});

test("a local clock that is set back does not hold the summary", () => {
  const store = new FloorStore();
  store.reset("acme");
  store.take(whole);
  const noon = 1_000_000_000;
  store.refresh(noon);
  store.take(update({ rows: [status({ agentId: "a", state: "busy" })] }));
  store.refresh(noon - 3600_000);
  expect(store.summary.value.states.find((one) => one.state === "busy")?.sure).toBe(1);
  store.take(update({ rows: [status({ agentId: "b", state: "busy" })] }));
  store.refresh(noon - 3600_000 + summaryEveryMs - 1);
  expect(store.summary.value.states.find((one) => one.state === "busy")?.sure).toBe(1);
});

test("a tenant that is refused, or a session that has ended, leaves nothing to see", () => {
  for (const phase of ["refused", "signedOut"] as const) {
    const store = new FloorStore();
    store.reset("acme");
    store.take(whole);
    store.refresh(1000);
    expect([store.ready.value, store.summary.value.agents]).toEqual([true, 2]);
    store.take(update({ link: { ...noLink, phase } }));
    expect([store.ready.value, store.summary.value.agents, store.table.size]).toEqual([false, 0, 0]);
  }
});

test("teams keep the states that they were counted by, however the summary goes on", () => {
  const store = new FloorStore();
  store.reset("acme");
  store.setStateOrder(["busy"]);
  store.take(update({ begins: true, completes: true, rows: [status({ agentId: "a", state: "odd", team: "Red" })] }));
  store.refresh(10_000);
  expect(store.teams.value).toMatchObject({ states: ["busy", "odd"], teams: [{ team: "Red", byState: [0, 1] }] });
  // A state outside of the matrix vanishes with its last agent; teams follow only with the next second.
  store.take(update({ rows: [status({ agentId: "a", state: "busy", team: "Red" })] }));
  store.refresh(10_000 + summaryEveryMs);
  expect(store.summary.value.states).toHaveLength(1);
  expect(store.teams.value).toMatchObject({ states: ["busy", "odd"], teams: [{ byState: [0, 1] }] });
});
