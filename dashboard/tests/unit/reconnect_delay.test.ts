import { expect, test } from "vitest";
import { reconnectDelay, retryAfter } from "../../src/live/reconnect_delay.ts";

test("waits double from half a second up to five seconds", () => {
  expect([1, 2, 3, 4, 5, 50].map((attempt) => reconnectDelay(attempt, 0))).toEqual([500, 1000, 2000, 4000, 5000, 5000]);
});

test("chance adds up to half of it", () => {
  expect(reconnectDelay(1, 1)).toBe(750);
  expect(reconnectDelay(9, 1)).toBe(7500);
});

test("the server's Retry-After is a lower bound, and a bounded one", () => {
  expect(reconnectDelay(1, 0, 8000)).toBe(8000);
  expect(reconnectDelay(5, 0, 1000)).toBe(5000);
  expect(reconnectDelay(1, 0, 3600_000)).toBe(60_000);
});

test.each([
  [null, null],
  ["3", 3000],
  ["Tue, 03 Mar 2026 10:00:05 GMT", 5000],
  ["Tue, 03 Mar 2026 09:00:00 GMT", 0],
  ["soon", null],
])("Retry-After %s is %s ms", (header, wait) => {
  expect(retryAfter(header, Date.parse("2026-03-03T10:00:00Z"))).toBe(wait);
});
