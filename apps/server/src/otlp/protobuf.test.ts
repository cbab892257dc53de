/** OTLP in protobuf against OpenTelemetry's own writer: the same records as from its JSON, and whatever else comes is refused or passed over. */

import { context, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  JsonLogsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufTraceSerializer,
} from "@opentelemetry/otlp-transformer";
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { ProblemError } from "@dimmer/protocol";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { OTLP_LIMITS } from "./limits.ts";
import { LOGS, TRACES } from "./messages.ts";
import { readProtobuf, writeOutcome, writeStatus } from "./protobuf.ts";
import { readLogs, readSpans } from "./read-records.ts";

const ended = new InMemorySpanExporter();
const told = new InMemoryLogRecordExporter();
const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(ended)] }).getTracer("app");
const logger = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: told })] }).getLogger("app");

const ATTRIBUTES = {
  "gen_ai.request.model": "gpt-4o-mini",
  "gen_ai.request.stream": true,
  "gen_ai.usage.input_tokens": 9_007_199_254_740_991,
  "gen_ai.usage.output_tokens": -1,
  "gen_ai.response.time_to_first_chunk": 0.125,
  "gen_ai.response.finish_reasons": ["stop", "length"],
  "gen_ai.response.id": "ü😀".repeat(64),
  "gen_ai.conversation.id": "x".repeat(257),
  "gen_ai.input.messages": "canary".repeat(200),
  "app.scores": [1, 2.5],
};

const below = (() => {
  const parent = tracer.startSpan("POST /chat", { startTime: 1_795_000_000_000 });
  parent.addEvent("feature_flag.evaluation", { "feature_flag.key": "summary" }, 1_795_000_000_001);
  const inside = trace.setSpan(context.active(), parent);
  const call = tracer.startSpan("chat", { attributes: ATTRIBUTES, links: [{ context: parent.spanContext() }] }, inside);
  call.setStatus({ code: SpanStatusCode.ERROR, message: "canary" });
  call.end();
  parent.end();
  logger.emit({ eventName: "gen_ai.evaluation.result", body: "canary", attributes: ATTRIBUTES, context: inside });
  logger.emit({ body: { deep: [{ canary: 1 }] }, severityNumber: 9 });
  return { spans: ended.getFinishedSpans(), logs: told.getFinishedLogRecords() };
})();
const jsonOf = (bytes: Uint8Array | undefined): unknown => JSON.parse(Buffer.from(bytes ?? []).toString());
const spanBytes = ProtobufTraceSerializer.serializeRequest(below.spans) as Uint8Array;
const logBytes = ProtobufLogsSerializer.serializeRequest(below.logs) as Uint8Array;

test("spans and log records are those of the JSON, and what people said is never read", () => {
  const spans = readSpans(readProtobuf(spanBytes, TRACES));
  expect(spans).toEqual(readSpans(jsonOf(JsonTraceSerializer.serializeRequest(below.spans))));
  expect(spans).toMatchObject({ records: [{ isError: true, attributes: expect.anything() as object }, {}], refused: 0 });
  expect(spans.records[0]?.attributes.get("responseId")).toBe(ATTRIBUTES["gen_ai.response.id"]);
  expect(spans.records[0]?.attributes.size).toBe(7);
  const logs = readLogs(readProtobuf(logBytes, LOGS));
  expect(logs).toEqual(readLogs(jsonOf(JsonLogsSerializer.serializeRequest(below.logs))));
  expect(logs.records.map(({ name }) => name)).toEqual(["gen_ai.evaluation.result", undefined]);
  expect(JSON.stringify([readProtobuf(spanBytes, TRACES), readProtobuf(logBytes, LOGS)])).not.toContain("canary");
});

test("answers are read by OpenTelemetry's own reader", () => {
  const read = (refused: number, why: string | undefined) =>
    ProtobufTraceSerializer.deserializeResponse(writeOutcome({ refused, why }));
  expect(read(0, undefined)).toEqual({});
  expect(read(3, "Bad ids: ü.")).toMatchObject({ partialSuccess: { rejectedSpans: 3, errorMessage: "Bad ids: ü." } });
  expect(read(0, "A hint.")).toMatchObject({ partialSuccess: { errorMessage: "A hint." } });
  expect(Buffer.from(writeStatus("No.")).toString("hex")).toBe("12034e6f2e");
});

const length = (number: number, bytes: Uint8Array) =>
  new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(bytes).finish();
const within = (bytes: Uint8Array, ...numbers: readonly number[]) =>
  numbers.reduceRight((held, number) => length(number, held), bytes);
const EMPTY = new Uint8Array();
/** A hundred attributes without anything. */
const MANY = new Uint8Array(200).map((_, at) => (at % 2 === 0 ? 0x4a : 0));

test.each<[what: string, bytes: Uint8Array]>([
  ["a part that is longer than the body", Uint8Array.of(0x0a, 0x7f, 0x01)],
  ["a part that is longer than what holds it", within(Uint8Array.of(0x12, 0x05, 0x12, 0x01), 1)],
  ["a part of 2^64 bytes", Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01)],
  ["a number that does not end", new Uint8Array(64).fill(0xff)],
  ["a field 0", Uint8Array.of(0x02, 0x00)],
  ["groups in groups", new Uint8Array(4_000_000).fill(0x1b)],
  ["a kind of field that there is not", Uint8Array.of(0x0f)],
  ["JSON", Buffer.from('{"resourceSpans":[]}')],
  ["a million groups of spans", new Uint8Array(2_000_000).map((_, at) => (at % 2 === 0 ? 0x0a : 0))],
  ["more parts than a request may have", within(Buffer.concat(Array.from({ length: 5_000 }, () => length(2, MANY))), 1, 2)],
])("refuses %s", (_what, bytes) => {
  const read = (): unknown => readSpans(readProtobuf(bytes, TRACES));
  expect(read).toThrow(ProblemError);
  expect(read).toThrow(/^(?:The body is no OTLP|A request may have|resourceSpans\[10000\])/u);
});

test.each<[what: string, bytes: Uint8Array]>([
  ["nothing", EMPTY],
  ["fields that there are not", within(Uint8Array.of(0x78, 0x01, 0x7a, 0x01, 0x41, 0xfd, 0x07, 1, 2, 3, 4), 1)],
  ["a field of another kind", Uint8Array.of(0x08, 0x05)],
])("passes over %s", (_what, bytes) => {
  expect(readSpans(readProtobuf(bytes, TRACES))).toEqual({ records: [], refused: 0, why: undefined });
});

test("of spans beyond the bound none is read and each is refused; attributes and texts beyond theirs are passed over", () => {
  const spans = Buffer.concat(Array.from({ length: OTLP_LIMITS.records + 5 }, () => length(2, EMPTY)));
  expect(readSpans(readProtobuf(within(spans, 1, 2), TRACES)).refused).toBe(OTLP_LIMITS.records + 5);
  const attributes = Buffer.concat(Array.from({ length: 1_000 }, () => length(9, EMPTY)));
  const read = readProtobuf(within(attributes, 1, 2, 2), TRACES);
  expect(JSON.stringify(read).match(/\{\}/gu)).toHaveLength(OTLP_LIMITS.attributes);
});

test("a text that is no UTF-8 is unknown, and costs no span", () => {
  const key = length(1, Buffer.from("gen_ai.request.model"));
  const attribute = length(9, Buffer.concat([key, length(2, length(1, Uint8Array.of(0xc3, 0x28)))]));
  const read = readProtobuf(within(attribute, 1, 2, 2), TRACES);
  expect(JSON.stringify(read)).toContain('{"key":"gen_ai.request.model","value":{}}');
});

test("whatever is cut off or damaged is read or refused, and nothing else", () => {
  const damaged = fc.tuple(fc.nat(spanBytes.length - 1), fc.nat(255), fc.nat(spanBytes.length)).map(([at, byte, end]) => {
    const bytes = spanBytes.slice(0, end);
    bytes[at] = byte;
    return bytes;
  });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged), (bytes) => {
      const error = errorOf(() => readSpans(readProtobuf(bytes, TRACES)));
      expect(error === undefined || error instanceof ProblemError).toBe(true);
    }),
    { numRuns: 500 },
  );
});

function errorOf(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}
