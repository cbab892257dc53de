/** Adds up what a rollout has seen: each bucket once, in the order of time, as it was last found to be. */

import type { RolloutPlan } from "@dimmer/protocol";
import {
  addAssigned,
  addEventBucket,
  changeShares,
  type EventEvidence,
  type EventTest,
  type SampleRatioEvidence,
  startEventEvidence,
  startSampleRatio,
  testForHarm,
  testForHarmless,
} from "@dimmer/statistics";
import type { Baseline } from "./baseline.ts";
import { type BucketBody, isBucket, isWellFormed, type Observation, othersOf, treatedOf } from "./observations.ts";
import { EMPTY_MEANS, lookAtMeans, type MeansSeen } from "./means.ts";
import { isRateMetric } from "./metrics.ts";
import { stepsOf } from "./steps.ts";

/** What the fold depends on; it is the same through a step. */
export interface Frame {
  readonly plan: RolloutPlan;
  readonly shared: number;
  readonly baseline: Baseline;
  readonly step: number;
}

export interface RateSeen {
  /** Against "no worse than tolerated", through the whole rollout. */
  readonly harm: EventEvidence;
  /** Against "worse by the step's regression", through the whole rollout. */
  readonly harmless: EventEvidence;
}

/** Who was given which variant, as evidence that the shares are not what they should be; null until somebody was counted. */
export interface PeopleSeen {
  readonly sampleRatio: SampleRatioEvidence | null;
  /** The step that was counted last, and whom of it. */
  readonly step: number;
  readonly assigned: readonly [treated: number, others: number];
}

/** A closed bucket, for what is asked of the last ones. */
export interface RecentBucket {
  readonly bucketAt: number;
  readonly lengthMs: number;
  readonly step: number;
  readonly seen: readonly [treated: number, others: number];
}

/** When a model was first seen to answer in an arm, and how often since. */
export interface ModelSeen {
  readonly firstAt: number;
  readonly calls: number;
}
export type ModelsSeen = Readonly<Record<string, ModelSeen>>;

export interface Seen {
  /** The last observation in it. */
  readonly sequence: number;
  readonly rates: readonly (RateSeen | null)[];
  readonly means: MeansSeen;
  readonly never: readonly number[];
  readonly people: PeopleSeen;
  readonly exposures: readonly [treated: number, others: number];
  readonly stepExposures: readonly [treated: number, others: number];
  /** The last ones, the oldest first. */
  readonly recent: readonly RecentBucket[];
  readonly models: { readonly treated: ModelsSeen; readonly others: ModelsSeen };
  /** The last bucket that was none. */
  readonly malformedAt: number | null;
  readonly firstBucketAt: number | null;
  readonly lastBucketAt: number | null;
}

/** Enough for a day in buckets of ten minutes, and for the half hour of a new step. */
const RECENT = 500;
/** Different models that are told apart in an arm. */
const MODELS = 50;

export const seeNothing = ({ plan }: Frame): Seen => ({
  sequence: 0,
  rates: plan.guardrails.map(({ metric }) =>
    isRateMetric(metric) ? { harm: startEventEvidence(testForHarm(1)), harmless: startEventEvidence(testForHarmless(2)) } : null,
  ),
  means: EMPTY_MEANS,
  never: plan.never.map(() => 0),
  people: { sampleRatio: null, step: -1, assigned: [0, 0] },
  exposures: [0, 0],
  stepExposures: [0, 0],
  recent: [],
  models: { treated: {}, others: {} },
  malformedAt: null,
  firstBucketAt: null,
  lastBucketAt: null,
});

/**
 * What all observations say, as if each bucket had come once and in order.
 *
 * Shape:  of a bucket that was appended again the last counts. The same observations give the same, whichever way they were added.
 * Errors: none; a bucket that is none is remembered and says nothing.
 */
export function gather(frame: Frame, observations: readonly Observation[]): Seen {
  const last = new Map<string, Observation>();
  for (const one of observations) if (isBucket(one.body)) last.set(`${one.bucketAt}/${one.lengthMs}`, one);
  const buckets = [...last.values()].sort((one, other) => one.bucketAt - other.bucketAt);
  const sums = observations.filter(({ body }) => !isBucket(body));
  const seen = [...buckets, ...sums].reduce((sum, one) => addObservation(frame, sum, one), seeNothing(frame));
  return { ...seen, sequence: observations.at(-1)?.sequence ?? 0 };
}

/** Adds one that comes after all that were added: a later bucket, or newer sums. */
export function addObservation(frame: Frame, seen: Seen, observation: Observation): Seen {
  const { sequence, body } = observation;
  if (isBucket(body)) return { ...addBucket(frame, seen, observation, body), sequence };
  const { step } = observation;
  const people = addPeople(frame, seen.people, step, body.assigned);
  return { ...seen, people, means: lookAtMeans(frame, seen.means, step, body), sequence };
}

/** Whether it is later than every bucket so far; where not, all has to be gathered anew. */
export const isInOrder = (seen: Seen, { body, bucketAt }: Observation): boolean =>
  !isBucket(body) || bucketAt > (seen.lastBucketAt ?? Number.NEGATIVE_INFINITY);

function addBucket(frame: Frame, seen: Seen, { bucketAt, lengthMs, step }: Observation, body: BucketBody): Seen {
  const at = { firstBucketAt: seen.firstBucketAt ?? bucketAt, lastBucketAt: bucketAt };
  if (!isWellFormed(body)) return { ...seen, ...at, malformedAt: bucketAt };
  return {
    ...seen,
    ...at,
    rates: seen.rates.map((rate, index) => addRate(frame, rate, index, body)),
    never: seen.never.map((count, index) => count + (body.never[index] ?? 0)),
    exposures: addPair(seen.exposures, body.seen),
    stepExposures: step === frame.step ? addPair(seen.stepExposures, body.seen) : seen.stepExposures,
    recent: [...seen.recent, { bucketAt, lengthMs, step, seen: body.seen }].slice(-RECENT),
    models: {
      treated: addModels(seen.models.treated, body.models.treated, bucketAt),
      others: addModels(seen.models.others, body.models.others, bucketAt),
    },
  };
}

/** The two questions that are asked of a rate's counts. */
export function testsOf({ plan, shared, baseline, step }: Frame, index: number): { harm: EventTest; harmless: EventTest } {
  const tolerance = plan.guardrails[index]?.tolerance ?? 1;
  const designEffect = baseline.guardrails[index]?.designEffect ?? 1;
  const regression = stepsOf(plan, shared).steps[step]?.regression ?? 2;
  return { harm: testForHarm(tolerance, designEffect), harmless: testForHarmless(regression, designEffect) };
}

function addRate(frame: Frame, rate: RateSeen | null, index: number, body: BucketBody): RateSeen | null {
  const counts = body.rates[index] ?? null;
  if (rate === null || counts === null) return rate;
  const tests = testsOf(frame, index);
  const bucket = { treated: treatedOf(counts), control: othersOf(counts) };
  return {
    harm: addEventBucket(rate.harm, bucket, tests.harm),
    harmless: addEventBucket(rate.harmless, bucket, tests.harmless),
  };
}

/** Each step has its own shares; what was found of the ones before stays. Only whom it had not counted yet is evidence. */
function addPeople({ plan, shared }: Frame, seen: PeopleSeen, step: number, assigned: PeopleSeen["assigned"]): PeopleSeen {
  const share = stepsOf(plan, shared).steps[step]?.share ?? 1;
  const before = seen.step === step ? seen.assigned : ([0, 0] as const);
  const fresh = [Math.max(0, assigned[0] - before[0]), Math.max(0, assigned[1] - before[1])] as const;
  if (!(share < 1) || !(fresh[0] + fresh[1] > 0)) return seen;
  const shares = [share, 1 - share];
  const { sampleRatio } = seen;
  const evidence =
    sampleRatio === null ? startSampleRatio(shares) : seen.step === step ? sampleRatio : changeShares(sampleRatio, shares);
  return { sampleRatio: addAssigned(evidence, fresh), step, assigned };
}

function addModels(seen: ModelsSeen, calls: Readonly<Record<string, number>>, at: number): ModelsSeen {
  const added: Record<string, ModelSeen> = { ...seen };
  for (const [model, count] of Object.entries(calls)) {
    const known = Object.hasOwn(added, model) ? added[model] : undefined;
    if (known === undefined && Object.keys(added).length >= MODELS) continue;
    added[model] = { firstAt: known?.firstAt ?? at, calls: (known?.calls ?? 0) + count };
  }
  return added;
}

const addPair = (sum: readonly [number, number], more: readonly [number, number]): readonly [number, number] => [
  sum[0] + more[0],
  sum[1] + more[1],
];
