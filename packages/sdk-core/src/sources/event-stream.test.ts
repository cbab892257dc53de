/** The stream parser against the standard's own cases, and against another parser under any cut. */

import * as fc from "fast-check";
import { createParser } from "eventsource-parser";
import { expect, test } from "vitest";
import { openEventStreamParser, type StreamMessage } from "./event-stream.ts";

const MAX = 10_000;
const read = (...chunks: string[]): readonly StreamMessage[] => {
  const parser = openEventStreamParser(MAX);
  return chunks.flatMap((chunk) => parser.push(chunk));
};
const message = (data: string, event = "message", id = ""): StreamMessage => ({ event, data, id });

test.each<[string, string[], StreamMessage[]]>([
  ["one event", ["data: a\n\n"], [message("a")]],
  [
    "named, with an id that stays",
    ["event: patch\nid: e:1\ndata: {}\n\ndata: b\n\n"],
    [message("{}", "patch", "e:1"), message("b", "message", "e:1")],
  ],
  ["several data lines", ["data: a\ndata:b\ndata\n\n"], [message("a\nb\n")]],
  ["only the first space is cut", ["data:  a\n\n"], [message(" a")]],
  ["CR, LF and CRLF", ["data: a\r\rdata: b\n\ndata: c\r\n\r\n"], [message("a"), message("b"), message("c")]],
  ["CRLF cut in two", ["data: a\r", "\ndata: b\r", "\n\r", "\n"], [message("a\nb")]],
  ["a byte order mark, once", ["\uFEFFdata: a\n\n\uFEFFdata: b\n\n"], [message("a")]],
  ["comments and unknown fields", [": heartbeat\n\ncolour: red\ndata: a\n:x\n\n"], [message("a")]],
  ["an event without data is none", ["event: hello\n\ndata: a\n\n"], [message("a")]],
  ["an id with NUL is ignored", ["id: a\0b\ndata: a\n\n"], [message("a")]],
  ["unfinished at the end", ["data: a\n\ndata: b\n"], [message("a")]],
  ["cut between characters", "event: patch\ndata: ab\n\n".split(""), [message("ab", "patch")]],
  ["U+2028 ends no line", ["data: a\u2028b\n\n"], [message("a\u2028b")]],
  ["nothing", ["", "\n", ""], []],
])("%s", (_name, chunks, expected) => {
  expect(read(...chunks)).toEqual(expected);
});

test("retry: digits only, the last counts", () => {
  const parser = openEventStreamParser(MAX);
  expect(parser.retryMs).toBeUndefined();
  parser.push("retry: 500\nretry: -1\nretry: soon\n\n");
  expect(parser.retryMs).toBe(500);
});

test("an event that never ends is refused, in one line or in many; heartbeats are not counted", () => {
  expect(() => read("data: ", "x".repeat(MAX))).toThrow(RangeError);
  expect(() => read("data: x\n".repeat(MAX))).toThrow(RangeError);
  expect(() => read(": ", "x".repeat(MAX + 1))).toThrow(RangeError);
  expect(read(": heartbeat\n".repeat(MAX), "data: a\n\n")).toEqual([message("a")]);
});

const line = fc.oneof(
  fc.constantFrom(
    "",
    "data",
    "data:",
    ":",
    ": beat",
    "id: 7",
    "id",
    "event: patch",
    "event",
    "retry: 12",
    "data: \u{1F600}",
    "no field",
  ),
  fc.string({ maxLength: 12 }).map((text) => `data: ${text}`),
  fc.string({ unit: "binary", maxLength: 12 }),
);
const stream = fc
  .array(fc.tuple(line, fc.constantFrom("\n", "\r\n", "\r")), { maxLength: 30 })
  .map((lines) => lines.flat().join(""));

test("any stream, cut anywhere, reads as one piece does, and as eventsource-parser reads it", () => {
  fc.assert(
    fc.property(stream, fc.array(fc.nat(400), { maxLength: 12 }), (text, cuts) => {
      const whole = read(text);
      const points = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b), text.length];
      const pieces = points.slice(1).map((to, index) => text.slice(points[index], to));
      expect(read(...pieces)).toEqual(whole);
      expect(whole.map(({ event, data }) => ({ event, data }))).toEqual(readElsewhere(text));
    }),
    { numRuns: 1_000, seed: 20_261_124 },
  );
});

/** The oracle; it trims one leading mark as we do, and names no event where the stream names none. */
function readElsewhere(text: string): { event: string; data: string }[] {
  const found: { event: string; data: string }[] = [];
  const parser = createParser({ onEvent: ({ event, data }) => found.push({ event: event || "message", data }) });
  parser.feed(text);
  // It waits whether a final CR is half of a CRLF; for us the line has ended.
  parser.feed(text.endsWith("\r") ? "\n" : "");
  return found;
}
