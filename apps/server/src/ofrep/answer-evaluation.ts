/** OFREP's single evaluation as a pure function: the server and the edge worker mount the same. */

import { evaluate, type CompiledSnapshot, type ErrorCode, type Evaluation } from "@dimmer/evaluation";
import type { OfrepFailure, OfrepMetadata, OfrepSuccess } from "@dimmer/protocol";

/** Top-level attributes of a context. */
export const OFREP_MAX_ATTRIBUTES = 1_000;

export type OfrepAnswer =
  | { readonly status: 200; readonly body: OfrepSuccess }
  | { readonly status: 400 | 404 | 500; readonly body: OfrepFailure };

/**
 * Answers one flag for one request body.
 *
 * Shape:  key, reason, variant and value always where there is a variant. DISABLED with no fallback left defers to the caller's
 *         default: key and reason only. Errors have key, errorCode and errorDetails.
 * Errors: none thrown.
 * Source: OFREP 0.3; ADR-0005 names what clients in the field break on.
 */
export function answerEvaluation(key: string, body: unknown, snapshot: CompiledSnapshot, now: number): OfrepAnswer {
  const context = readContext(body);
  if ("problem" in context) return fail(key, "INVALID_CONTEXT", context.problem);
  const evaluation = evaluate(snapshot, key, context.value, { now });
  if (evaluation.errorCode !== undefined) {
    return fail(key, evaluation.errorCode, evaluation.errorMessage ?? "The flag could not be evaluated.");
  }
  return { status: 200, body: succeed(key, evaluation) };
}

function readContext(body: unknown): { readonly value: object } | { readonly problem: string } {
  if (body === undefined || body === null) return { value: {} };
  if (!isObject(body)) return { problem: 'The body must be an object such as {"context": {"targetingKey": "user-1"}}.' };
  const context: unknown = Object.hasOwn(body, "context") ? Reflect.get(body, "context") : {};
  if (!isObject(context)) return { problem: "`context` must be an object." };
  if (Object.keys(context).length > OFREP_MAX_ATTRIBUTES)
    return { problem: `A context may have ${OFREP_MAX_ATTRIBUTES} attributes.` };
  return { value: context };
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);

function succeed(key: string, evaluation: Evaluation): OfrepSuccess {
  const { reason, variant, value } = evaluation;
  return {
    key,
    reason,
    ...(variant === undefined ? {} : { variant }),
    ...(value === undefined ? {} : { value }),
    metadata: metadataOf(evaluation),
  };
}

function metadataOf(evaluation: Evaluation): OfrepMetadata {
  const metadata: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(evaluation.flagMetadata)) if (value !== undefined) metadata[name] = value;
  return metadata;
}

const STATUS: Readonly<Record<ErrorCode, OfrepAnswer["status"] & (400 | 404 | 500)>> = {
  FLAG_NOT_FOUND: 404,
  PARSE_ERROR: 400,
  TYPE_MISMATCH: 400,
  TARGETING_KEY_MISSING: 400,
  INVALID_CONTEXT: 400,
  PROVIDER_NOT_READY: 500,
  PROVIDER_FATAL: 500,
  GENERAL: 500,
};

export function fail(key: string, errorCode: ErrorCode, errorDetails: string): OfrepAnswer {
  return { status: STATUS[errorCode], body: { key, errorCode, errorDetails } };
}
