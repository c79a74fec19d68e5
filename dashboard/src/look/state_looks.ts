// Which colour and which shape a state has. States are whatever the tenant's matrix says. Pure.

/** Colours by class of the stylesheet; tested to be apart for colour-blind people in both themes. */
export const tones = ["green", "blue", "amber", "rose", "grey", "sky", "violet", "olive", "brick", "teal"] as const;
export type Tone = (typeof tones)[number];

export const shapes = [
  "circle",
  "square",
  "diamond",
  "triangle",
  "ring",
  "pentagon",
  "hexagon",
  "bar",
  "cross",
  "drop",
] as const;
export type Shape = (typeof shapes)[number];

export interface StateLook {
  tone: Tone;
  shape: Shape;
}

const unknown: StateLook = { tone: "grey", shape: "ring" };

const fixed = new Map<string, StateLook>([
  ["available", { tone: "green", shape: "circle" }],
  ["busy", { tone: "blue", shape: "square" }],
  ["wrapup", { tone: "amber", shape: "diamond" }],
  ["break", { tone: "rose", shape: "triangle" }],
  ["offline", { tone: "grey", shape: "ring" }],
]);

/** Other names under which platforms know the five. */
const sameAs = new Map<string, string>([
  ["ready", "available"],
  ["idle", "available"],
  ["oncontact", "busy"],
  ["oncall", "busy"],
  ["incall", "busy"],
  ["talking", "busy"],
  ["aftercallwork", "wrapup"],
  ["aftercall", "wrapup"],
  ["acw", "wrapup"],
  ["wrap", "wrapup"],
  ["onbreak", "break"],
  ["lunch", "break"],
  ["pause", "break"],
  ["paused", "break"],
  ["loggedout", "offline"],
  ["loggedoff", "offline"],
  ["signedout", "offline"],
]);

const free: StateLook[] = [
  { tone: "sky", shape: "hexagon" },
  { tone: "violet", shape: "pentagon" },
  { tone: "olive", shape: "bar" },
  { tone: "brick", shape: "cross" },
  { tone: "teal", shape: "drop" },
  { tone: "sky", shape: "bar" },
  { tone: "violet", shape: "cross" },
  { tone: "olive", shape: "pentagon" },
  { tone: "brick", shape: "hexagon" },
  { tone: "teal", shape: "square" },
  { tone: "sky", shape: "triangle" },
  { tone: "violet", shape: "diamond" },
  { tone: "olive", shape: "circle" },
  { tone: "brick", shape: "square" },
  { tone: "teal", shape: "triangle" },
];

export function plainName(state: string): string {
  return state.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}

/** "available", "busy", "wrapup", "break" or "offline" for one of their names; null for every other state. */
export function wellKnown(state: string): string | null {
  const plain = plainName(state);
  return fixed.has(plain) ? plain : (sameAs.get(plain) ?? null);
}

/**
 * The well-known states in the order of a working day, then the others as they came, and offline last: a configuration
 * file's order does not survive its reading.
 */
export function inOrderOfDay(states: readonly string[]): string[] {
  const known = [...fixed.keys()];
  const others = known.indexOf("offline") - 0.5;
  const place = (state: string): number => {
    const name = wellKnown(state);
    return name === null ? others : known.indexOf(name);
  };
  return [...states].sort((a, b) => place(a) - place(b));
}

/** FNV-1a: the same for the same name in every browser. */
export function nameHash(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; ++i) {
    hash ^= name.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** Nobody works in this state, so how long an agent has been in it is of less interest. */
export function isOffline(state: string): boolean {
  return wellKnown(state) === "offline";
}

/**
 * Looks for the states of one tenant. A well-known name has its fixed look, and the first of two names for the same
 * thing gets it; any other begins at the place its hash says and takes the next whose shape is free. Since the states
 * are taken in the matrix's order, the same matrix always looks the same. Past the end of the list looks repeat: the
 * text still tells.
 */
export function looksFor(states: readonly string[]): (state: string) => StateLook {
  const looks = new Map<string, StateLook>();
  const taken = new Set<StateLook>();
  const assign = (state: string): StateLook => {
    const known = looks.get(state);
    if (known) return known;
    const well = fixed.get(wellKnown(state) ?? "");
    if (state === "") {
      looks.set(state, unknown);
      return unknown;
    }
    if (well && !taken.has(well)) {
      taken.add(well);
      looks.set(state, well);
      return well;
    }
    const begin = nameHash(state) % free.length;
    const inTurn = free.map((_, step) => free[(begin + step) % free.length]!);
    const others = [...taken];
    // A shape of its own if there is one left, since some people see no colours; else another pair of shape and colour.
    const look =
      inTurn.find((one) => !others.some((other) => other.shape === one.shape)) ??
      inTurn.find((one) => !taken.has(one)) ??
      inTurn[0]!;
    taken.add(look);
    // Reported names that no matrix lists may be any number; those are not remembered beyond a bound.
    if (looks.size < 256) looks.set(state, look);
    return look;
  };
  // The well-known first, so that a synonym never takes a fixed look from the name itself.
  for (const state of states) if (fixed.has(plainName(state))) assign(state);
  states.forEach(assign);
  return assign;
}
