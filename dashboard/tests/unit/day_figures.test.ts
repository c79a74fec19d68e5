import { expect, test } from "vitest";
import { dayFigures } from "../../src/floor/day_figures.ts";
import type { Stretch } from "../../src/floor/day_timeline.ts";

const at = (time: string): number => Date.parse(`2026-11-23T${time}:00Z`);
const stretch = (from: string, to: string, state: string, doubt: Stretch["doubt"] = "", reason = ""): Stretch => ({
  from: at(from),
  to: at(to),
  state,
  reason,
  doubt,
});
const moved = (time: string) => ({
  timestamp: `2026-11-23T${time}:00.100Z`,
  eventTimestamp: `2026-11-23T${time}:00Z`,
  auditAction: "STATE_UPDATE_VERIFIED",
  sequence: at(time),
  latencyMs: 100,
});

test("times in state are sums of what is a fact", () => {
  const day = [
    stretch("08:00", "09:00", "available"),
    stretch("09:00", "10:00", "busy", "unwatched"),
    stretch("10:00", "10:30", "busy"),
    stretch("10:30", "11:00", "break", "unverified"),
    stretch("11:00", "11:30", "busy"),
  ];
  expect(dayFigures(day, [], at("12:00")).today).toEqual({ available: 3600, busy: 3600 });
});

test.each([
  ["busy and wrap-up count as occupied", ["available", "busy", "wrap-up", "break"], 2 / 3],
  ["other names of the same states count too", ["Ready", "On Call", "After Call Work", "Lunch"], 2 / 3],
  ["without time at work there is no occupancy", ["break", "offline"], null],
])("%s", (_, states, occupancy) => {
  const day = states.map((state, i) => stretch(`0${i + 1}:00`, `0${i + 2}:00`, state));
  expect(dayFigures(day, [], at("12:00")).occupancy).toBe(occupancy);
});

test("the longest stay in a state goes over changes of its reason, and not over a doubt", () => {
  const day = [
    stretch("08:00", "09:00", "busy", "", "chat"),
    stretch("09:00", "10:00", "busy", "", "email"),
    stretch("10:00", "11:30", "available"),
    stretch("11:30", "11:40", "busy", "unwatched"),
    stretch("11:40", "12:00", "busy"),
  ];
  expect(dayFigures(day, [], at("12:00")).longestState).toEqual({ state: "busy", seconds: 7200 });
});

test("changes of the last hour are transitions, and nothing else of the trail", () => {
  const watched = { timestamp: "2026-11-23T11:30:00.000Z", auditAction: "MONITORING_STARTED", sequence: 1 };
  const records = [moved("10:30"), moved("11:10"), watched, moved("11:50")];
  expect(dayFigures([], records, at("12:00")).transitionsLastHour).toBe(2);
});
