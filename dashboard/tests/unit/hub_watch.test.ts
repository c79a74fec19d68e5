import { expect, test } from "vitest";
import { HubWatch, deadAfterMs, lookEveryMs, neverStartedAfterMs, silentAfterMs } from "../../src/live/hub_watch.ts";

/** A hub that has spoken at `now`. */
function heardAt(now: number): HubWatch {
  const watch = new HubWatch(now);
  watch.heard(now);
  return watch;
}

/** Looks as the page does, until `to`; gives what was seen last. */
function looks(watch: HubWatch, from: number, to: number): string {
  let seen = "";
  for (let now = from; now <= to; now += lookEveryMs) seen = watch.look(now);
  return seen;
}

test("a hub that is not heard any more is silent within three seconds, and dead only much later", () => {
  const watch = heardAt(0);
  expect(looks(watch, 0, silentAfterMs)).toBe("speaks");
  expect(looks(watch, silentAfterMs, 2999)).toBe("silent");
  expect(looks(watch, 3000, deadAfterMs)).toBe("silent");
  expect(looks(watch, deadAfterMs, deadAfterMs + lookEveryMs)).toBe("dead");
});

test("a hub that never spoke has never started", () => {
  const watch = new HubWatch(0);
  expect(looks(watch, 0, neverStartedAfterMs)).toBe("silent");
  expect(looks(watch, neverStartedAfterMs, neverStartedAfterMs + lookEveryMs)).toBe("dead");
});

test("a computer that wakes up shows old data as old at once, and gives the hub time to speak", () => {
  const watch = heardAt(0);
  looks(watch, 0, 900);
  const hour = 3600_000;
  expect(watch.look(hour)).toBe("silent");
  expect(looks(watch, hour + lookEveryMs, hour + 3000)).toBe("silent");
  watch.heard(hour + 3100);
  expect(looks(watch, hour + 3300, hour + 3900)).toBe("speaks");
});

test("a hub that did not wake up with the computer is dead all the same", () => {
  const watch = heardAt(0);
  const hour = 3600_000;
  watch.look(hour);
  expect(looks(watch, hour + lookEveryMs, hour + deadAfterMs + 2 * lookEveryMs)).toBe("dead");
});

test("a clock that is set back neither kills a hub nor hides its silence", () => {
  const watch = heardAt(3600_000);
  expect(watch.look(0)).toBe("speaks");
  expect(looks(watch, lookEveryMs, silentAfterMs + lookEveryMs)).toBe("silent");
});
