import { expect, test } from "vitest";
import { clockDuration, wordDuration } from "../../src/look/durations.ts";
import { dayClock } from "../../src/look/day_clock.ts";
import { asSentence, reasonWords, stateWords, timeInState } from "../../src/look/agent_words.ts";
import { counted, milliseconds, percent, rate } from "../../src/look/numbers.ts";
import { beginOfLanes, hourTicks } from "../../src/look/hour_ticks.ts";

const s = 1000;
const m = 60 * s;
const h = 60 * m;

test.each([
  [-5 * s, "0:00"],
  [999, "0:00"],
  [7 * s, "0:07"],
  [59 * s, "0:59"],
  [60 * s, "1:00"],
  [12 * m + 40 * s, "12:40"],
  [h - 1, "59:59"],
  [h, "1:00:00"],
  [h + 2 * m + 33 * s, "1:02:33"],
  [24 * h, "1d 00:00"],
  [51 * h + 10 * m, "2d 03:10"],
  [NaN, "–"],
])("%d ms reads %s on a clock", (duration, text) => {
  expect(clockDuration(duration)).toBe(text);
});

test.each([
  [-1, "0 s"],
  [7 * s, "7 s"],
  [12 * m + 40 * s, "12 min"],
  [h, "1 h"],
  [3 * h + 20 * m, "3 h 20 min"],
  [24 * h, "1 day"],
  [52 * h, "2 days 4 h"],
  [NaN, "an unknown time"],
])("%d ms is said as %s", (duration, text) => {
  expect(wordDuration(duration)).toBe(text);
});

test.each([
  [null, "–"],
  [100, "100 %"],
  [99.999, "99.99 %"],
  [97.3094, "97.3 %"],
  [0, "0.0 %"],
])("%s percent reads %s: never better than it is", (value, text) => {
  expect(percent(value)).toBe(text);
});

test("other figures", () => {
  expect([rate(0.4), rate(1999.6), milliseconds(3140), milliseconds(31_400), milliseconds(null)]).toEqual([
    "0.4",
    "2,000",
    "3,140 ms",
    "31.4 s",
    "–",
  ]);
  expect([counted(1, "row"), counted(2000, "row")]).toEqual(["1 row", "2,000 rows"]);
  expect(reasonWords("inbound_call")).toBe("inbound call");
});

const known = { state: "busy", observedState: "busy", verified: true, stale: false };
test.each([
  [known, "", "busy", ""],
  [{ ...known, stale: true, observedState: "break" }, "stale", "break", ""],
  [{ ...known, verified: false, observedState: "break" }, "unverified", "busy", "break"],
  [{ ...known, verified: false, stale: true }, "stale", "busy", ""],
  [{ state: "", observedState: "", verified: false, stale: true }, "stale", "unknown", ""],
  [{ state: "", observedState: "busy", verified: false, stale: false }, "unverified", "unknown", "busy"],
])("%o is put as %s", (agent, doubt, state, reported) => {
  expect(stateWords(agent)).toMatchObject({ doubt, state, reported });
});

test("a time that is not certain says so", () => {
  expect(timeInState({ since: 0, atLeast: false, stale: false }, 65 * s)).toBe("1:05");
  expect(timeInState({ since: 0, atLeast: true, stale: false }, 65 * s)).toBe("≥ 1:05");
  expect(timeInState({ since: 0, atLeast: false, stale: true }, 65 * s)).toBe("1:05?");
  expect(timeInState({ since: NaN, atLeast: true, stale: true }, 65 * s)).toBe("–");
});

test.each([
  ["UTC", "2026-03-03T10:20:30Z", "2026-03-03T00:00:00Z"],
  ["Europe/Berlin", "2026-03-03T10:20:30Z", "2026-03-02T23:00:00Z"],
  ["America/New_York", "2026-03-03T03:00:00Z", "2026-03-02T05:00:00Z"],
  // The clocks were put forward in the night, and back.
  ["Europe/Berlin", "2026-03-29T10:00:00Z", "2026-03-28T23:00:00Z"],
  ["Europe/Berlin", "2026-10-25T10:00:00Z", "2026-10-24T22:00:00Z"],
  ["Asia/Kolkata", "2026-03-03T10:00:00Z", "2026-03-02T18:30:00Z"],
  // Put forward at midnight, so that the day begins at one o'clock; put back at one, so that midnight comes twice.
  ["America/Santiago", "2026-09-06T15:00:00Z", "2026-09-06T04:00:00Z"],
  ["America/Havana", "2026-11-01T15:00:00Z", "2026-11-01T04:00:00Z"],
  ["America/Havana", "2026-11-01T04:30:00Z", "2026-11-01T04:00:00Z"],
])("in %s the day of %s began at %s", (zone, now, midnight) => {
  expect(dayClock(zone).startOfDay(Date.parse(now))).toBe(Date.parse(midnight));
});

test("a moment of another day is told with its date, by the tenant's calendar", () => {
  const { moment } = dayClock("Europe/Berlin");
  const now = Date.parse("2026-03-03T10:00:00Z");
  expect(moment(Date.parse("2026-03-03T09:00:00Z"), now)).toBe("10:00:00");
  expect(moment(Date.parse("2026-03-02T23:00:00Z"), now)).toBe("00:00:00");
  expect(moment(Date.parse("2026-03-02T22:59:59Z"), now)).toBe("2 Mar, 23:59:59");
  expect(moment(NaN, now)).toBe("–");
});

test("times are the tenant's, and an unknown zone is UTC", () => {
  expect(dayClock("Europe/Berlin").time(Date.parse("2026-03-03T10:20:30Z"))).toBe("11:20:30");
  expect(dayClock("Mars/Olympus").zone).toBe("UTC");
  expect(dayClock("UTC").time(NaN)).toBe("–");
});

test("hours on the lanes are few enough to be read", () => {
  for (const hours of [0.5, 3, 9, 15, 24]) expect(hourTicks(7 * h + 1, (7 + hours) * h, 0).length).toBeLessThan(8);
});

test("hours on the lanes are round in zones that are half an hour apart", () => {
  const midnight = Date.parse("2026-03-02T18:30:00Z");
  const ticks = hourTicks(midnight + 7.2 * h, midnight + 11 * h, midnight);
  expect(ticks.map((one) => dayClock("Asia/Kolkata").minute(one))).toEqual(["08:00", "09:00", "10:00"]);
});

test("a young day is shown large, and no day before its midnight", () => {
  const at = (time: string): number => Date.parse(`2026-11-23T${time}:00Z`);
  const begin = (first: string, now: string): string =>
    new Date(beginOfLanes(at(first), at(now), at("00:00"))).toISOString().slice(11, 16);
  expect(begin("20:11", "20:13")).toBe("20:05");
  expect(begin("20:11", "21:00")).toBe("20:00");
  expect(begin("08:20", "17:00")).toBe("08:00");
  expect(begin("00:05", "17:00")).toBe("00:00");
});

test.each([
  ["tenant acme had 6 moves", "Tenant acme had 6 moves."],
  ["Someone has been on break for long.", "Someone has been on break for long."],
  ["1 of 9 (11 %) came within 5 min", "1 of 9 (11\u00a0%) came within 5\u00a0min."],
  ["", ""],
])("an alert's words %j stand as %j", (words, sentence) => {
  expect(asSentence(words)).toBe(sentence);
});
