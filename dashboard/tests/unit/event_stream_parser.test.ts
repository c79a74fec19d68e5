import { expect, test } from "vitest";
import { eventStreamParser } from "../../src/live/event_stream_parser.ts";

const stream = 'id: e1-7\nevent: metrics\ndata: {"a":1}\n\n: alive\n\ndata: one\ndata: two\n\n';
const events = [
  { type: "metrics", data: '{"a":1}', id: "e1-7" },
  { type: "message", data: "one\ntwo", id: "e1-7" },
];

test("a stream cut anywhere gives the same events", () => {
  for (let cut = 0; cut <= stream.length; ++cut) {
    const parser = eventStreamParser();
    expect([...parser.push(stream.slice(0, cut)), ...parser.push(stream.slice(cut))]).toEqual(events);
  }
});

test("a stream that comes letter by letter gives the same events, whatever ends its lines", () => {
  for (const end of ["\n", "\r\n", "\r"]) {
    const parser = eventStreamParser();
    const got = [...stream.replaceAll("\n", end)].flatMap((letter) => parser.push(letter));
    expect(got).toEqual(events);
  }
});

test("an event without data is none, and its type does not stick to the next", () => {
  expect(eventStreamParser().push("event: alert\n\ndata: x\n\n")).toEqual([{ type: "message", data: "x", id: "" }]);
});

test("one space after the colon belongs to the syntax, a second to the data", () => {
  expect(
    eventStreamParser()
      .push("data:  x\n\ndata:y\n\n")
      .map((one) => one.data),
  ).toEqual([" x", "y"]);
});

test("a field without a colon has an empty value, an unknown field is ignored", () => {
  expect(eventStreamParser().push("data\nfoo: bar\n\n")).toEqual([{ type: "message", data: "", id: "" }]);
});

test("the id goes on until another one is named, and one with a zero character is not taken", () => {
  const got = eventStreamParser("e1-1").push("data: a\n\nid: e1-2\ndata: b\n\nid: bad\0\ndata: c\n\n");
  expect(got.map((one) => one.id)).toEqual(["e1-1", "e1-2", "e1-2"]);
});

test("a byte order mark at the beginning is skipped", () => {
  expect(eventStreamParser().push("\uFEFFdata: x\n\n")).toHaveLength(1);
});

test("the server's retry is remembered, one that is no number is not", () => {
  const parser = eventStreamParser();
  parser.push("retry: 2500\n\nretry: soon\n\n");
  expect(parser.retryMs).toBe(2500);
});

test("ten thousand events in one piece are read in little time", () => {
  const text = 'event: transition\ndata: {"agent":"0123456789"}\n\n'.repeat(10_000);
  const begin = performance.now();
  expect(eventStreamParser().push(text)).toHaveLength(10_000);
  // Quadratic work would take minutes; the bound leaves room for a busy machine.
  expect(performance.now() - begin).toBeLessThan(2000);
});
