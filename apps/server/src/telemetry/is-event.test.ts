/** What is compiled takes exactly what the protocol's schema takes. */

import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { EVENT_LIMITS, type TelemetryEvent, TelemetryEventPart } from "@dimmer/protocol";
import { isEvent } from "./is-event.ts";

const SERVED = {
  flag: "summarizer",
  variant: "opus",
  valueVersion: 1,
  version: "7",
  path: "rule",
  rule: "paid",
  reason: "SPLIT",
  blocked: true,
  ineligible: true,
  pinned: true,
  overridden: true,
} as const;
const BASE = { id: "0123456789abcdef", at: 1, run: "r", task: "t", conversation: "c", targetingKey: "ada", served: SERVED };
/** One of each kind with every field that it may have. */
const EVENTS: readonly TelemetryEvent[] = [
  { ...BASE, kind: "exposure" },
  {
    ...BASE,
    kind: "generation",
    operation: "chat",
    attempt: 1,
    durationMs: 1.5,
    timeToFirstChunkMs: 0.5,
    provider: "anthropic",
    requestModel: "a",
    responseModel: "b",
    responseId: "i",
    stream: true,
    inputTokens: 1,
    outputTokens: 1,
    cacheReadInputTokens: 0,
    cacheCreationInputTokens: 0,
    reasoningOutputTokens: 0,
    finishReasons: ["stop"],
    toolCalls: 1,
    refused: true,
    shadow: true,
    errorType: "timeout",
    httpStatus: 500,
    costMicroUsd: 1,
  },
  { ...BASE, kind: "run", outcome: "model", errorType: "aborted", attempts: 1, durationMs: 1, missingTools: ["search"] },
  { ...BASE, kind: "step", operation: "retrieval", name: "n", durationMs: 1, errorType: "own", costMicroUsd: 1 },
  { ...BASE, kind: "feedback", name: "thumbs", value: 1, comment: "good" },
  { ...BASE, kind: "score", name: "n", value: -1, label: "l" },
  { ...BASE, kind: "task", success: true, durationMs: 1 },
  { ...BASE, kind: "metric", name: "n", value: 1e300 },
];
const { nameChars, idChars, commentChars, finishReasons, missingTools, tokens, durationMs, costMicroUsd } = EVENT_LIMITS;
const LENGTHS = [nameChars, idChars, commentChars, 16, 64].flatMap((bound) => [bound - 1, bound, bound + 1]);
const BOUNDS = [0, 1, 100, 599, 10_000, tokens, durationMs, costMicroUsd, Number.MAX_SAFE_INTEGER];
/** Anything that a field may be given, right for some. */
const VALUES: readonly unknown[] = [
  undefined,
  null,
  true,
  false,
  "",
  "stop",
  "0123456789abcdef\n",
  "0123456789äbcdef",
  ...LENGTHS.flatMap((length) => ["x".repeat(length), "\u{1f600}".repeat(Math.floor(length / 2)), "\u{1f600}".repeat(length)]),
  ...BOUNDS.flatMap((bound) => [bound, bound + 1, bound - 1, -bound, bound + 0.5]),
  [],
  ["stop", ""],
  ["stop", 1],
  ...[finishReasons, missingTools].flatMap((bound) => [bound, bound + 1]).map((length) => Array.from({ length }, () => "stop")),
  {},
  SERVED,
  { ...SERVED, colour: "red" },
  { flag: "summarizer" },
];

/** What is taken as it came must also be what the schema would make of it. */
function isReadAlike(given: unknown): boolean {
  const expected = TelemetryEventPart.safeParse(given);
  return isEvent(given) === expected.success && (!expected.success || isDeepStrictEqual(asJson(expected.data), asJson(given)));
}

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function check(all: readonly unknown[]): void {
  const other = all.filter((given) => !isReadAlike(given));
  expect(other).toEqual([]);
}

test.each(EVENTS)("a $kind, whole and with every value at every field", (event) => {
  expect(isEvent(event)).toBe(true);
  check([...Object.keys(event), "inputToken"].flatMap((field) => VALUES.map((value) => ({ ...event, [field]: value }))));
});

test("what a flag gave, with every value at every field", () => {
  const served = Object.keys(SERVED).flatMap((field) => VALUES.map((value) => ({ ...SERVED, [field]: value })));
  check(served.map((one) => ({ ...BASE, kind: "exposure", served: one })));
});

test("what is no event of any kind", () => {
  check([...VALUES, { ...BASE, kind: "toString" }, { ...BASE, kind: ["metric"] }, BASE]);
});
