/** What an evaluation answers, in OpenFeature's words. */

import type { JsonValue } from "./json.ts";

/** OpenFeature's resolution reasons; Dimmer adds none. */
export type Reason = "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "CACHED" | "DISABLED" | "UNKNOWN" | "STALE" | "ERROR";

/** OpenFeature's error codes; Dimmer adds none. */
export type ErrorCode =
  | "PROVIDER_NOT_READY"
  | "FLAG_NOT_FOUND"
  | "PARSE_ERROR"
  | "TYPE_MISMATCH"
  | "TARGETING_KEY_MISSING"
  | "INVALID_CONTEXT"
  | "PROVIDER_FATAL"
  | "GENERAL";

/** How the answer came about; `path` names the target list, the rule, the default or the fallback. */
export type DecisionPath = "target" | "rule" | "default" | "fallback" | "pin" | "override";

/**
 * Primitives only, as OpenFeature and OFREP ask. Absent means false or not applicable.
 *
 * Shape:  `flagSetId` is `project/environment`; `version` the flag's revision as text (OpenTelemetry `feature_flag.version`).
 */
export interface FlagMetadata {
  readonly flagSetId?: string;
  readonly version?: string;
  readonly path?: DecisionPath;
  readonly ruleId?: string;
  readonly valueVersion?: number;
  /** A rule, target, pin or override named a variant this context may not have. */
  readonly blocked?: true;
  /** The context may not have one of the split's live variants; left out of evidence. */
  readonly ineligible?: true;
  readonly pinned?: true;
  readonly overridden?: true;
  /** Set by an SDK that has lost its source for longer than its grace. */
  readonly stale?: true;
  /** Conditions that could not be decided (unknown operator, missing segment, exceeded limit). */
  readonly unknowns?: number;
  readonly [key: string]: string | number | boolean | undefined;
}

/** One entry of the chain to try when a model fails; already filtered for the context. */
export interface FallbackValue {
  readonly variant: string;
  readonly value: JsonValue;
  readonly valueVersion: number;
}

/**
 * The answer of `evaluate`, before the caller's default is filled in.
 *
 * Shape:  `value` is undefined exactly when the caller's default applies: on an error code, or DISABLED with no fallback left.
 * Errors: none thrown; `errorCode` and `errorMessage` say what went wrong.
 */
export interface Evaluation {
  readonly flagKey: string;
  readonly value: JsonValue | undefined;
  readonly variant?: string;
  readonly reason: Reason;
  readonly errorCode?: ErrorCode;
  readonly errorMessage?: string;
  readonly flagMetadata: FlagMetadata;
  /** The flag's fallback list for this context, stopped variants left out. */
  readonly fallback: readonly FallbackValue[];
}

/** OpenFeature's evaluation details: an `Evaluation` with the caller's default in place of a missing value. */
export interface EvaluationDetails<T> {
  readonly flagKey: string;
  readonly value: T;
  readonly variant?: string;
  readonly reason: Reason;
  readonly errorCode?: ErrorCode;
  readonly errorMessage?: string;
  readonly flagMetadata: FlagMetadata;
  readonly fallback: readonly FallbackValue[];
}
