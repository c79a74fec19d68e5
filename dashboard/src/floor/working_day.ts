// What follows from the engine's working figures. Pure.
import type { WorkingFigures } from "../live/api_types.ts";

/** The share of today in which nobody watched, 0 to 1; null: there was no time yet. */
export function notObserved(figures: Pick<WorkingFigures, "today" | "unobserved">): number | null {
  const observed = Object.values(figures.today).reduce((sum, seconds) => sum + seconds, 0);
  const all = observed + figures.unobserved;
  return all > 0 ? figures.unobserved / all : null;
}
