/** The steps of a trace that take more than a word. */

import type { PlanSplit, PlanVariant } from "./plan.ts";
import { onProof, type Run } from "./run.ts";
import { explainCondition } from "./targeting/explain-condition.ts";
import type { ConditionTrace, TraceStep, TruthWord } from "./trace.ts";

export function traceRule(run: Run, trace: TraceStep[], ruleId: string, when: unknown, result: TruthWord): void {
  trace.push({ step: "rule", ruleId, result, conditions: explainCondition(run, when, "open") });
}

export function traceOnly(run: Run, trace: TraceStep[], variant: PlanVariant, result: TruthWord): void {
  trace.push({ step: "only", variant: variant.name, result, conditions: explainOnly(run, variant) });
}

/** A variant's `only`, on what it is decided on. */
export function explainOnly(run: Run, { onlySource }: PlanVariant): ConditionTrace[] {
  return onProof(run, () => explainCondition(run, onlySource, "closed"));
}

export function traceSplit(trace: TraceStep[], split: PlanSplit, unit: string, slot: number, at: number): void {
  const range = [at === 0 ? 0 : (split.ends[at - 1] as number), split.ends[at] as number] as const;
  trace.push({
    step: "split",
    by: split.by,
    unit,
    slot,
    offset: split.offset,
    range,
    variant: nameOf(split.holders[at]),
  });
}

/** Null is the way on to the next rule. */
function nameOf(holder: PlanVariant | undefined): string | null {
  return holder === undefined ? null : holder.name;
}
