/** From effects to a verdict, and what to ship. */

import type { ArmEffect, ExperimentVerdict } from "@dimmer/protocol";
import { type AnalysedExperiment, LEAST_PEOPLE } from "./analysed-experiment.ts";
import type { JudgedSplit } from "./judge-split.ts";

export interface DecidedVerdict {
  readonly verdict: ExperimentVerdict;
  /** The winner, or the baseline where it is to stay; null while that is open. */
  readonly ship: string | null;
  /** The arm that the verdict is about; null where it is about all. */
  readonly about: string | null;
}

export interface Found {
  readonly split: JudgedSplit;
  readonly effects: readonly ArmEffect[];
  /** Whether the planned size was read. */
  readonly isPlanned: boolean;
}

/**
 * Shape:  trust comes first, then size, then the primary metric, then guardrails. What is better and has an open guardrail waits for it; at
 *         the planned size it is inconclusive.
 * Errors: none.
 */
export function decideVerdict(experiment: AnalysedExperiment, { split, effects, isPlanned }: Found): DecidedVerdict {
  const { baseline, bandit, plan } = experiment.definition;
  if (split.sampleRatio.isFlagged) return { verdict: "untrusted", ship: null, about: null };
  if (bandit !== null) return { verdict: "bandit", ship: null, about: null };
  if (split.people.some(({ people }) => people < LEAST_PEOPLE)) return { verdict: "collecting", ship: null, about: null };
  const primary = effects.filter(({ role }) => role === "primary");
  const better = bestFirst(primary.filter(({ reading }) => reading === "better"));
  const clear = better.find(({ variant }) => guardrailsOf(effects, variant).every(({ guardrail }) => guardrail === "held"));
  if (clear !== undefined) return { verdict: "winner", ship: clear.variant, about: clear.variant };
  const open = better.find(({ variant }) => guardrailsOf(effects, variant).every(({ guardrail }) => guardrail !== "crossed"));
  if (open !== undefined) return { verdict: isPlanned ? "inconclusive" : "collecting", ship: null, about: open.variant };
  const spoilt = better[0];
  if (spoilt !== undefined) return { verdict: "harm", ship: baseline, about: spoilt.variant };
  if (primary.length > 0 && primary.every(({ reading }) => reading === "worse"))
    return { verdict: "harm", ship: baseline, about: primary.length === 1 ? (primary[0]?.variant ?? null) : null };
  if (!isPlanned) return { verdict: "collecting", ship: null, about: null };
  const isSame = primary.every((effect) => effect.reading === "worse" || isWithin(effect, plan.effect));
  return isSame
    ? { verdict: "no-difference", ship: baseline, about: null }
    : { verdict: "inconclusive", ship: null, about: null };
}

export const guardrailsOf = (effects: readonly ArmEffect[], variant: string): readonly ArmEffect[] =>
  effects.filter((effect) => effect.role === "guardrail" && effect.variant === variant);

/** By how much better, in the metric's own unit. */
const bestFirst = (effects: readonly ArmEffect[]): readonly ArmEffect[] => {
  const gain = ({ direction, difference }: ArmEffect) => (direction === "up" ? 1 : -1) * (difference?.value ?? 0);
  return [...effects].sort((one, other) => gain(other) - gain(one));
};

/** Whether all that is possible is smaller than what was worth finding. */
function isWithin({ difference, baselineValue }: ArmEffect, effect: number): boolean {
  if (difference === null || baselineValue === null) return false;
  const { lower, upper } = difference.interval;
  const least = effect * Math.abs(baselineValue);
  return lower !== null && upper !== null && lower > -least && upper < least;
}
