import { expect, test } from "vitest";
import type { Alert } from "../../src/live/api_types.ts";
import { alertedAgents, needsAttention, resolvedKept, sortedAlerts, withAlert } from "../../src/floor/alert_book.ts";
import { at } from "./agent_statuses.ts";

function alert(id: string, changes: Partial<Alert> = {}): Alert {
  return {
    id,
    kind: "latency",
    state: "firing",
    labels: {},
    value: null,
    sentence: "",
    advice: "",
    since: at("10:00"),
    firingSince: at("10:00"),
    resolvedAt: null,
    silenced: false,
    ...changes,
  };
}

test("firing stands before pending before resolved, the newest first, the silenced behind", () => {
  const sorted = sortedAlerts([
    alert("over", { state: "resolved", resolvedAt: at("11:00") }),
    alert("old"),
    alert("waiting", { state: "pending", since: at("11:00") }),
    alert("quiet", { silenced: true, firingSince: at("11:00") }),
    alert("new", { firingSince: at("10:30") }),
  ]);
  expect(sorted.map((one) => one.id)).toEqual(["new", "old", "quiet", "waiting", "over"]);
});

test("another word about an alert replaces the last one", () => {
  const before = [alert("a"), alert("b")];
  const after = withAlert(before, alert("a", { state: "resolved", resolvedAt: at("10:05") }));
  expect(after.map((one) => [one.id, one.state])).toEqual([
    ["b", "firing"],
    ["a", "resolved"],
  ]);
});

test("of those that are over only the last ones are kept", () => {
  let alerts: Alert[] = [];
  for (let i = 0; i < resolvedKept + 50; ++i)
    alerts = withAlert(alerts, alert(`${i}`, { state: "resolved", resolvedAt: new Date(i * 1000).toISOString() }));
  expect(alerts).toHaveLength(resolvedKept);
  expect(alerts[0]!.id).toBe(`${resolvedKept + 49}`);
});

test("attention is for what fires and is not silenced, and for the agents it names", () => {
  const alerts = [
    alert("a", { labels: { agentId: "x" } }),
    alert("b", { labels: { agentId: "y" }, silenced: true }),
    alert("c", { labels: { agent: "z" } }),
    alert("d", { labels: { agentId: "w" }, state: "pending" }),
  ];
  expect(needsAttention(alerts).map((one) => one.id)).toEqual(["a", "c"]);
  expect(alertedAgents(alerts)).toEqual(new Set(["x", "z"]));
});
