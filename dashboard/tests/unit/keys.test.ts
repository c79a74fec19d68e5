import { expect, test } from "vitest";
import { KeyReader, type Command } from "../../src/shell/key_bindings.ts";
import { gridWindow, scrollToShow } from "../../src/parts/grid_window.ts";

const press = (key: string, changes = {}) => ({ key, modified: false, writing: false, ...changes });
const read = (...keys: string[]): (Command | null)[] => {
  const reader = new KeyReader();
  return keys.map((key) => reader.read(press(key), true));
};

test.each<[string[], Command | null]>([
  [["?"], "help"],
  [["/"], "search"],
  [["w"], "wall"],
  [["t"], "theme"],
  [["s"], "sort"],
  [["r"], "reverse"],
  [["x"], "clear"],
  [["g", "f"], "floor"],
  [["g", "a"], "alerts"],
  [["g", "m"], "metrics"],
  [["g", "x"], null],
  [["a"], null],
  [["3"], { state: 2 }],
  [["0"], null],
  [["Escape"], "back"],
])("%s means %o", (keys, command) => {
  expect(read(...keys).at(-1)).toEqual(command);
});

test("g is forgotten after one other key", () => {
  expect(read("g", "x", "a")).toEqual([null, null, null]);
});

test("while somebody writes, only Escape means something", () => {
  const reader = new KeyReader();
  expect(["?", "w", "Escape"].map((key) => reader.read(press(key, { writing: true }), true))).toEqual([
    null,
    null,
    "back",
  ]);
});

test("keys with a modifier are the browser's", () => {
  expect(new KeyReader().read(press("r", { modified: true }), true)).toBeNull();
});

test("with single keys off the help and Escape remain", () => {
  const reader = new KeyReader();
  expect(["w", "1", "?", "Escape"].map((key) => reader.read(press(key), false))).toEqual([null, null, "help", "back"]);
});

test.each([
  [0, 320, 0, { first: 0, shown: 0 }],
  [0, 320, 3, { first: 0, shown: 3 }],
  [0, 320, 10_000, { first: 0, shown: 18 }],
  [32_000, 320, 10_000, { first: 996, shown: 18 }],
  [319_680, 320, 10_000, { first: 9986, shown: 14 }],
  // Scrolled further than a table that has become short.
  [319_680, 320, 5, { first: 4, shown: 1 }],
])("scrolled to %d with %d pixels of %d rows, the window is %o", (top, height, count, expected) => {
  expect(gridWindow(top, height, 32, count)).toEqual(expected);
});

test("scrolling goes just as far as is needed", () => {
  expect(scrollToShow(5, 0, 320, 32)).toBe(0);
  expect(scrollToShow(10, 0, 320, 32)).toBe(32);
  expect(scrollToShow(2, 320, 320, 32)).toBe(64);
});
