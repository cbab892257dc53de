/** What SDKs tell of their evaluations, and what the management API makes of it. */

import { z } from "zod";
import type { DecisionPath, ErrorCode, Reason } from "@dimmer/evaluation";

/** Where an SDK sends what it has counted: `POST`, a `TelemetryBatch` as its body, a `TelemetryAnswer` back. */
export const EVALUATIONS_PATH = "/sdk/v1/evaluations";

/** Bounds of one batch, on whoever's side. */
export const TELEMETRY_BATCH_LIMITS = {
  bytes: 1024 * 1024,
  evaluations: 2_000,
  people: 400,
  attributes: 200,
  /** Values of one declared attribute. */
  values: 100,
  nameChars: 256,
  /** Of one answer in one batch: a second of the fastest machine is a thousandth of it. */
  count: 10_000_000_000,
} as const;

export type AttributeType = "string" | "number" | "boolean" | "object" | "array" | "null";

/** How often one answer was given. */
export interface EvaluationCount {
  readonly flag: string;
  readonly variant?: string | undefined;
  readonly valueVersion?: number | undefined;
  readonly path?: DecisionPath | undefined;
  readonly rule?: string | undefined;
  readonly reason: Reason;
  readonly errorCode?: ErrorCode | undefined;
  /** Led to a variant that this context may not have, and got the fallback. */
  readonly blocked?: true | undefined;
  readonly count: number;
}

/**
 * How many different targeting keys there were, as a sketch.
 *
 * Shape:  without a flag everybody, in 4,096 registers; else those whom one rule, the default or a pin of a flag answered, in 1,024.
 *         `sketch` is the registers as text; ADR-0026 has the form.
 */
export interface PeopleCount {
  readonly flag?: string | undefined;
  readonly path?: DecisionPath | undefined;
  readonly rule?: string | undefined;
  readonly sketch: string;
}

/**
 * How the contexts that were looked at fit what the project declares of one attribute.
 *
 * Shape:  `seen` contexts were looked at, one in 64 evaluations; `values` only of an attribute that lists them and is not private.
 */
export interface ContextCount {
  readonly path: string;
  readonly seen: number;
  readonly missing: number;
  readonly mistyped: number;
  readonly notAllowed: number;
  readonly values: readonly { readonly value: string; readonly count: number }[];
}

/** What one SDK has counted in a few seconds. */
export interface TelemetryBatch {
  readonly format: 1;
  /** Drawn by the SDK: sent twice, it counts once. */
  readonly batch: string;
  /** Epoch milliseconds of the minute it counts for. */
  readonly minute: number;
  /** Evaluations that found no room in the SDK since the batch before. */
  readonly dropped: number;
  readonly evaluations: readonly EvaluationCount[];
  readonly people: readonly PeopleCount[];
  readonly attributes: readonly { readonly path: string; readonly types: readonly AttributeType[] }[];
  /** Only where the snapshot declares something: a server that does not know of it never sees it. */
  readonly contexts?: readonly ContextCount[] | undefined;
}

/** Evaluations, in numbers: what was sent is what was accepted and what was dropped. */
export interface TelemetryAnswer {
  readonly accepted: number;
  readonly dropped: number;
}

const name = z.string().min(1).max(TELEMETRY_BATCH_LIMITS.nameChars);
const path = z.enum(["target", "rule", "default", "fallback", "pin", "override"]);

/** OpenFeature's reasons and error codes, closed on the wire. */
export const ReasonPart = z.enum([
  "STATIC",
  "DEFAULT",
  "TARGETING_MATCH",
  "SPLIT",
  "CACHED",
  "DISABLED",
  "UNKNOWN",
  "STALE",
  "ERROR",
] satisfies Reason[]);
export const ErrorCodePart = z.enum([
  "PROVIDER_NOT_READY",
  "FLAG_NOT_FOUND",
  "PARSE_ERROR",
  "TYPE_MISMATCH",
  "TARGETING_KEY_MISSING",
  "INVALID_CONTEXT",
  "PROVIDER_FATAL",
  "GENERAL",
] satisfies ErrorCode[]);

/** How often one answer was given, as it comes in a batch. */
export const EvaluationCountPart = z.strictObject({
  flag: name,
  variant: name.optional(),
  valueVersion: z.int().min(0).optional(),
  path: path.optional(),
  rule: name.optional(),
  reason: ReasonPart,
  errorCode: ErrorCodePart.optional(),
  blocked: z.literal(true).optional(),
  count: z.int().min(1).max(TELEMETRY_BATCH_LIMITS.count),
});

const PeopleCountPart = z.strictObject({
  flag: name.optional(),
  path: path.optional(),
  rule: name.optional(),
  sketch: z.string().max(4_096),
});

const AttributePart = z.strictObject({
  path: name,
  types: z
    .array(z.enum(["string", "number", "boolean", "object", "array", "null"]))
    .min(1)
    .max(6),
});

const count = z.int().min(0).max(TELEMETRY_BATCH_LIMITS.count);

const ContextCountPart = z.strictObject({
  path: name,
  seen: count,
  missing: count,
  mistyped: count,
  notAllowed: count,
  values: z
    .array(z.strictObject({ value: z.string().max(TELEMETRY_BATCH_LIMITS.nameChars), count }))
    .max(TELEMETRY_BATCH_LIMITS.values),
});

/** The body of `POST /sdk/v1/evaluations`. */
export const TelemetryBatchBody = z
  .strictObject({
    format: z.literal(1),
    batch: z.string().regex(/^[0-9A-Za-z-]{16,64}$/u),
    minute: z.int(),
    dropped: z.int().min(0),
    evaluations: z.array(EvaluationCountPart).max(TELEMETRY_BATCH_LIMITS.evaluations),
    people: z.array(PeopleCountPart).max(TELEMETRY_BATCH_LIMITS.people),
    attributes: z.array(AttributePart).max(TELEMETRY_BATCH_LIMITS.attributes),
    contexts: z.array(ContextCountPart).max(TELEMETRY_BATCH_LIMITS.attributes).optional(),
  })
  .meta({ id: "TelemetryBatch" });

/** Evaluations of one kind in the asked time. */
export interface EvaluationTotal extends Omit<EvaluationCount, "count"> {
  readonly count: number;
  /** The minute, or once it is long ago the hour, in which the last of them were counted. */
  readonly lastAt: string;
}

/** How often each variant of one flag was served, step by step; null stands for the caller's default. */
export interface EvaluationSeries {
  readonly variant: string | null;
  readonly points: readonly { readonly at: string; readonly count: number }[];
}

export interface EvaluationsView {
  /** The server's clock at the time of the answer, to reckon ages with: clocks differ. */
  readonly asOf: string;
  readonly since: string;
  readonly until: string;
  readonly totals: readonly EvaluationTotal[];
  /** Only where one flag was asked for. */
  readonly series: readonly EvaluationSeries[];
  readonly stepMs: number;
}

/** About how many different people: one standard error is `error` as a share of it. */
export interface PeopleEstimate {
  readonly people: number;
  readonly error: number;
}

/** The people whom one rule, or the default, of a flag has answered, and those of them who hold a pin of that flag. */
export interface AddressPeople {
  readonly flag: string;
  /** A rule's id, or `default`. */
  readonly rule: string;
  readonly people: number;
}

export interface PeopleView {
  readonly today: PeopleEstimate;
  /** Seven days, today included. */
  readonly week: PeopleEstimate;
  /** By flag and rule, in the week; one standard error is `error`. */
  readonly addresses: readonly AddressPeople[];
  /** Flag → people who were answered by a pin, in the week. */
  readonly pinned: Readonly<Record<string, number>>;
  readonly error: number;
}

export interface AttributeView {
  readonly path: string;
  readonly types: readonly AttributeType[];
  /** The day it was last seen; null for one that is declared and was never there. */
  readonly lastSeen: string | null;
  /** Of the contexts that were looked at in the last week, where the project declares the attribute. */
  readonly declared?: Omit<ContextCount, "path">;
}

/** A flag that programs ask for and that is not there. */
export interface UnknownFlagView {
  readonly flag: string;
  readonly count: number;
  readonly lastAt: string;
}
