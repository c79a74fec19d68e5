// The stream's life against a scripted network and a clock that only the test moves.
import { beforeEach, expect, test } from "vitest";
import type { Change } from "../../src/live/floor_model.ts";
import { type FeedWorld, TenantFeed, giveUpMs, refusedEveryMs, silenceMs } from "../../src/live/tenant_feed.ts";
import { ScriptedWorld, metricsText, snapshotText, transitionText } from "./scripted_world.ts";

let world: ScriptedWorld;
let feed: TenantFeed;
let changes: Change[];

beforeEach(() => {
  world = new ScriptedWorld();
  changes = [];
  feed = new TenantFeed("acme", world as FeedWorld, {
    changed: (change) => changes.push(change),
    linkChanged: () => undefined,
  });
});

async function live(): Promise<void> {
  feed.start();
  await world.answer().say(snapshotText("e1-1", ["a", "b"]));
}

test("a feed is live with the first snapshot, not with the connection", async () => {
  feed.start();
  const stream = world.answer();
  await world.settle();
  expect(feed.link.phase).toBe("connecting");
  await stream.say(snapshotText("e1-1", ["a", "b"]));
  expect(feed.link).toMatchObject({ phase: "live", attempt: 0, epoch: "e1" });
  expect([...feed.model.agents.keys()]).toEqual(["a", "b"]);
});

test("silence is a lost connection within three seconds, and a word on it heals it", async () => {
  await live();
  await world.pass(silenceMs - 300);
  expect(feed.link.phase).toBe("live");
  await world.pass(500);
  expect(feed.link.phase).toBe("lost");
  expect(silenceMs + 500).toBeLessThan(3000);
  await world.last.say(metricsText("e1-1"));
  expect(feed.link.phase).toBe("live");
  expect(world.asked).toHaveLength(1);
});

test("longer silence gives the connection up and comes back with the last id", async () => {
  await live();
  await world.last.say(transitionText("e1-9", "a", "busy"));
  await world.pass(giveUpMs + 1500);
  expect(world.asked).toHaveLength(2);
  expect(world.asked[1]!.headers["Last-Event-ID"]).toBe("e1-9");
  await world.answer().say(transitionText("e1-10", "a", "break"));
  expect(feed.link).toMatchObject({ phase: "live", attempt: 0 });
  expect(feed.model.agents.get("a")!.state).toBe("break");
});

test("a comment alone is no sign that the rows are right again", async () => {
  await live();
  await world.last.end();
  await world.pass(1000);
  await world.answer().say(": alive\n\n");
  expect(feed.link.phase).toBe("lost");
});

test("a stream that ends is lost at once, and tried again after growing delays", async () => {
  await live();
  await world.last.end();
  expect(feed.link.phase).toBe("lost");
  const tries: number[] = [];
  for (let i = 0; i < 4; ++i) {
    const before = world.asked.length;
    while (world.asked.length === before) await world.pass(100);
    tries.push(world.now());
    await world.answer().fail();
  }
  const waits = tries.slice(1).map((at, i) => at - tries[i]!);
  expect(waits.every((wait, i) => i === 0 || wait > waits[i - 1]!)).toBe(true);
  expect(feed.link.attempt).toBe(5);
});

test("a snapshot replaces what was known", async () => {
  await live();
  await world.last.end();
  await world.pass(1000);
  await world.answer().say(snapshotText("e2-1", ["b", "c"]));
  expect([...feed.model.agents.keys()]).toEqual(["b", "c"]);
  expect(feed.link.epoch).toBe("e2");
});

test("401 ends the session: what was heard is forgotten, and nothing is tried until asked", async () => {
  await live();
  await world.last.end();
  await world.pass(1000);
  await world.reject(401);
  expect(feed.link.phase).toBe("signedOut");
  expect(feed.model.agents.size).toBe(0);
  const before = world.asked.length;
  await world.pass(60_000);
  expect(world.asked).toHaveLength(before);
  feed.retryNow(false);
  await world.answer().say(snapshotText("e1-3", ["a"]));
  expect(feed.link.phase).toBe("live");
  expect(world.asked.at(-1)!.headers["Last-Event-ID"]).toBeUndefined();
});

test("a tenant that is refused is forgotten, asked for now and then, and shown again when it is there", async () => {
  await live();
  await world.last.end();
  await world.pass(1000);
  await world.reject(404, { detail: "There is no such tenant." });
  expect(feed.link).toMatchObject({ phase: "refused", problem: "There is no such tenant." });
  expect(feed.model.agents.size).toBe(0);
  const before = world.asked.length;
  await world.pass(refusedEveryMs - 500);
  expect(world.asked).toHaveLength(before);
  await world.pass(1000);
  expect(world.asked).toHaveLength(before + 1);
  await world.reject(404, { detail: "There is no such tenant." });
  expect(feed.link.phase).toBe("refused");
  await world.pass(refusedEveryMs + 500);
  expect(world.asked.at(-1)!.headers["Last-Event-ID"]).toBeUndefined();
  await world.answer().say(snapshotText("e1-7", ["a"]));
  expect(feed.link.phase).toBe("live");
});

test("silence is noticed though the local clock was set back", async () => {
  await live();
  world.setClock(world.now() - 3600_000);
  await world.pass(silenceMs + 500);
  expect(feed.link.phase).toBe("lost");
  await world.pass(giveUpMs + 1500);
  expect(world.asked.length).toBeGreaterThan(1);
});

test("a busy server's Retry-After is waited for", async () => {
  feed.start();
  await world.reject(503, {}, { "Retry-After": "7" });
  await world.pass(6800);
  expect(world.asked).toHaveLength(1);
  await world.pass(400);
  expect(world.asked).toHaveLength(2);
});

test("a server that takes the connection and says nothing is given up", async () => {
  feed.start();
  await world.pass(giveUpMs + 2000);
  expect(world.asked.length).toBeGreaterThan(1);
  expect(feed.link.phase).toBe("connecting");
});

test("data that can't be read leads to a fresh snapshot", async () => {
  await live();
  await world.last.say("event: transition\nid: e1-5\ndata: {broken\n\n");
  expect(feed.link.phase).toBe("lost");
  await world.pass(1000);
  expect(world.asked[1]!.headers["Last-Event-ID"]).toBeUndefined();
});

test("events of unknown types are for newer pages and do no harm", async () => {
  await live();
  await world.last.say("event: weather\ndata: nice\n\n");
  expect(feed.link.phase).toBe("live");
  expect(changes.at(-1)).toEqual({ kind: "ignored" });
});

test("an attempt under way is begun anew only on request", async () => {
  feed.start();
  feed.retryNow(false);
  expect(world.asked).toHaveLength(1);
  feed.retryNow(true);
  expect(world.asked).toHaveLength(2);
  await world.answer().say(snapshotText("e1-1", ["a"]));
  feed.retryNow(true);
  expect(world.asked).toHaveLength(2);
  expect(feed.link.phase).toBe("live");
});

test("a stopped feed is silent for ever", async () => {
  await live();
  feed.stop();
  await world.pass(60_000);
  expect(world.asked).toHaveLength(1);
});
