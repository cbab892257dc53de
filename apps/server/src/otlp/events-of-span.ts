/** What a span or a log record tells, as events: a call of a model, a step beside it, and what a judge made of it. */

import { hash } from "node:crypto";
import { failureOf } from "@dimmer/ai/parts";
import {
  ERROR_TYPES,
  type ErrorType,
  EVENT_LIMITS,
  type GenerationEvent,
  type ScoreEvent,
  type StepEvent,
} from "@dimmer/protocol";
import { type Attributes, type AttributeName, countOf, numberOf, textOf, textsOf } from "./attributes.ts";
import type { NamedFlag } from "./named-flags.ts";
import type { OtlpEvent, OtlpSpan } from "./read-records.ts";

/** The second is what it was called before. */
export const EVALUATION_EVENTS: ReadonlySet<string> = new Set(["feature_flag.evaluation", "feature_flag"]);
export const SCORE_EVENT = "gen_ai.evaluation.result";

/** Of `gen_ai.operation.name`. */
const CALLS = new Set(["chat", "generate_content", "text_completion", "embeddings"]);
/** They are about calls, which have spans of their own below them: what they sum up would count twice. */
const AROUND = new Set(["invoke_agent", "create_agent", "invoke_workflow"]);
/** Where a span names a model and no operation, as older instrumentations do. */
const USUAL_CALL = "chat";

/** What a span is to us, and what it did. */
export interface Work {
  readonly kind: "generation" | "step";
  readonly operation: string;
}

/** Shape: undefined for what is no business of ours. */
export function workOf({ attributes }: OtlpSpan): Work | undefined {
  const operation = textOf(attributes, "operation");
  if (operation !== undefined && AROUND.has(operation)) return undefined;
  const hasModel = attributes.has("requestModel") || attributes.has("responseModel");
  if (hasModel) return { kind: "generation", operation: operation ?? USUAL_CALL };
  return operation === undefined ? undefined : { kind: CALLS.has(operation) ? "generation" : "step", operation };
}

/** Why the times of a span are none of a call; undefined where they are. */
export function findTimeFault({ startAt, endAt }: OtlpSpan): string | undefined {
  if (endAt < startAt) return "endTimeUnixNano is before startTimeUnixNano.";
  return endAt - startAt > EVENT_LIMITS.durationMs ? "It lasts more than a day, which no call of a model does." : undefined;
}

/** A trace is a task and, with all its calls, one run. The id comes of the span's: sent again it counts once. */
const linksOf = (traceId: string, { served, targetingKey }: NamedFlag) => ({ run: traceId, task: traceId, targetingKey, served });

export const eventOf = (span: OtlpSpan, { kind, operation }: Work, named: NamedFlag): GenerationEvent | StepEvent =>
  kind === "step" ? stepOf(span, operation, named) : generationOf(span, operation, named);

function generationOf(span: OtlpSpan, operation: string, named: NamedFlag): GenerationEvent {
  const { attributes, traceId, spanId } = span;
  const count = (name: AttributeName) => countOf(attributes, name, EVENT_LIMITS.tokens);
  const finishReasons = textsOf(attributes, "finishReasons").map(finishReasonOf);
  const firstChunkSeconds = numberOf(attributes, "firstChunkSeconds");
  const firstChunkMs = firstChunkSeconds === undefined ? -1 : roundMs(firstChunkSeconds * 1_000);
  return {
    kind: "generation",
    id: traceId + spanId,
    at: span.endAt,
    ...linksOf(traceId, named),
    conversation: conversationOf(attributes),
    operation,
    attempt: 1,
    durationMs: durationOf(span),
    timeToFirstChunkMs: firstChunkMs >= 0 && firstChunkMs <= EVENT_LIMITS.durationMs ? firstChunkMs : undefined,
    provider: textOf(attributes, "provider"),
    requestModel: textOf(attributes, "requestModel"),
    responseModel: textOf(attributes, "responseModel"),
    responseId: textOf(attributes, "responseId"),
    stream: attributes.get("stream") === true ? true : undefined,
    inputTokens: count("inputTokens"),
    outputTokens: count("outputTokens"),
    cacheReadInputTokens: count("cacheReadInputTokens"),
    cacheCreationInputTokens: count("cacheCreationInputTokens"),
    reasoningOutputTokens: count("reasoningOutputTokens"),
    finishReasons: finishReasons.length === 0 ? undefined : finishReasons,
    refused: finishReasons.some((reason) => reason === "refusal" || reason === "content_filter") ? true : undefined,
    errorType: errorOf(span),
    httpStatus: statusOf(attributes),
  };
}

function stepOf(span: OtlpSpan, operation: string, named: NamedFlag): StepEvent {
  const { attributes, traceId, spanId } = span;
  return {
    kind: "step",
    id: traceId + spanId,
    at: span.endAt,
    ...linksOf(traceId, named),
    conversation: conversationOf(attributes),
    operation,
    name: textOf(attributes, "tool") ?? textOf(attributes, "dataSource"),
    durationMs: durationOf(span),
    errorType: errorOf(span),
  };
}

/** Shape: undefined where it has no name or no number: a label alone is no score. One that comes on a span and as a log counts once. */
export function scoreOf(
  traceId: string,
  spanId: string,
  { at, attributes }: OtlpEvent,
  named: NamedFlag,
): ScoreEvent | undefined {
  const [name, value] = [textOf(attributes, "scoreName"), numberOf(attributes, "scoreValue")];
  if (name === undefined || value === undefined) return undefined;
  const digest = hash("sha256", JSON.stringify([name, at]), "hex").slice(0, SCORE_DIGITS);
  return {
    kind: "score",
    id: traceId + spanId + digest,
    at,
    ...linksOf(traceId, named),
    name,
    value,
    label: textOf(attributes, "scoreLabel"),
  };
}

/** What is left of the 64 characters of an id. */
const SCORE_DIGITS = 16;

/** To the microsecond, which is more than doubles hold of a time. */
const roundMs = (ms: number): number => Math.round(ms * 1_000) / 1_000;

const durationOf = ({ startAt, endAt }: OtlpSpan): number => roundMs(endAt - startAt);

const conversationOf = (attributes: Attributes): string | undefined => {
  const id = textOf(attributes, "conversation");
  return id !== undefined && id.length <= EVENT_LIMITS.idChars ? id : undefined;
};

/** The vendors' words, where they are others than OpenTelemetry's. */
const REASONS: Readonly<Record<string, string>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  tool_use: "tool_calls",
  tool_call: "tool_calls",
  function_call: "tool_calls",
  "tool-calls": "tool_calls",
  "content-filter": "content_filter",
  content_filtered: "content_filter",
  safety: "content_filter",
};

function finishReasonOf(said: string): string {
  const reason = said.toLowerCase();
  return Object.hasOwn(REASONS, reason) ? (REASONS[reason] ?? reason) : reason;
}

/** The class of the vendors' clients' errors, without what it is in. */
const CLASSES: Readonly<Record<string, ErrorType>> = {
  RateLimitError: "rate_limited",
  ThrottlingException: "rate_limited",
  ResourceExhausted: "rate_limited",
  AuthenticationError: "unauthenticated",
  PermissionDeniedError: "unauthenticated",
  AccessDeniedException: "unauthenticated",
  BadRequestError: "invalid_request",
  NotFoundError: "invalid_request",
  UnprocessableEntityError: "invalid_request",
  ValidationException: "invalid_request",
  APITimeoutError: "timeout",
  ReadTimeout: "timeout",
  DeadlineExceeded: "timeout",
  CancelledError: "aborted",
  InternalServerError: "server_error",
  OverloadedError: "overloaded",
  ServiceUnavailableError: "overloaded",
};

/** An exception that was recorded is the reason only where the span failed: others were dealt with. */
function errorOf({ attributes, events, isError }: OtlpSpan): ErrorType | undefined {
  const thrown = isError ? events.filter(({ name }) => name === "exception").at(-1) : undefined;
  const said = textOf(attributes, "errorType") ?? (thrown && textOf(thrown.attributes, "exceptionType"));
  if (said === undefined && !isError) return undefined;
  const known = ERROR_TYPES.find((type) => type === said);
  if (known !== undefined) return known;
  const name = said?.split(".").at(-1) ?? "";
  if (Object.hasOwn(CLASSES, name)) return CLASSES[name];
  return failureOf({ code: said, name, status: statusOf(attributes) }).errorType;
}

/** It has a name of its own; or it is the error's, as HTTP instrumentations write it. */
function statusOf(attributes: Attributes): number | undefined {
  const said = textOf(attributes, "errorType");
  const status = numberOf(attributes, "httpStatus") ?? (said !== undefined && /^[1-5]\d\d$/u.test(said) ? Number(said) : 0);
  return Number.isInteger(status) && status >= 100 && status <= 599 ? status : undefined;
}
