/** What SDKs and apps tell of single happenings: model calls, their runs and tasks, and what people made of the answers. */

import { z } from "zod";
import type { DecisionPath } from "@dimmer/evaluation";
import type { SpendLease } from "./spend.ts";

/** Where an app sends events: `POST`, an `EventsBody` as its body, an `EventsAnswer` back. */
export const EVENTS_PATH = "/sdk/v1/events";

/** Where a browser sends feedback: `POST`, with the token of the run and no key. */
export const FEEDBACK_PATH = "/sdk/v1/feedback";

/** Where OpenTelemetry's exporters send spans and log records: `POST`, OTLP in protobuf or JSON as the body. */
export const OTLP_TRACES_PATH = "/otlp/v1/traces";
export const OTLP_LOGS_PATH = "/otlp/v1/logs";

/** Bounds of one request, on whoever's side. */
export const EVENT_LIMITS = {
  events: 500,
  bytes: 1024 * 1024,
  nameChars: 256,
  idChars: 128,
  commentChars: 2_000,
  finishReasons: 8,
  missingTools: 32,
  attributes: 10,
  tokens: 100_000_000,
  /** A day: what takes longer is no call of a model. */
  durationMs: 86_400_000,
  /** A thousand dollars for one call. */
  costMicroUsd: 1_000_000_000,
} as const;

/** Why a call failed; the vendors' own errors are mapped to these. `template`, `invalid_value` and `budget` kept it from being made. */
export const ERROR_TYPES = [
  "timeout",
  "rate_limited",
  "overloaded",
  "unauthenticated",
  "invalid_request",
  "content_filter",
  "context_length",
  "network",
  "aborted",
  "server_error",
  "template",
  "invalid_value",
  "budget",
  "unknown",
] as const;
export type ErrorType = (typeof ERROR_TYPES)[number];

/** What of an answer people can say something about. */
export const FEEDBACK_NAMES = ["thumbs", "rating", "accepted", "edited", "retried", "abandoned", "comment"] as const;
export type FeedbackName = (typeof FEEDBACK_NAMES)[number];

/** What a flag gave, as the evaluation's details and metadata say it; every event carries it, so that none needs a join. */
export interface Served {
  readonly flag: string;
  readonly variant: string;
  readonly valueVersion?: number | undefined;
  /** The flag's revision, `flagMetadata.version`. */
  readonly version?: string | undefined;
  readonly path?: DecisionPath | undefined;
  readonly rule?: string | undefined;
  /** OpenFeature's, or another provider's own. */
  readonly reason?: string | undefined;
  readonly blocked?: true | undefined;
  readonly ineligible?: true | undefined;
  readonly pinned?: true | undefined;
  readonly overridden?: true | undefined;
}

interface EventBase {
  /** Drawn by whoever sends it: sent twice, it counts once. */
  readonly id: string;
  /** When it happened, epoch milliseconds. */
  readonly at: number;
  readonly run?: string | undefined;
  /** Several runs towards one goal; the OpenTelemetry trace id unless the app says another. */
  readonly task?: string | undefined;
  readonly conversation?: string | undefined;
  readonly targetingKey?: string | undefined;
  /** What of the context the flag's budgets are by. */
  readonly attributes?: Readonly<Record<string, string | number | boolean>> | undefined;
  readonly served?: Served | undefined;
}

/** Somebody met a variant. */
export interface ExposureEvent extends EventBase {
  readonly kind: "exposure";
  readonly served: Served;
}

/**
 * One call of a model.
 *
 * Shape:  the leaves of OpenTelemetry's `gen_ai.*`; durations in milliseconds; `inputTokens` includes cached ones; what the provider
 *         did not say is absent, which is *unknown* and not 0. `attempt` 1 is what the flag served, more are further down its fallback.
 */
export interface GenerationEvent extends EventBase {
  readonly kind: "generation";
  readonly operation: string;
  readonly attempt: number;
  readonly durationMs: number;
  readonly timeToFirstChunkMs?: number | undefined;
  readonly provider?: string | undefined;
  readonly requestModel?: string | undefined;
  readonly responseModel?: string | undefined;
  readonly responseId?: string | undefined;
  readonly stream?: true | undefined;
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly cacheReadInputTokens?: number | undefined;
  readonly cacheCreationInputTokens?: number | undefined;
  readonly reasoningOutputTokens?: number | undefined;
  readonly finishReasons?: readonly string[] | undefined;
  readonly toolCalls?: number | undefined;
  readonly refused?: true | undefined;
  /** Nobody saw the answer: metrics tell of it apart. */
  readonly shadow?: true | undefined;
  readonly errorType?: ErrorType | undefined;
  readonly httpStatus?: number | undefined;
  /** Where the app knows what it cost; else the server reckons it by its prices. */
  readonly costMicroUsd?: number | undefined;
}

/** The end of one tracked use of a config: who gave the answer in the end. */
export interface RunEvent extends EventBase {
  readonly kind: "run";
  /** `model` what the flag served; `fallback` another of its list; `reply` a canned one of it; `default` the app's own; `error` nobody. */
  readonly outcome: "model" | "fallback" | "reply" | "default" | "error";
  /** `aborted` where the app itself ended it, which says nothing of the variant. */
  readonly errorType?: ErrorType | undefined;
  readonly attempts: number;
  readonly durationMs: number;
  readonly missingTools?: readonly string[] | undefined;
}

/** A step of a task that is no call of a model: a tool, a retrieval, a rerank. */
export interface StepEvent extends EventBase {
  readonly kind: "step";
  readonly operation: string;
  readonly name?: string | undefined;
  readonly durationMs: number;
  readonly errorType?: string | undefined;
  readonly costMicroUsd?: number | undefined;
}

/** What somebody made of an answer: thumbs 1 or 0, a rating 0 to 1, the others 1 where it happened. */
export interface FeedbackEvent extends EventBase {
  readonly kind: "feedback";
  readonly name: FeedbackName;
  readonly value?: number | undefined;
  readonly comment?: string | undefined;
}

/** What a judge made of it. */
export interface ScoreEvent extends EventBase {
  readonly kind: "score";
  readonly name: string;
  readonly value: number;
  readonly label?: string | undefined;
}

/** The end of a task. */
export interface TaskEvent extends EventBase {
  readonly kind: "task";
  readonly success: boolean;
  readonly durationMs?: number | undefined;
}

/** Something that the app counts or measures itself. */
export interface MetricEvent extends EventBase {
  readonly kind: "metric";
  readonly name: string;
  readonly value?: number | undefined;
}

export type TelemetryEvent =
  | ExposureEvent
  | GenerationEvent
  | RunEvent
  | StepEvent
  | FeedbackEvent
  | ScoreEvent
  | TaskEvent
  | MetricEvent;

/** What is wrong with one event of a request; `dropped` where it was not taken, else what is not known was left out. */
export interface EventIssue {
  readonly index: number;
  readonly path: string;
  readonly message: string;
  readonly dropped: boolean;
}

/** Events, in numbers: what was sent is what was accepted and what was dropped; of what was accepted, some may have come before, and all of it waits a moment for the store. */
export interface EventsAnswer {
  readonly accepted: number;
  readonly dropped: number;
  /** The first of them. */
  readonly issues: readonly EventIssue[];
  /** What this instance may spend from now on, of the budgets that these events are about. */
  readonly leases?: readonly SpendLease[];
}

/** An event as the server keeps it. */
export type StoredEvent = TelemetryEvent & {
  /** The server's clock, epoch milliseconds. */
  readonly receivedAt: number;
  /** Stamped from the kind of key, never claimed. */
  readonly source: "server" | "browser";
  /** Who says what it cost: `app`, or a price table with its version. */
  readonly priceFrom?: string | undefined;
};

export interface EventsView {
  readonly items: readonly StoredEvent[];
}

const name = z.string().min(1).max(EVENT_LIMITS.nameChars);
const id = z.string().min(1).max(EVENT_LIMITS.idChars);
const tokens = z.int().min(0).max(EVENT_LIMITS.tokens).optional();
const duration = z.number().min(0).max(EVENT_LIMITS.durationMs);
const cost = z.int().min(0).max(EVENT_LIMITS.costMicroUsd).optional();
const mark = z.literal(true).optional();
const errorType = z.enum(ERROR_TYPES).optional();

export const ServedPart = z
  .strictObject({
    flag: name,
    variant: name,
    valueVersion: z.int().min(0).optional(),
    version: name.optional(),
    path: z.enum(["target", "rule", "default", "fallback", "pin", "override"]).optional(),
    rule: name.optional(),
    reason: name.optional(),
    blocked: mark,
    ineligible: mark,
    pinned: mark,
    overridden: mark,
  })
  .meta({ id: "Served" });

const base = {
  id: z.string().regex(/^[0-9A-Za-z_-]{16,64}$/u),
  at: z.number().describe("Epoch milliseconds. More than a day back, or five minutes ahead, counts for the time of its arrival."),
  run: id.optional(),
  task: id.optional().describe("The OpenTelemetry trace id unless the app says another."),
  conversation: id.optional(),
  targetingKey: name.optional(),
  attributes: z
    .record(name, z.union([z.string().max(EVENT_LIMITS.nameChars), z.number(), z.boolean()]))
    .refine((all) => Object.keys(all).length <= EVENT_LIMITS.attributes, `At most ${EVENT_LIMITS.attributes} attributes.`)
    .meta({ maxProperties: EVENT_LIMITS.attributes })
    .optional()
    .describe("What of the context the flag's budgets are by."),
  served: ServedPart.optional(),
};

export const GenerationPart = z.strictObject({
  ...base,
  kind: z.literal("generation"),
  operation: name.describe("`gen_ai.operation.name`: chat, text_completion, embeddings, …"),
  attempt: z.int().min(1).max(100).describe("1 is what the flag served, more are further down its fallback."),
  durationMs: duration,
  timeToFirstChunkMs: duration.optional(),
  provider: name.optional(),
  requestModel: name.optional(),
  responseModel: name.optional(),
  responseId: name.optional(),
  stream: mark,
  inputTokens: tokens.describe("Cached ones included. What the provider did not say is left out: unknown, not 0."),
  outputTokens: tokens,
  cacheReadInputTokens: tokens,
  cacheCreationInputTokens: tokens,
  reasoningOutputTokens: tokens,
  finishReasons: z.array(name).max(EVENT_LIMITS.finishReasons).optional(),
  toolCalls: z.int().min(0).max(10_000).optional(),
  refused: mark,
  shadow: mark.describe("Nobody saw the answer: metrics tell of it apart."),
  errorType,
  httpStatus: z.int().min(100).max(599).optional(),
  costMicroUsd: cost.describe("Where the app knows it; else the server reckons it by its prices."),
});

/** One event, as it comes. */
export const TelemetryEventPart = z
  .discriminatedUnion("kind", [
    z.strictObject({ ...base, kind: z.literal("exposure"), served: ServedPart }),
    GenerationPart,
    z.strictObject({
      ...base,
      kind: z.literal("run"),
      outcome: z.enum(["model", "fallback", "reply", "default", "error"]),
      errorType: errorType.describe("`aborted` where the app itself ended the run, which says nothing of the variant."),
      attempts: z.int().min(0).max(100),
      durationMs: duration,
      missingTools: z.array(name).max(EVENT_LIMITS.missingTools).optional(),
    }),
    z.strictObject({
      ...base,
      kind: z.literal("step"),
      operation: name.describe("`execute_tool`, `retrieval`, `rerank` or the app's own."),
      name: name.optional(),
      durationMs: duration,
      errorType: name.optional(),
      costMicroUsd: cost,
    }),
    z.strictObject({
      ...base,
      kind: z.literal("feedback"),
      name: z.enum(FEEDBACK_NAMES),
      value: z.number().min(0).max(1).optional(),
      comment: z.string().max(EVENT_LIMITS.commentChars).optional(),
    }),
    z.strictObject({ ...base, kind: z.literal("score"), name, value: z.number(), label: name.optional() }),
    z.strictObject({ ...base, kind: z.literal("task"), success: z.boolean(), durationMs: duration.optional() }),
    z.strictObject({ ...base, kind: z.literal("metric"), name, value: z.number().optional() }),
  ])
  .meta({ id: "TelemetryEvent" });

/** What a run's token vouches for: what of an event belongs to its run. */
export const RunClaimsPart = z.object({
  run: id,
  task: base.task,
  conversation: base.conversation,
  targetingKey: base.targetingKey,
  served: base.served,
});

/** The body of `POST /sdk/v1/events`; each event is read on its own, so that one that is wrong sinks no other. */
export const EventsBody = z.strictObject({
  events: z
    .array(z.unknown().meta({ description: "A `TelemetryEvent`." }))
    .min(1)
    .max(EVENT_LIMITS.events),
});
