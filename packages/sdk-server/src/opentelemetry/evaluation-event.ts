/** From an evaluation to the attributes of its event, for any OpenFeature provider and for the native client. */

import type { EvaluationContext } from "@dimmer/evaluation";
import { ATTRIBUTES } from "./attributes.ts";

/** Characters of a value, or of an error's message, that are recorded. */
export const TEXT_MAX_CHARACTERS = 4_096;

/** What the event may tell beside what was decided. */
export interface EvaluationEventOptions {
  /** True, or the keys of the flags whose values are recorded: a value may be a prompt, or private. None unless given. */
  readonly recordValues?: boolean | readonly string[];
  /** False leaves out whose evaluation it was, where targeting keys are e-mail addresses or the like. */
  readonly recordContextId?: boolean;
}

/** Evaluation details of any provider; looser than OpenFeature's, so that both faces fit. */
export interface ObservedEvaluation {
  readonly flagKey: string;
  readonly value: unknown;
  readonly variant?: string | undefined;
  readonly reason?: string | undefined;
  readonly errorCode?: string | undefined;
  readonly errorMessage?: string | undefined;
  readonly flagMetadata: Readonly<Record<string, string | number | boolean | undefined>>;
}

export type EvaluationAttributes = Readonly<Record<string, string | number | boolean>>;

/**
 * The attributes of `feature_flag.evaluation`.
 *
 * Shape:  lower-case reasons and codes; what is not known is absent; no value unless asked for.
 * Errors: throws what reading a hostile context or value throws; callers catch.
 * Source: OpenTelemetry semantic conventions, feature flags; OpenFeature specification, appendix D; ADR-0028.
 */
export function attributesOf(
  evaluation: ObservedEvaluation,
  context: EvaluationContext | null | undefined,
  providerName: string,
  { recordValues = false, recordContextId = true }: EvaluationEventOptions,
): EvaluationAttributes {
  const { flagKey, value, variant, reason = "UNKNOWN", errorCode, errorMessage, flagMetadata } = evaluation;
  const hasValue = recordValues === true || (recordValues !== false && recordValues.includes(flagKey));
  const isError = reason === "ERROR" || errorCode !== undefined;
  return withoutAbsent({
    [ATTRIBUTES.key]: flagKey,
    [ATTRIBUTES.providerName]: providerName,
    [ATTRIBUTES.reason]: reason.toLowerCase(),
    [ATTRIBUTES.variant]: variant,
    [ATTRIBUTES.value]: hasValue ? scalarOf(value) : undefined,
    [ATTRIBUTES.contextId]: recordContextId ? textOf(flagMetadata["contextId"] ?? context?.targetingKey) : undefined,
    [ATTRIBUTES.setId]: textOf(flagMetadata["flagSetId"]),
    [ATTRIBUTES.version]: textOf(flagMetadata["version"]),
    [ATTRIBUTES.errorType]: isError ? (errorCode ?? "GENERAL").toLowerCase() : undefined,
    [ATTRIBUTES.errorMessage]: isError ? textOf(errorMessage)?.slice(0, TEXT_MAX_CHARACTERS) : undefined,
  });
}

function withoutAbsent(attributes: Readonly<Record<string, string | number | boolean | undefined>>): EvaluationAttributes {
  const present: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) present[name] = value;
  return present;
}

/** These attributes are text, also where a provider gives a number. */
const textOf = (value: unknown): string | undefined =>
  typeof value === "string" ? value || undefined : typeof value === "number" ? String(value) : undefined;

/** Structures travel as JSON, as not every backend takes more. */
function scalarOf(value: unknown): string | number | boolean | undefined {
  if (typeof value === "boolean" || typeof value === "number") return value;
  const text: string | undefined = typeof value === "string" ? value : JSON.stringify(value);
  return text?.slice(0, TEXT_MAX_CHARACTERS);
}
