import { expect, test } from "vitest";
import { notObserved } from "../../src/floor/working_day.ts";
import { share } from "../../src/look/numbers.ts";

test("what was not observed is a share of the day so far", () => {
  expect(notObserved({ today: { available: 3000, busy: 600 }, unobserved: 400 })).toBeCloseTo(0.1);
  expect(notObserved({ today: {}, unobserved: 0 })).toBeNull();
});

test("a share is shown in whole percent, and only all of it as 100 %", () => {
  expect([share(0), share(0.834), share(0.999), share(1), share(null)]).toEqual(["0 %", "83 %", "99 %", "100 %", "–"]);
});
