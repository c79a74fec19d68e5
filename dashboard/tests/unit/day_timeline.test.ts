import { expect, test } from "vitest";
import type { AuditEntry } from "../../src/live/api_types.ts";
import { type Stretch, dayTimeline } from "../../src/floor/day_timeline.ts";
import { at } from "./agent_statuses.ts";

let sequence = 0;
const instant = (clock: string): number => Date.parse(at(clock));

function move(
  clock: string,
  previousState: string,
  currentState: string,
  changes: Partial<AuditEntry> = {},
): AuditEntry {
  return {
    timestamp: at(clock),
    auditAction: "STATE_UPDATE_VERIFIED",
    sequence: ++sequence,
    previousState,
    currentState,
    valid: true,
    eventTimestamp: at(clock),
    reasonCode: null,
    flags: [],
    ...changes,
  };
}

function note(clock: string, auditAction: string, changes: Partial<AuditEntry> = {}): AuditEntry {
  return { timestamp: at(clock), auditAction, sequence: ++sequence, ...changes };
}

const clock = (time: number): string => new Date(time).toISOString().slice(11, 16);
const shown = (stretches: Stretch[]): string[] =>
  stretches.map((one) => `${clock(one.from)}-${clock(one.to)} ${one.state || "?"} ${one.doubt}`.trim());

const sure = { observedState: "busy", verified: true, stale: false, reason: "" };
const day = (records: AuditEntry[], present = sure as typeof sure | null): string[] =>
  shown(dayTimeline(records, instant("08:00"), instant("12:00"), present));

test("stretches lie between the transitions, and the first one tells what was before", () => {
  expect(day([move("09:00", "offline", "available"), move("10:00", "available", "busy")])).toEqual([
    "08:00-09:00 offline",
    "09:00-10:00 available",
    "10:00-12:00 busy",
  ]);
});

test("without a record the present state fills the day as far as anybody knows", () => {
  expect(day([])).toEqual(["08:00-12:00 busy"]);
  expect(day([], null)).toEqual(["08:00-12:00 ?"]);
});

test("a transition that is not allowed begins a stretch in doubt", () => {
  expect(
    day([
      move("09:00", "available", "busy"),
      move("10:00", "busy", "break", { auditAction: "TRANSITION_REJECTED", valid: false }),
      move("11:00", "break", "busy"),
    ]),
  ).toEqual(["08:00-09:00 available", "09:00-10:00 busy", "10:00-11:00 break unverified", "11:00-12:00 busy"]);
});

test("from the last thing received until watching begins again nothing is sure", () => {
  const records = [
    move("09:00", "available", "busy"),
    note("10:05", "MONITORING_INTERRUPTED", { lastReceived: at("10:00"), cause: "lost connection" }),
    note("10:30", "MONITORING_STARTED", { cause: "reconnect" }),
    note("10:31", "STATE_RECONCILED", { previousState: "busy", currentState: "break" }),
  ];
  expect(day(records)).toEqual([
    "08:00-09:00 available",
    "09:00-10:00 busy",
    "10:00-10:30 busy unwatched",
    "10:30-10:31 busy",
    "10:31-12:00 break",
  ]);
});

test("an event out of order changes nothing", () => {
  const records = [move("09:00", "available", "busy"), move("08:30", "busy", "available", { flags: ["out-of-order"] })];
  expect(day(records)).toEqual(["08:00-09:00 available", "09:00-12:00 busy"]);
});

test("a stretch that lasts is in doubt while the row is", () => {
  expect(day([move("09:00", "available", "busy")], { ...sure, stale: true }).at(-1)).toBe("09:00-12:00 busy unwatched");
  expect(day([move("09:00", "available", "busy")], { ...sure, verified: false }).at(-1)).toBe(
    "09:00-12:00 busy unverified",
  );
});

test("an event older than the one before it does not turn time back", () => {
  expect(day([move("10:00", "available", "busy"), move("09:00", "busy", "break")])).toEqual([
    "08:00-10:00 available",
    "10:00-12:00 break",
  ]);
});

test("behind a record where others are missing nothing is told as a fact until the next one", () => {
  const records = [move("09:00", "available", "busy"), move("11:00", "break", "available")];
  const gaps = [records[0]!.sequence];
  const told = shown(dayTimeline(records, instant("08:00"), instant("12:00"), sure, gaps));
  expect(told).toEqual(["08:00-09:00 available", "09:00-11:00 busy unread", "11:00-12:00 available"]);
  const atTheEnd = shown(
    dayTimeline(records, instant("08:00"), instant("12:00"), sure, [...gaps, records[1]!.sequence]),
  );
  expect(atTheEnd.at(-1)).toBe("11:00-12:00 available unread");
});
