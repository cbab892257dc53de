/** What is read of OTLP's JSON, and what of it is refused: one record by its place, a body that is none as a whole. */

import * as conventions from "@opentelemetry/semantic-conventions/incubating";
import { expect, test } from "vitest";
import { NAMES, readAttributes } from "./attributes.ts";
import { OTLP_LIMITS } from "./limits.ts";
import { readLogs, readSpans } from "./read-records.ts";
import { attributesOf, logAt, logsOf, spanId, spanOf, STARTED_AT, TRACE_ID, tracesOf } from "./sample-spans.contract.ts";

test("a span as exporters write it", () => {
  const { records, refused, why } = readSpans(tracesOf(spanOf({ parent: spanId(9), ms: 1_500, status: 2 })));
  expect({ records, refused, why }).toMatchObject({ refused: 0, why: undefined });
  expect(records).toMatchObject([
    {
      traceId: TRACE_ID,
      spanId: spanId(1),
      parentSpanId: spanId(9),
      startAt: STARTED_AT,
      endAt: STARTED_AT + 1_500,
      isError: true,
    },
  ]);
});

test.each<[what: string, more: object, expected: object]>([
  ["ids in capitals", { traceId: TRACE_ID.toUpperCase() }, { traceId: TRACE_ID }],
  ["no parent, as some write it", { parentSpanId: "" }, { parentSpanId: undefined }],
  ["times as numbers", { startTimeUnixNano: STARTED_AT * 1e6 }, { startAt: STARTED_AT }],
  ["microseconds", { endTimeUnixNano: "1795000000000001999" }, { endAt: STARTED_AT + 0.001 }],
  ["a status without a code", { status: {} }, { isError: false }],
  ["names that come later in OTLP", { flags: 1, entities: [{}] }, { spanId: spanId(1) }],
  ["attributes and events that are none", { attributes: "canary", events: { a: 1 } }, { events: [] }],
  ["an event without a time", { events: [{ name: "exception" }] }, { events: [] }],
])("takes %s", (_what, more, expected) => {
  expect(readSpans(tracesOf({ ...spanOf({}), ...more }))).toMatchObject({ records: [expected], refused: 0 });
});

const NO_ID = /^resourceSpans\[0\]\.scopeSpans\[0\]\.spans\[1\]: (?:traceId|spanId) is not \d+ hexadecimal digits/u;
const NO_TIME = /^resourceSpans\[0\]\.scopeSpans\[0\]\.spans\[1\]: (?:start|end)TimeUnixNano is no time/u;

test.each<[what: string, given: unknown, why: RegExp]>([
  ["null", null, NO_ID],
  ["a text", "canary", NO_ID],
  ["a list", [], NO_ID],
  ["no ids", {}, NO_ID],
  ["a trace id in base64", { ...spanOf({}), traceId: "W47/95gDgQPSabYzgT/GDA==" }, NO_ID],
  ["a trace id of nothing but 0", { ...spanOf({}), traceId: "0".repeat(32) }, NO_ID],
  ["a trace id that is none", { ...spanOf({}), traceId: `${"0".repeat(31)}\n` }, NO_ID],
  ["a span id that is too long", { ...spanOf({}), spanId: "1".repeat(17) }, NO_ID],
  ["a span id that is a number", { ...spanOf({}), spanId: 1_234_567_890_123_456 }, NO_ID],
  ["no end", { ...spanOf({}), endTimeUnixNano: undefined }, NO_TIME],
  ["an end at 0", { ...spanOf({}), endTimeUnixNano: "0" }, NO_TIME],
  ["a start before 1970", { ...spanOf({}), startTimeUnixNano: "-5" }, NO_TIME],
  ["a start in words", { ...spanOf({}), startTimeUnixNano: "2026-11-28T09:00:00Z" }, NO_TIME],
  ["a start of 4,000 digits", { ...spanOf({}), startTimeUnixNano: "1".repeat(4_000) }, NO_TIME],
  ["an end without end", { ...spanOf({}), endTimeUnixNano: Infinity }, NO_TIME],
])("refuses a span: %s, and takes the one before it", (_what, given, why) => {
  const read = readSpans(tracesOf(spanOf({}), given));
  expect(read).toMatchObject({ records: [{ spanId: spanId(1) }], refused: 1, why: expect.stringMatching(why) as string });
  expect(read.why).not.toContain("canary");
});

test.each<[what: string, body: unknown, message: RegExp]>([
  ["nothing", undefined, /no OTLP/u],
  ["null", null, /no OTLP/u],
  ["a list", [], /no OTLP/u],
  ["a text", "canary", /no OTLP/u],
  ["too many groups", { resourceSpans: Array.from({ length: OTLP_LIMITS.records + 1 }, () => ({})) }, /send smaller batches/u],
  [
    "too many scopes",
    { resourceSpans: [{ scopeSpans: Array.from({ length: OTLP_LIMITS.records + 1 }, () => ({})) }] },
    /send smaller batches/u,
  ],
  ["spans that are no list", { resourceSpans: { 0: {} } }, /^resourceSpans is no list/u],
  ["scopes that are none", { resourceSpans: [{}, { scopeSpans: 1 }] }, /^resourceSpans\[1\]\.scopeSpans is no list/u],
])("refuses a body: %s", (_what, body, message) => {
  expect(() => readSpans(body)).toThrow(message);
});

test.each<[what: string, body: unknown]>([
  ["an empty one", {}],
  ["lists that are null", { resourceSpans: null }],
  ["groups that are nothing", { resourceSpans: [null, 1, "canary", { scopeSpans: [null, {}] }] }],
  ["names of other messages", { resource_spans: 1, resourceMetrics: 1 }],
  ["what it inherits", JSON.parse('{"__proto__":{"resourceSpans":1}}')],
])("takes a body without spans: %s", (_what, body) => {
  expect(readSpans(body)).toEqual({ records: [], refused: 0, why: undefined });
});

test("beyond the bound spans are refused, with the mend", () => {
  const { records, refused, why } = readSpans(tracesOf(...Array.from({ length: OTLP_LIMITS.records + 2 }, () => spanOf({}))));
  expect([records.length, refused]).toEqual([OTLP_LIMITS.records, 2]);
  expect(why).toMatch(/spans\[10000\]: is beyond the 10000 of a request; send smaller batches/u);
});

test("beyond the bound in lists behind it, too", () => {
  const lists = [OTLP_LIMITS.records - 1, 2, 3].map((length) => ({ spans: Array.from({ length }, () => spanOf({})) }));
  expect(readSpans({ resourceSpans: [{ scopeSpans: lists }] })).toMatchObject({
    refused: 4,
    why: expect.stringContaining("scopeSpans[1].spans[1]: is beyond") as string,
  });
});

test("a log record has its name in a field, or had it in an attribute, and may be of no trace", () => {
  const { records, refused, why } = readLogs(
    logsOf(
      logAt(5, "gen_ai.evaluation.result", {}, spanId(1)),
      {
        ...logAt(5, "", { "event.name": "feature_flag.evaluation" }),
        timeUnixNano: 0,
        observedTimeUnixNano: "1795000000007000000",
      },
      { eventName: "canary" },
    ),
  );
  expect(records).toMatchObject([
    { name: "gen_ai.evaluation.result", at: STARTED_AT + 5, traceId: TRACE_ID, spanId: spanId(1) },
    { name: "feature_flag.evaluation", at: STARTED_AT + 7, traceId: undefined, spanId: undefined },
  ]);
  expect([refused, why]).toEqual([1, expect.stringContaining("logRecords[2]: timeUnixNano is no time")]);
});

test.each<[what: string, value: unknown, expected: unknown]>([
  ["an integer in digits", { intValue: "12" }, 12],
  ["an integer as a number", { intValue: 12 }, 12],
  ["more than a double holds", { intValue: "9007199254740993" }, undefined],
  ["no digits", { intValue: "0x10" }, undefined],
  ["half an integer", { intValue: 1.5 }, undefined],
  ["a double", { doubleValue: 0.5 }, 0.5],
  ["a double that is none", { doubleValue: "NaN" }, undefined],
  ["a double without end", { doubleValue: Infinity }, undefined],
  ["a text", { stringValue: "a" }, "a"],
  ["no text", { stringValue: "" }, undefined],
  ["a text that is a number", { stringValue: 5 }, undefined],
  ["256 characters", { stringValue: "a".repeat(256) }, "a".repeat(256)],
  ["257 characters", { stringValue: "a".repeat(257) }, undefined],
  ["NUL", { stringValue: "a\0b" }, undefined],
  ["half a pair", { stringValue: "a\ud800" }, undefined],
  ["a pair", { stringValue: "a😀" }, "a😀"],
  ["yes", { boolValue: true }, true],
  [
    "texts, the first of them",
    { arrayValue: { values: Array.from({ length: 99 }, () => ({ stringValue: "a" })) } },
    Array(8).fill("a"),
  ],
  ["lists in a list", { arrayValue: { values: [{ arrayValue: { values: [] } }, { stringValue: "a" }] } }, ["a"]],
  ["a list that is none", { arrayValue: { values: { length: 1e9 } } }, undefined],
  ["a map", { kvlistValue: { values: [] } }, undefined],
  ["bytes", { bytesValue: "AA==" }, undefined],
  ["nothing", {}, undefined],
  ["null", null, undefined],
])("reads a value: %s", (_what, value, expected) => {
  expect(
    readAttributes([null, { key: 1 }, { key: "toString", value }, { key: "gen_ai.request.model", value }]).get("requestModel"),
  ).toEqual(expected);
});

test("a current name counts before one that it replaced, whichever comes first, and what is beyond the bound is not looked at", () => {
  const [now, before] = attributesOf({ "gen_ai.provider.name": "anthropic", "gen_ai.system": "openai" });
  for (const list of [
    [now, before],
    [before, now],
  ])
    expect(readAttributes(list).get("provider")).toBe("anthropic");
  expect(readAttributes([before]).get("provider")).toBe("openai");
  expect(readAttributes([...Array.from({ length: OTLP_LIMITS.attributes }, () => ({})), now]).size).toBe(0);
});

test("every name is one of OpenTelemetry's", () => {
  const known = new Set(Object.values(conventions));
  expect(
    Object.values(NAMES)
      .flat()
      .filter((name) => !known.has(name)),
  ).toEqual([]);
});
