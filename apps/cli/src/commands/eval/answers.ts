/** One line of evaluation details per context: OpenFeature's details as JSON. */

import { type CompiledSnapshot, type Evaluation, evaluate, explain, type Explanation, type JsonValue } from "@dimmer/evaluation";

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
export function openAnswers(snapshot: CompiledSnapshot, flagKey: string, defaultValue: JsonValue): Answers {
  // Evaluations that do not depend on the context are one and the same object each time, and so is their line.
  const lines = new WeakMap<Evaluation, string>();
  let errors = 0;
  const lineOf = (evaluation: Evaluation): string => {
    if (evaluation.errorCode !== undefined) errors++;
    const ready = lines.get(evaluation);
    if (ready !== undefined) return ready;
    const line = JSON.stringify(detailsOf(evaluation, defaultValue));
    lines.set(evaluation, line);
    return line;
  };
  return {
    answer: (context) => lineOf(evaluate(snapshot, flagKey, context)),
    explained: (context) => {
      const explanation = explain(snapshot, flagKey, context);
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

function detailsOf(evaluation: Evaluation, defaultValue: JsonValue): Record<string, unknown> {
  return { ...evaluation, value: evaluation.value === undefined ? defaultValue : evaluation.value };
}
