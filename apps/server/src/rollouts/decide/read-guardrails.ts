/** What each guardrail says of all that was seen. */

import type { GuardrailReading } from "@dimmer/protocol";
import { type ArmCounts, judgeEvents } from "@dimmer/statistics";
import { alphaOf, PAUSE_ALPHA } from "./alpha.ts";
import type { Facts } from "./facts.ts";
import { type Frame, type RateSeen, type Seen, testsOf } from "./gather.ts";
import { HARMLESS_ALPHA, judgeMean, ruleOutMean } from "./means.ts";
import { stepsOf } from "./steps.ts";

/** With fewer than these nothing acts by itself, whatever the evidence. */
const FLOOR = { exposures: 30, events: 3 } as const;

/** A reading, and whether there is enough of it to act on. */
export interface JudgedGuardrail extends GuardrailReading {
  /** The strongest evidence of any look. */
  readonly peak: number;
  readonly isEnough: boolean;
}

export function readGuardrails(facts: Facts, seen: Seen): readonly JudgedGuardrail[] {
  return facts.plan.guardrails.map(({ metric, action, tolerance }, index) => {
    const alpha = alphaOf(facts.plan, index);
    const { threshold = null, designEffect = 1 } = facts.baseline.guardrails[index] ?? {};
    const rate = seen.rates[index] ?? null;
    const judged = rate === null ? readMean(facts, seen, index) : readRate(facts, rate, index);
    const bounds = { rollbackAt: -Math.log(alpha), pauseAt: -Math.log(PAUSE_ALPHA), ruledOutAt: -Math.log(HARMLESS_ALPHA) };
    return { metric, action, tolerance, threshold, designEffect, ...bounds, ...judged };
  });
}

type Judged = Pick<
  JudgedGuardrail,
  "kind" | "treated" | "others" | "ratio" | "ratioAtLeast" | "logEvidence" | "logRuledOut" | "peak" | "isEnough"
>;

function readRate(facts: Facts, { harm, harmless }: RateSeen, index: number): Judged {
  const tests = testsOf(frameOf(facts), index);
  const judgement = judgeEvents(harm, tests.harm, alphaOf(facts.plan, index));
  return {
    kind: "rate",
    treated: sideOf(harm.treated),
    others: sideOf(harm.control),
    ratio: judgement.observedRatio ?? null,
    ratioAtLeast: null,
    logEvidence: judgement.logE,
    logRuledOut: judgeEvents(harmless, tests.harmless, HARMLESS_ALPHA).logE,
    peak: judgement.peakLogE,
    isEnough: harm.treated.exposures >= FLOOR.exposures && harm.treated.events >= FLOOR.events,
  };
}

const sideOf = ({ exposures, events }: ArmCounts) => ({ exposures, events, value: exposures > 0 ? events / exposures : null });

function readMean(facts: Facts, seen: Seen, index: number): Judged {
  const frame = frameOf(facts);
  const judgement = judgeMean(frame, seen.means, index);
  const none = { exposures: 0, events: 0, value: null };
  const regression = stepsOf(facts.plan, facts.shared).steps[facts.step]?.regression ?? 1;
  return {
    kind: "mean",
    treated: judgement === undefined ? none : meanSide(judgement.treated),
    others: judgement === undefined ? none : meanSide(judgement.others),
    ratio: judgement?.ratio ?? null,
    ratioAtLeast: judgement?.ratioAtLeast ?? null,
    logEvidence: judgement?.logEvidence ?? 0,
    logRuledOut: ruleOutMean(frame, seen.means, index, regression),
    peak: seen.means.peaks[index] ?? 0,
    isEnough: judgement !== undefined,
  };
}

const meanSide = ({ people, meanY, meanD }: { readonly people: number; readonly meanY: number; readonly meanD: number }) => ({
  exposures: people,
  events: 0,
  value: meanD > 0 ? meanY / meanD : null,
});

export const frameOf = ({ plan, shared, baseline, step }: Facts): Frame => ({ plan, shared, baseline, step });
