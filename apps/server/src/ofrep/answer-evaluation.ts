/** OFREP's single evaluation as a pure function: the server and the edge worker mount the same. */

import { evaluate, type ErrorCode, type Evaluation } from "@dimmer/evaluation";
import { FRESH_PIN, type OfrepFailure, type OfrepMetadata, type OfrepSuccess } from "@dimmer/protocol";
import type { OfrepView } from "./ofrep-view.ts";
import { optionsFor, type Question, type ReadQuestion, snapshotFor } from "./read-question.ts";

/** A status and a body of JSON. */
export interface OfrepAnswer {
  readonly status: 200 | 400 | 404 | 500;
  readonly text: string;
}

/**
 * Answers one flag for one question.
 *
 * Shape:  `count` hears of what was decided. Key, reason, variant and value always where there is a variant. DISABLED with no
 *         fallback left defers to the caller's default: key and reason only. Errors have key, errorCode and errorDetails.
 * Errors: none thrown.
 * Source: OFREP 0.3; ADR-0005 names what clients in the field break on, ADR-0017 what a browser key is not told.
 */
export function answerEvaluation(
  key: string,
  question: ReadQuestion,
  view: OfrepView,
  count?: (evaluation: Evaluation, context: object) => void,
): OfrepAnswer {
  if ("problem" in question) return { status: 400, text: writeFailure(key, "INVALID_CONTEXT", question.problem) };
  const evaluation = evaluateIn(view, key, question);
  count?.(evaluation, question.context);
  const { errorCode } = evaluation;
  const pin = question.pinOf?.(evaluation);
  const more = pin === undefined ? question.problems : { ...question.problems, [FRESH_PIN]: pin };
  const text = Object.keys(more).length === 0 ? writeEvaluation(view, evaluation) : writeAnew(view, evaluation, more);
  return { status: errorCode === undefined ? 200 : STATUS[errorCode], text };
}

/** A flag that is not this key's is answered in the same words, by the same look-up, as one that is not there. */
function evaluateIn(view: OfrepView, key: string, question: Question): Evaluation {
  if (view.flags.has(key)) return evaluate(snapshotFor(view, question), key, question.context, optionsFor(view, question));
  return { flagKey: key, value: undefined, reason: "ERROR", errorCode: "FLAG_NOT_FOUND", flagMetadata: {}, fallback: [] };
}

/** The evaluation as JSON, success or failure; made once for each that the snapshot keeps. */
export function writeEvaluation(view: OfrepView, evaluation: Evaluation): string {
  const known = view.texts.get(evaluation);
  if (known !== undefined) return known;
  const text = writeAnew(view, evaluation, {});
  view.texts.set(evaluation, text);
  return text;
}

/** `more` goes into the metadata of a success. */
function writeAnew(view: OfrepView, evaluation: Evaluation, more: Readonly<Record<string, string>>): string {
  const { flagKey, errorCode, errorMessage } = evaluation;
  if (errorCode !== undefined) return writeFailure(flagKey, errorCode, detailsOf(view, errorCode, errorMessage));
  const { metadata, ...success } = succeed(view, evaluation);
  return JSON.stringify({ ...success, metadata: { ...metadata, ...more } } satisfies OfrepSuccess);
}

export const writeFailure = (key: string, errorCode: ErrorCode, errorDetails: string): string =>
  JSON.stringify({ key, errorCode, errorDetails } satisfies OfrepFailure);

function succeed(view: OfrepView, { flagKey, reason, variant, value, flagMetadata }: Evaluation): OfrepSuccess {
  return {
    key: flagKey,
    reason,
    ...(variant === undefined ? {} : { variant }),
    ...(value === undefined ? {} : { value }),
    metadata: metadataOf(view, flagMetadata),
  };
}

/** The others tell of rules, of `only`, and of what an operator did not foresee. */
const PUBLIC_METADATA: ReadonlySet<string> = new Set(["flagSetId", "version", "valueVersion", "pinned", "overridden", "stale"]);

function metadataOf({ audience }: OfrepView, flagMetadata: Evaluation["flagMetadata"]): OfrepMetadata {
  const metadata: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(flagMetadata))
    if (value !== undefined && (audience === "server" || PUBLIC_METADATA.has(name))) metadata[name] = value;
  return metadata;
}

const PUBLIC_DETAILS: Readonly<Record<ErrorCode, string>> = {
  FLAG_NOT_FOUND: "There is no such flag for this key.",
  PARSE_ERROR: "The flag cannot be evaluated; whoever runs the server can see why.",
  TYPE_MISMATCH: "The flag has another type.",
  TARGETING_KEY_MISSING: "The context lacks the key that this flag needs; send `targetingKey`.",
  INVALID_CONTEXT: "The context cannot be read.",
  PROVIDER_NOT_READY: "The server is not ready.",
  PROVIDER_FATAL: "The server cannot answer.",
  GENERAL: "The flag could not be evaluated.",
};

/** The engine's own words name attributes, segments and other flags. */
const detailsOf = ({ audience }: OfrepView, errorCode: ErrorCode, message: string | undefined): string =>
  audience === "browser" ? PUBLIC_DETAILS[errorCode] : (message ?? PUBLIC_DETAILS[errorCode]);

const STATUS: Readonly<Record<ErrorCode, 400 | 404 | 500>> = {
  FLAG_NOT_FOUND: 404,
  PARSE_ERROR: 400,
  TYPE_MISMATCH: 400,
  TARGETING_KEY_MISSING: 400,
  INVALID_CONTEXT: 400,
  PROVIDER_NOT_READY: 500,
  PROVIDER_FATAL: 500,
  GENERAL: 500,
};
