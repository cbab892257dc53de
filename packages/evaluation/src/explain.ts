/** Why an evaluation came out as it did: the same function, with its trace. */

import type { CompiledSnapshot } from "./compile-snapshot.ts";
import type { EvaluateOptions } from "./context.ts";
import type { Evaluation } from "./details.ts";
import { evaluateIn, newRun, notFound } from "./evaluate.ts";
import type { TraceStep } from "./trace.ts";

export interface Explanation {
  readonly evaluation: Evaluation;
  readonly trace: readonly TraceStep[];
  /** Conditions, elements and list entries looked at; bounded by `LIMITS.evaluationSteps`. */
  readonly steps: number;
  /** Program size × length of every pattern tried; bounded by `LIMITS.matcherSteps`. */
  readonly matcherSteps: number;
  readonly unknowns: number;
}

/**
 * Decides one flag for one context and tells every step.
 *
 * Shape:  the evaluation is the one that `evaluate` gives; nothing of it is left out of the trace but the constant shortcut.
 * Errors: never throws.
 */
export function explain(
  snapshot: CompiledSnapshot,
  flagKey: string,
  context: unknown,
  options: EvaluateOptions = {},
): Explanation {
  const run = newRun(snapshot);
  const trace: TraceStep[] = [];
  const flag = snapshot.flags.get(flagKey);
  const evaluation = flag === undefined ? notFound(flagKey) : evaluateIn(run, snapshot, flag, context, options, trace);
  return { evaluation, trace, steps: run.steps, matcherSteps: run.matcherSteps, unknowns: run.unknowns };
}
