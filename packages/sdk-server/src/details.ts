/** From an evaluation to what a look-up gives: a value of the asked type, or the caller's default. */

import type { ErrorCode, Evaluation, EvaluationDetails } from "@dimmer/evaluation";

export type ValueType = "boolean" | "string" | "number" | "object";

/** The value, where there is one of the asked type. */
export function valueOf<T>({ value }: Evaluation, type: ValueType, defaultValue: T): T {
  return typeof value === type && value !== null ? (value as T) : defaultValue;
}

/** The evaluation itself where it can serve as it is: it is frozen and often shared between calls. */
export function detailsOf<T>(evaluation: Evaluation, type: ValueType, defaultValue: T, isStale: boolean): EvaluationDetails<T> {
  const { value } = evaluation;
  if (typeof value === type && value !== null) return (isStale ? markStale(evaluation) : evaluation) as EvaluationDetails<T>;
  const details = value === undefined ? evaluation : mismatch(evaluation, type);
  return { ...(isStale ? markStale(details) : details), value: defaultValue };
}

const markStale = (evaluation: Evaluation): Evaluation => ({
  ...evaluation,
  flagMetadata: { ...evaluation.flagMetadata, stale: true },
});

function mismatch({ flagKey, value, flagMetadata }: Evaluation, type: ValueType): Evaluation {
  const errorCode: ErrorCode = "TYPE_MISMATCH";
  const errorMessage = `The flag serves ${value === null ? "null" : withArticle(typeof value)}, not ${withArticle(type)}.`;
  return { flagKey, value: undefined, reason: "ERROR", errorCode, errorMessage, flagMetadata, fallback: [] };
}

const withArticle = (type: string): string => `${type === "object" ? "an" : "a"} ${type}`;
