/** What a rollout does next, from what was agreed and what was seen: pure, and the same again from what was kept. */

import type { Because, RolloutState, Verdict, VerdictEvidence } from "@dimmer/protocol";
import { judgeSampleRatio, SAMPLE_RATIO_ALPHA } from "@dimmer/statistics";
import { countDwell } from "./count-dwell.ts";
import type { Facts } from "./facts.ts";
import { findAlarms } from "./find-alarms.ts";
import { findBarriers } from "./find-barriers.ts";
import { findHolds } from "./find-holds.ts";
import type { Seen } from "./gather.ts";
import { type JudgedGuardrail, readGuardrails } from "./read-guardrails.ts";
import { stepsOf } from "./steps.ts";

export interface Decision {
  readonly verdict: Verdict;
  /** The deciding one first. */
  readonly because: readonly Because[];
  readonly state: RolloutState;
  readonly dweltMs: number;
  readonly countedUntil: number;
  readonly isExtended: boolean;
  readonly evidence: VerdictEvidence;
}

/**
 * Decides.
 *
 * Shape:  never events and guardrails come before all else and act in every state, also when paused. Then whatever keeps it where it is:
 *         nothing missing, late, malformed, lopsided or undecided ever opens a step. What is left has dwelt, and has harm ruled out.
 * Errors: none.
 * Source: reference statistics 2.4; ADR-0062.
 */
export function decide(facts: Facts, seen: Seen, now: number): Decision {
  const guardrails = readGuardrails(facts, seen);
  const alarms = findAlarms(facts, seen, guardrails);
  const holds = findHolds(facts, seen, now);
  const dwell = countDwell(facts, seen, holds.length === 0 && facts.state !== "paused");
  const kept = { ...dwell, isExtended: facts.isExtended, evidence: evidenceOf(facts, seen, guardrails) };
  if (alarms.rollback.length > 0) return { verdict: "rollback", because: alarms.rollback, state: "rolled-back", ...kept };
  if (facts.state === "paused") return { verdict: "hold", because: [STAYS_PAUSED], state: "paused", ...kept };
  if (alarms.pause.length > 0) return { verdict: "pause", because: alarms.pause, state: "paused", ...kept };
  if (holds.length > 0) return { verdict: "hold", because: [...holds, ...alarms.notify], state: "holding", ...kept };
  const barriers = findBarriers(facts, seen, guardrails, dwell.dweltMs, now);
  if (barriers.kind === "rollback") return { verdict: "rollback", because: barriers.because, state: "rolled-back", ...kept };
  if (barriers.kind === "hold") {
    const state = barriers.waitsForPerson ? "awaiting-approval" : facts.state === "holdback" ? "holdback" : "running";
    const because = [...barriers.because, ...alarms.notify];
    return { verdict: "hold", because, state, ...kept, isExtended: barriers.isExtended };
  }
  const { steps } = stepsOf(facts.plan, facts.shared);
  const next = steps[facts.step + 1];
  if (next === undefined) return { verdict: "complete", because: barriers.because, state: "completed", ...kept };
  return { verdict: "advance", because: barriers.because, state: next.isHoldback ? "holdback" : "running", ...kept };
}

const STAYS_PAUSED: Because = { reason: "person", say: "It is paused until a person resumes or ends it.", about: null };

function evidenceOf(facts: Facts, seen: Seen, guardrails: readonly JudgedGuardrail[]): VerdictEvidence {
  const { plan, step, stepStartedAt, gates } = facts;
  return {
    step,
    percent: stepsOf(plan, facts.shared).steps[step]?.percent ?? 0,
    stepStartedAt: new Date(stepStartedAt).toISOString(),
    observations: seen.sequence,
    treatedExposures: seen.exposures[0],
    otherExposures: seen.exposures[1],
    lastBucketAt: seen.lastBucketAt === null ? null : new Date(seen.lastBucketAt).toISOString(),
    sampleRatio: sampleRatioOf(seen),
    guardrails: guardrails.map(({ peak: _peak, isEnough: _isEnough, ...reading }) => reading),
    never: plan.never.map(({ event, atLeast }, index) => ({ event, count: seen.never[index] ?? 0, atLeast })),
    gates,
    models: [...sharesOf("treated", seen.models.treated), ...sharesOf("others", seen.models.others)],
  };
}

function sampleRatioOf({ people: { sampleRatio } }: Seen): VerdictEvidence["sampleRatio"] {
  const flaggedAt = -Math.log(SAMPLE_RATIO_ALPHA);
  if (sampleRatio === null) return { logEvidence: 0, flaggedAt, p: null };
  const { logBayesFactor, pAlwaysValid } = judgeSampleRatio(sampleRatio);
  return { logEvidence: logBayesFactor, flaggedAt, p: pAlwaysValid };
}

function sharesOf(variant: string, models: Seen["models"]["treated"]): VerdictEvidence["models"] {
  const all = Object.values(models).reduce((sum, { calls }) => sum + calls, 0);
  return Object.entries(models).map(([model, { calls }]) => ({ variant, model, share: calls / all }));
}
