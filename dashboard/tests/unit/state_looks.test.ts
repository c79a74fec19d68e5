import { expect, test } from "vitest";
import { inOrderOfDay, isOffline, looksFor, shapes, tones } from "../../src/look/state_looks.ts";
import { shapePaths } from "../../src/look/shape_paths.ts";

test.each([
  ["available", "green", "circle"],
  ["busy", "blue", "square"],
  ["wrap-up", "amber", "diamond"],
  ["break", "rose", "triangle"],
  ["offline", "grey", "ring"],
  ["After Call Work", "amber", "diamond"],
  ["ON_BREAK", "rose", "triangle"],
  ["Logged Out", "grey", "ring"],
])("the well-known %s is %s and a %s wherever it stands", (state, tone, shape) => {
  expect(looksFor(["training", state, "meeting"])(state)).toEqual({ tone, shape });
});

test("the same matrix always looks the same, and no two states of it alike", () => {
  const states = [
    "available",
    "busy",
    "Ready",
    "training",
    "meeting",
    "coaching",
    "email",
    "system down",
    "callback",
    "escalation",
    "lunch",
    "break",
  ];
  const first = states.map(looksFor(states));
  expect(states.map(looksFor(states))).toEqual(first);
  expect(new Set(first.map((look) => `${look.tone} ${look.shape}`)).size).toBe(states.length);
});

test("as long as there are shapes left, no two states share one", () => {
  const states = [
    "available",
    "busy",
    "wrap-up",
    "break",
    "offline",
    "training",
    "meeting",
    "coaching",
    "email",
    "callback",
  ];
  expect(new Set(states.map(looksFor(states)).map((look) => look.shape)).size).toBe(states.length);
});

test("the name itself has the fixed look, and a synonym beside it another one", () => {
  const look = looksFor(["ready", "available"]);
  expect(look("available")).toEqual({ tone: "green", shape: "circle" });
  expect(look("ready")).not.toEqual(look("available"));
});

test("names out of an object's insides are names like others", () => {
  for (const state of ["constructor", "__proto__", "toString"]) expect(tones).toContain(looksFor([state])(state).tone);
});

test("a thousand hostile states get looks without growing anything", () => {
  const look = looksFor(["available"]);
  for (let i = 0; i < 1000; ++i) expect(shapes).toContain(look(`state ${i}`).shape);
});

test("every shape can be drawn", () => {
  for (const shape of shapes) expect(shapePaths[shape]).toMatch(/^M.*z$/);
});

test("who is away is known by name", () => {
  expect(["offline", "Logged off", "busy", ""].map(isOffline)).toEqual([true, true, false, false]);
});

test.each([
  [
    ["available", "break", "busy", "wrap-up"],
    ["available", "busy", "wrap-up", "break"],
  ],
  [
    ["Logged Out", "Training", "On Call", "Coaching", "Ready"],
    ["Ready", "On Call", "Training", "Coaching", "Logged Out"],
  ],
])("the states %j stand in the order of a working day", (states, ordered) => {
  expect(inOrderOfDay(states)).toEqual(ordered);
});
