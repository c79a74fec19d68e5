// The shapes of states, drawn in a box of 16 by 16. Pure.
import type { Shape } from "./state_looks.ts";

export const shapePaths: Record<Shape, string> = {
  circle: "M8 2.2a5.8 5.8 0 1 0 0 11.6a5.8 5.8 0 1 0 0-11.6z",
  square: "M2.8 2.8h10.4v10.4H2.8z",
  diamond: "M8 1.2L14.8 8L8 14.8L1.2 8z",
  triangle: "M8 1.8L15 14H1z",
  ring: "M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12zM8 5a3 3 0 1 1 0 6a3 3 0 1 1 0-6z",
  pentagon: "M8 1.6l6.5 4.7l-2.5 7.6H4L1.5 6.3z",
  hexagon: "M4.4 2.2h7.2L15 8l-3.4 5.8H4.4L1 8z",
  bar: "M1.5 5h13v6h-13z",
  cross: "M5.8 1.8h4.4v4h4v4.4h-4v4H5.8v-4h-4V5.8h4z",
  drop: "M8 1C9.8 4.4 13 6.9 13 10a5 5 0 0 1-10 0C3 6.9 6.2 4.4 8 1z",
};
