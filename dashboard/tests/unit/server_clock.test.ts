import { expect, test } from "vitest";
import { ServerClock } from "../../src/live/server_clock.ts";

test("before the first sample both clocks count as equal", () => {
  expect(new ServerClock().offset).toBe(0);
});

test("of the last samples the least delayed one is believed", () => {
  const clock = new ServerClock();
  for (const delay of [300, 20, 800, 90]) clock.observe(10_000 + 5000, 10_000 + delay);
  expect(clock.offset).toBe(4980);
});

test("a drift is followed within half a minute", () => {
  const clock = new ServerClock();
  clock.observe(1000, 0);
  for (let i = 0; i < 30; ++i) clock.observe(900 + i, i);
  expect(clock.offset).toBe(900);
});

test("a clock that was set is followed at once", () => {
  const clock = new ServerClock();
  for (let i = 0; i < 10; ++i) clock.observe(i, i);
  clock.observe(0, 3600_000);
  expect(clock.offset).toBe(-3600_000);
});

test("a time that is none is not taken", () => {
  const clock = new ServerClock();
  clock.observe(NaN, 5);
  expect(clock.offset).toBe(0);
});
