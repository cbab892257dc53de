/** The last gate of every path: what is served when a variant is stopped, forbidden, or served after all. */

import type { Evaluation, FallbackValue, FlagMetadata } from "./details.ts";
import { answerOf, newOrigin, nothingLeft, type Origin, type Plan, type PlanVariant } from "./plan.ts";
import { onProof, type Run } from "./run.ts";
import type { Condition } from "./targeting/condition.ts";
import { testCondition } from "./targeting/test-condition.ts";
import { TRUE, type Truth, TRUTH_WORDS } from "./targeting/truth.ts";
import { traceOnly } from "./trace-steps.ts";

export const NO_CHAIN: readonly FallbackValue[] = Object.freeze([]);

export function mayHave(run: Run, { only }: PlanVariant): boolean {
  return only === undefined || testOnly(run, only) === TRUE;
}

function testOnly(run: Run, only: Condition): Truth {
  return run.proven === undefined ? testCondition(only, run) : onProof(run, () => testCondition(only, run));
}

/** The last gate of every path: a stopped variant falls back, a forbidden one is blocked. */
export function serveVariant(run: Run, plan: Plan, variant: PlanVariant, origin: Origin): Evaluation {
  if (variant.isStopped) {
    run.trace?.push({ step: "stopped", variant: variant.name });
    return degrade(run, plan, { ...detailsOf(origin), path: "fallback" });
  }
  if (variant.only === undefined) return answer(run, plan, origin, variant);
  const result = testOnly(run, variant.only);
  if (run.trace !== undefined) traceOnly(run, run.trace, variant, TRUTH_WORDS[result]);
  if (result === TRUE) return answer(run, plan, origin, variant);
  return degrade(run, plan, { ...detailsOf(origin), path: "fallback", blocked: true });
}

/** Which rule, pin or override led to a degraded answer; its own path is the fallback. */
function detailsOf({ metadata: { ruleId, pinned, overridden } }: Origin): FlagMetadata {
  return { ...(ruleId === undefined ? {} : { ruleId }), ...(pinned ? { pinned } : {}), ...(overridden ? { overridden } : {}) };
}

/** Every degraded path: the first fallback that holds and is not stopped, else the caller's default. */
export function degrade(run: Run, plan: Plan, facts: FlagMetadata): Evaluation {
  const chain = chainOf(run, plan);
  const metadata = withUnknowns(run, { ...plan.base, ...facts });
  const first = chain[0];
  if (first === undefined) return nothingLeft(plan.key, metadata);
  return answerOf(plan.key, newOrigin("DISABLED", metadata), variantNamed(plan, first.variant) as PlanVariant, chain);
}

/** The fallback list for this context. */
function chainOf(run: Run, plan: Plan): readonly FallbackValue[] {
  if (plan.chain !== undefined && run.trace === undefined) return plan.chain;
  const chain = plan.fallback.filter(({ variant, when }) => {
    const why = variant.isStopped
      ? "it is stopped"
      : when !== undefined && testCondition(when, run) !== TRUE
        ? "its condition does not hold"
        : mayHave(run, variant)
          ? undefined
          : "this context may not have it";
    run.trace?.push({
      step: "fallback",
      variant: variant.name,
      applies: why === undefined,
      ...(why === undefined ? {} : { why }),
    });
    return why === undefined;
  });
  return chain.length === 0 ? NO_CHAIN : Object.freeze(chain.map(({ value }) => value));
}

/** Serves a variant, with the fallback chain that this context may have. */
export function answer(run: Run, plan: Plan, origin: Origin, variant: PlanVariant): Evaluation {
  if (plan.chain !== undefined && run.unknowns === 0) return answerOf(plan.key, origin, variant, plan.chain);
  // The chain comes first: what is unknown in it counts as well.
  const chain = silently(run, () => chainOf(run, plan));
  return answerOf(plan.key, { ...origin, metadata: withUnknowns(run, origin.metadata) }, variant, chain);
}

/** A chain that is only carried along, not served, does not belong into the trace. */
function silently<T>(run: Run, work: () => T): T {
  const { trace } = run;
  run.trace = undefined;
  const result = work();
  run.trace = trace;
  return result;
}

export function withUnknowns(run: Run, metadata: FlagMetadata): FlagMetadata {
  return run.unknowns === 0 ? metadata : { ...metadata, unknowns: run.unknowns };
}

export function variantNamed(plan: Plan, name: string): PlanVariant | undefined {
  return plan.variants.find((variant) => variant.name === name);
}
