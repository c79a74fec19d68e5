// What each key does. Pure: a press in, a command out.

export type Command =
  | "help"
  | "search"
  | "floor"
  | "alerts"
  | "metrics"
  | "wall"
  | "theme"
  | "sort"
  | "reverse"
  | "clear"
  | "back"
  | { state: number };

export interface Press {
  key: string;
  modified: boolean;
  /** The press goes into a field where text is written. */
  writing: boolean;
}

export interface Binding {
  keys: string;
  meaning: string;
}

/** The list that the help shows; `?` and Escape stay when single keys are switched off. */
export const bindings: readonly { title: string; keys: readonly Binding[] }[] = [
  {
    title: "Anywhere",
    keys: [
      { keys: "?", meaning: "this list" },
      { keys: "g then f", meaning: "the floor" },
      { keys: "g then a", meaning: "alerts" },
      { keys: "g then m", meaning: "metrics" },
      { keys: "w", meaning: "large screen, and back" },
      { keys: "t", meaning: "light, dark, or as the system" },
      { keys: "Esc", meaning: "close, or one step back" },
    ],
  },
  {
    title: "On the floor",
    keys: [
      { keys: "/", meaning: "search for an agent" },
      { keys: "1 … 9", meaning: "only the first … ninth state; again: all" },
      { keys: "s", meaning: "sort by the next column" },
      { keys: "r", meaning: "reverse the order" },
      { keys: "x", meaning: "clear search and filters" },
    ],
  },
  {
    title: "In the table",
    keys: [
      { keys: "↑ ↓ or k j", meaning: "one agent up or down" },
      { keys: "Page ↑ ↓", meaning: "one screen up or down" },
      { keys: "Home End", meaning: "first or last agent" },
      { keys: "Enter", meaning: "open the agent" },
    ],
  },
];

const plain = new Map<string, Command>([
  ["/", "search"],
  ["w", "wall"],
  ["t", "theme"],
  ["s", "sort"],
  ["r", "reverse"],
  ["x", "clear"],
]);

const afterG = new Map<string, Command>([
  ["f", "floor"],
  ["a", "alerts"],
  ["m", "metrics"],
]);

export class KeyReader {
  #waiting = false;

  /** `singleKeys` false: only keys that can't be pressed by accident (speech input presses letters). */
  read(press: Press, singleKeys: boolean): Command | null {
    const waited = this.#waiting;
    this.#waiting = false;
    if (press.modified) return null;
    if (press.key === "Escape") return "back";
    if (press.writing) return null;
    if (press.key === "?") return "help";
    if (!singleKeys) return null;
    if (waited) return afterG.get(press.key) ?? null;
    if (press.key === "g") {
      this.#waiting = true;
      return null;
    }
    if (/^[1-9]$/.test(press.key)) return { state: Number(press.key) - 1 };
    return plain.get(press.key) ?? null;
  }
}
