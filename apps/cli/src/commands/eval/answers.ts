/** One line of evaluation details per context: OpenFeature's details as JSON. */

import {
  type CompiledSnapshot,
  type EvaluateOptions,
  type Evaluation,
  evaluate,
  explain,
  type Explanation,
  type JsonValue,
} from "@dimmer/evaluation";

export interface Answers {
  /** The details of one context. */
  answer(context: unknown): string;
  /** The same with the trace beside. */
  explained(context: unknown): { readonly line: string; readonly explanation: Explanation };
  /** The line for a context that cannot be read. */
  refuse(lineNumber: number, problem: string): string;
  /** Answers that carry an error code so far. */
  errors(): number;
}

/**
 * Shape:  `defaultValue` is the value where the caller's default applies, as in every SDK.
 * Errors: none; a bad context is an answer with an error code.
 */
export function openAnswers(
  snapshot: CompiledSnapshot,
  flagKey: string,
  defaultValue: JsonValue,
  options?: EvaluateOptions,
): Answers {
  const ready = openRing();
  let errors = 0;
  const lineOf = (evaluation: Evaluation): string => {
    if (evaluation.errorCode !== undefined) errors++;
    return ready.find(evaluation) ?? ready.keep(evaluation, JSON.stringify(detailsOf(evaluation, defaultValue)));
  };
  return {
    answer: (context) => lineOf(evaluate(snapshot, flagKey, context, options)),
    explained: (context) => {
      const explanation = explain(snapshot, flagKey, context, options);
      if (explanation.evaluation.errorCode !== undefined) errors++;
      const { trace, steps, matcherSteps, unknowns } = explanation;
      const details = { ...detailsOf(explanation.evaluation, defaultValue), explain: { trace, steps, matcherSteps, unknowns } };
      return { line: JSON.stringify(details), explanation };
    },
    refuse: (line, problem) => {
      errors++;
      const errorMessage = `line ${line} is no context: ${problem}`;
      const failed = {
        flagKey,
        value: defaultValue,
        reason: "ERROR",
        errorCode: "INVALID_CONTEXT",
        errorMessage,
        flagMetadata: {},
        fallback: [],
        line,
      };
      return JSON.stringify(failed);
    },
    errors: () => errors,
  };
}

/** OpenFeature's details: the caller's default in place of a missing value. */
function detailsOf(evaluation: Evaluation, defaultValue: JsonValue): object {
  return evaluation.value === undefined ? { ...evaluation, value: defaultValue } : evaluation;
}

/** Lines kept; a flag rarely has more answers that do not depend on the context. */
const RING = 16;

/**
 * The lines of the last answers. What does not depend on the context is one and the same object each time, and so is its
 * line; a WeakMap would hold those that never come again too, and cost more than writing them.
 */
function openRing() {
  const answers: (Evaluation | undefined)[] = Array.from({ length: RING });
  const lines: string[] = [];
  let at = 0;
  return {
    find(evaluation: Evaluation): string | undefined {
      const found = answers.indexOf(evaluation);
      return found < 0 ? undefined : lines[found];
    },
    keep(evaluation: Evaluation, line: string): string {
      answers[at] = evaluation;
      lines[at] = line;
      at = (at + 1) % RING;
      return line;
    },
  };
}
