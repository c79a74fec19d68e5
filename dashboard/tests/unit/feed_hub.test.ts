import { beforeEach, expect, test } from "vitest";
import { FeedHub } from "../../src/live/feed_hub.ts";
import type { FeedWorld } from "../../src/live/tenant_feed.ts";
import type { HubUpdate, Port, ToHub } from "../../src/live/hub_messages.ts";
import { ScriptedWorld, eventText, metricsText, snapshotText, transitionText } from "./scripted_world.ts";
import { status } from "./agent_statuses.ts";

let world: ScriptedWorld;
let hub: FeedHub;
let deaths: Map<string, () => void>;

/** A tab that takes what it gets, unless it is told to be slow. */
class Tab {
  readonly got: HubUpdate[] = [];
  slow = false;
  readonly port: Port<HubUpdate, ToHub> = {
    send: (update) => {
      this.got.push(structuredClone(update));
      if (!this.slow) queueMicrotask(() => this.say({ kind: "taken" }));
    },
    onMessage: null,
    onClosed: null,
    close: () => undefined,
  };

  constructor(tenant: string | null = "acme", lockName: string | null = null) {
    hub.add(this.port);
    this.say({ kind: "follow", tenant });
    if (lockName !== null) this.say({ kind: "holds", lockName });
  }

  say(message: ToHub): void {
    this.port.onMessage?.(message);
  }

  get rows(): string[] {
    return this.got.flatMap((one) => one.rows.map((agent) => `${agent.agentId} ${agent.state}`));
  }

  /** Forgets what came so far. */
  clear(): void {
    this.got.length = 0;
  }
}

beforeEach(() => {
  world = new ScriptedWorld();
  deaths = new Map();
  hub = new FeedHub(world as FeedWorld, (name, gone) => deaths.set(name, gone));
});

test("two tabs share one stream, and the second gets what the first one has heard", async () => {
  const first = new Tab();
  await world.answer().say(snapshotText("e1-1", ["a", "b"]) + metricsText("e1-1"));
  const second = new Tab();
  await world.pass(200);
  expect(world.asked).toHaveLength(1);
  for (const tab of [first, second]) {
    expect(tab.rows).toEqual(["a available", "b available"]);
    expect(tab.got.filter((one) => one.begins)).toHaveLength(1);
    expect(tab.got.filter((one) => one.completes)).toHaveLength(1);
  }
  expect(second.got.find((one) => one.ring)?.ring?.times.length).toBe(1);
});

test("many changes of one agent between two updates are sent as its newest state", async () => {
  const tab = new Tab();
  await world.answer().say(snapshotText("e1-1", ["a", "b"]));
  await world.pass(200);
  tab.clear();
  for (const state of ["busy", "wrap-up", "break"]) await world.last.say(transitionText("e1-2", "a", state));
  await world.pass(100);
  expect(tab.rows).toEqual(["a break"]);
});

test("a tab that takes nothing costs no queue: it gets two updates, and later the newest of each row", async () => {
  const tab = new Tab();
  await world.answer().say(snapshotText("e1-1", ["a", "b"]));
  await world.pass(200);
  tab.clear();
  tab.slow = true;
  for (let i = 0; i < 200; ++i) {
    await world.last.say(transitionText(`e1-${i + 2}`, i % 2 ? "a" : "b", `state ${i}`));
    await world.pass(40);
    if (i % 20 === 0) await world.last.say(metricsText("e1-2"));
  }
  expect(tab.got.length).toBe(2);
  tab.clear();
  tab.slow = false;
  tab.say({ kind: "taken" });
  tab.say({ kind: "taken" });
  await world.pass(200);
  expect(tab.rows).toEqual(["b state 198", "a state 199"]);
});

test("a hidden tab is told once a second, and at once when it is looked at", async () => {
  const tab = new Tab();
  await world.answer().say(snapshotText("e1-1", ["a", "b"]));
  await world.pass(200);
  tab.say({ kind: "visible", visible: false });
  tab.clear();
  for (let i = 0; i < 20; ++i) {
    await world.last.say(transitionText(`e1-${i}`, "a", `state ${i}`));
    await world.pass(100);
  }
  expect(tab.got.length).toBeLessThanOrEqual(3);
  tab.clear();
  await world.last.say(transitionText("e1-99", "a", "busy"));
  tab.say({ kind: "visible", visible: true });
  expect(tab.rows).toEqual(["a busy"]);
});

test("a large floor comes in parts, and is complete only with the last", async () => {
  const tab = new Tab();
  await world.answer().say(
    snapshotText(
      "e1-1",
      Array.from({ length: 4000 }, (_, i) => `a${i}`),
    ),
  );
  await world.pass(500);
  const parts = tab.got.filter((one) => one.rows.length > 0);
  expect(parts.map((one) => one.rows.length)).toEqual([1500, 1500, 1000]);
  expect(parts.map((one) => [one.begins, one.completes])).toEqual([
    [true, false],
    [false, false],
    [false, true],
  ]);
});

test("who has gone is told, and who came back in between is not", async () => {
  const tab = new Tab();
  await world.answer().say(snapshotText("e1-1", ["a", "b"]));
  await world.pass(200);
  tab.clear();
  await world.last.say(
    eventText("agent", "e1-2", { gone: "a" }) +
      eventText("agent", "e1-3", { gone: "b" }) +
      eventText("agent", "e1-4", { agent: status({ agentId: "b" }) }),
  );
  await world.pass(100);
  expect(tab.got.flatMap((one) => one.gone)).toEqual(["a"]);
  expect(tab.rows).toEqual(["b available"]);
});

test("the transitions of a watched agent come one by one, of others not", async () => {
  const tab = new Tab();
  await world.answer().say(snapshotText("e1-1", ["a", "b"]));
  await world.pass(200);
  tab.say({ kind: "watch", agentId: "a" });
  tab.clear();
  for (const [id, agent] of [
    ["e1-2", "a"],
    ["e1-3", "b"],
    ["e1-4", "a"],
  ] as const)
    await world.last.say(transitionText(id, agent, "busy"));
  await world.pass(100);
  expect(tab.got.flatMap((one) => one.transitions.map((each) => each.sequence))).toEqual([2, 4]);
  expect(tab.got.some((one) => one.missed)).toBe(false);
  await world.last.say(eventText("conflated", "e1-4", { conflated: 3 }));
  await world.pass(1500);
  expect(tab.got.some((one) => one.missed)).toBe(true);
  expect(tab.got.at(-1)!.merged).toBe(3);
});

test("a lost connection is told at once, to a slow tab too", async () => {
  const tab = new Tab();
  await world.answer().say(snapshotText("e1-1", ["a"]));
  await world.pass(200);
  tab.slow = true;
  for (let i = 0; i < 5; ++i) {
    await world.last.say(metricsText("e1-1"));
    await world.pass(100);
  }
  await world.last.end();
  expect(tab.got.at(-1)!.link.phase).toBe("lost");
});

test("the hub speaks at least once a second", async () => {
  const tab = new Tab();
  await world.pass(200);
  tab.clear();
  await world.pass(5000);
  expect(tab.got.length).toBeGreaterThanOrEqual(4);
});

test("the last tab to leave a tenant ends its stream; a tab that died leaves too", async () => {
  const staying = new Tab();
  const dying = new Tab("globex", "lock-1");
  expect(hub.feeds).toBe(2);
  deaths.get("lock-1")!();
  expect(hub.feeds).toBe(1);
  staying.say({ kind: "follow", tenant: "globex" });
  expect(hub.feeds).toBe(1);
  staying.say({ kind: "leave" });
  expect(hub.feeds).toBe(0);
  expect(world.asked.every((one) => one.signal.aborted)).toBe(true);
  expect(dying.got.at(-1)?.tenant).toBe("globex");
});

test("a page that the browser kept and shows again is a client again", async () => {
  const tab = new Tab();
  await world.answer().say(snapshotText("e1-1", ["a"]));
  tab.say({ kind: "leave" });
  tab.clear();
  tab.say({ kind: "follow", tenant: "acme" });
  await world.settle();
  await world.answer().say(snapshotText("e1-5", ["a", "b"]));
  await world.pass(100);
  expect(tab.rows).toEqual(["a available", "b available"]);
});

test("a page that comes back is as quick as before, though it left with an update to come", async () => {
  const tab = new Tab();
  await world.answer().say(snapshotText("e1-1", ["a"]));
  await world.pass(200);
  await world.last.say(transitionText("e1-2", "a", "busy"));
  await world.last.say(transitionText("e1-3", "a", "break"));
  tab.say({ kind: "leave" });
  tab.say({ kind: "follow", tenant: "acme" });
  await world.settle();
  await world.answer().say(snapshotText("e1-5", ["a"]));
  await world.pass(100);
  tab.clear();
  await world.last.say(transitionText("e1-6", "a", "busy"));
  await world.pass(100);
  expect(tab.rows).toEqual(["a busy"]);
});

test("a tenant that is refused is emptied in every tab", async () => {
  const tabs = [new Tab(), new Tab()];
  await world.answer().say(snapshotText("e1-1", ["a"]));
  await world.last.end();
  await world.pass(1000);
  await world.reject(404, { detail: "There is no such tenant." });
  for (const tab of tabs) expect(tab.got.at(-1)!.link.phase).toBe("refused");
  await world.pass(3000);
  expect(tabs[0]!.got.at(-1)!.rows).toEqual([]);
});

test("signing out empties every tab", async () => {
  const tabs = [new Tab(), new Tab()];
  await world.answer().say(snapshotText("e1-1", ["a"]));
  await world.pass(200);
  tabs[0]!.say({ kind: "signOut" });
  for (const tab of tabs) {
    expect(tab.got.at(-1)!.link.phase).toBe("signedOut");
    tab.clear();
  }
  await world.pass(3000);
  expect(tabs.flatMap((tab) => tab.rows)).toEqual([]);
});
