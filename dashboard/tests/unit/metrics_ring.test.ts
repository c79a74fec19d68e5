import { expect, test } from "vitest";
import type { MetricsEvent, SystemMetrics } from "../../src/live/api_types.ts";
import { MetricsRing, ringSeconds } from "../../src/floor/metrics_ring.ts";
import { sparkPath } from "../../src/look/spark_path.ts";

function sample(second: number, perSecond = second, accuracyRate: number | null = 99): MetricsEvent {
  const metrics = { accuracyRate, activeAgents: 5, latencyMs: { p50: 1, p90: 2, p99: 3, max: 4 } } as SystemMetrics;
  return {
    serverTime: new Date(second * 1000).toISOString(),
    condition: "running",
    metrics,
    perSecond,
    staleAgents: 0,
  };
}

test("an hour is kept, and not a second more", () => {
  const ring = new MetricsRing();
  for (let i = 0; i < ringSeconds + 500; ++i) ring.push(sample(i));
  const { times, values } = ring.copy();
  expect(times.length).toBe(ringSeconds);
  expect([times[0], times.at(-1)]).toEqual([500, ringSeconds + 499]);
  expect([...values.perSecond]).toEqual([...times]);
});

test("the last seconds can be had alone, across the ring's seam too", () => {
  const ring = new MetricsRing();
  for (let i = 0; i < ringSeconds + 3; ++i) ring.push(sample(i));
  expect([...ring.copy(4).times]).toEqual([-5, -4, -3, -2, -1].map((back) => ringSeconds + 3 + back));
});

test("a ring that took over another's samples goes on from there", () => {
  const first = new MetricsRing();
  for (let i = 0; i < 10; ++i) first.push(sample(i));
  const second = new MetricsRing();
  second.load(first.copy());
  second.push(sample(10));
  expect(second.copy().times.length).toBe(11);
});

test("an interruption is one gap, however long", () => {
  const ring = new MetricsRing();
  ring.interrupt(1000);
  ring.push(sample(1));
  ring.interrupt(2000);
  ring.interrupt(3000);
  ring.push(sample(9));
  expect([...ring.copy().values.perSecond]).toEqual([1, NaN, 9]);
});

test("a clock set back begins anew instead of folding the lines", () => {
  const ring = new MetricsRing();
  ring.push(sample(100));
  ring.push(sample(50));
  expect([...ring.copy().times]).toEqual([50]);
});

test("a word that comes late, or before the estimated time of a gap, costs itself and not the hour", () => {
  const ring = new MetricsRing();
  for (let i = 0; i < 10; ++i) ring.push(sample(i));
  ring.interrupt(10_900);
  ring.push(sample(10));
  ring.push(sample(12));
  expect([...ring.copy().times]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10.9, 12]);
});

test("what is not known is a gap", () => {
  const ring = new MetricsRing();
  ring.push(sample(1, 1, null));
  expect(ring.copy().values.accuracy[0]).toBeNaN();
});

test("a sparkline has at most a point a pixel, and lifts the pen at a gap", () => {
  const ring = new MetricsRing();
  for (let i = 0; i < 600; ++i) ring.push(sample(i, i % 7));
  ring.interrupt(600_000);
  ring.push(sample(601));
  const { times, values } = ring.copy();
  const path = sparkPath(times, values.perSecond, 600);
  expect(path.match(/[ML]/g)!.length).toBeLessThan(130);
  expect(path.match(/M/g)).toHaveLength(2);
  expect(sparkPath(times.subarray(0, 1), values.perSecond, 600)).toBe("");
});
