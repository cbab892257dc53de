/** A rollout's facts and buckets, made up for the tests of what is decided from them. */

import { RolloutPlan, type WrittenPlan } from "@dimmer/protocol";
import type { Baseline } from "./baseline.ts";
import type { Facts } from "./facts.ts";
import { gather, type Seen } from "./gather.ts";
import type { BucketBody, Observation, PeopleBody, RateCounts } from "./observations.ts";
import { frameOf } from "./read-guardrails.ts";

export const START = Date.parse("2026-11-27T12:00:00Z");
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
const LENGTH_MS = 10_000;

export const planOf = (more: Partial<WrittenPlan> = {}): RolloutPlan =>
  RolloutPlan.parse({
    steps: [
      { percent: 10, dwellMinutes: 10, regression: 2 },
      { percent: 50, dwellMinutes: 10, regression: 1.5 },
      { percent: 100, dwellMinutes: 10 },
    ],
    guardrails: [{ metric: "error_rate" }],
    dailyPeak: false,
    ...more,
  });

export function baselineOf(plan: RolloutPlan, more: Partial<Baseline> = {}): Baseline {
  const guardrail = { threshold: null, designEffect: 1, rate: 0.02, spread: null, told: null, isLessWorse: false };
  return {
    from: START - 24 * HOUR_MS,
    until: START,
    guardrails: plan.guardrails.map(() => guardrail),
    hours: Array.from({ length: 24 }, () => 360_000),
    unit: "run",
    models: ["m"],
    ...more,
  };
}

export function factsOf(more: Partial<Facts> = {}): Facts {
  const plan = more.plan ?? planOf();
  return {
    plan,
    shared: 100,
    baseline: baselineOf(plan),
    state: "running",
    step: 0,
    startedAt: START,
    stepStartedAt: START,
    observedUntil: START + 10 * MINUTE_MS,
    dweltMs: 0,
    countedUntil: START,
    isExtended: false,
    approved: [],
    overruled: {},
    gates: [],
    ...more,
  };
}

export interface BucketOptions extends Partial<BucketBody> {
  readonly step?: number;
  readonly rate?: RateCounts;
}

/** Ten seconds of a thousand calls, a tenth of them treated, of which two in a hundred fail. */
export function bucket(at: number, { step = 0, rate = [100, 2, 900, 18], ...body }: BucketOptions = {}): Observation {
  const full: BucketBody = {
    rates: [rate],
    never: [],
    seen: [rate[0], rate[2]],
    models: { treated: { m: rate[0] }, others: { m: rate[2] } },
    ...body,
  };
  return { sequence: at + 1, bucketAt: START + (at + 1) * LENGTH_MS, lengthMs: LENGTH_MS, step, body: full };
}

/** As many as there are in ten minutes, all alike. */
export const buckets = (options: BucketOptions = {}, count = 59): readonly Observation[] =>
  Array.from({ length: count }, (_, at) => bucket(at, options));

export const people = (sequence: number, body: PeopleBody, step = 0): Observation => ({
  sequence,
  bucketAt: START,
  lengthMs: 0,
  step,
  body,
});

export const see = (facts: Facts, observations: readonly Observation[]): Seen => gather(frameOf(facts), observations);
