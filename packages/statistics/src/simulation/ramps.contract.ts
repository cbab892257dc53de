/**
 * Whole ramps, made of chance from a seed, and how several rules judge them look by look: ours, and the ones that it is held against.
 *
 * For tests and benches alone; what the naive rules do is exported from nowhere.
 */

import { estimateDesignEffect, countUser, NO_CLUSTERS } from "../clustering/design-effect.ts";
import {
  addEventBucket,
  type ArmCounts,
  type EventBucket,
  gatherEventEvidence,
  judgeEvents,
  startEventEvidence,
  testForHarm,
} from "../sequential/event-rates.ts";
import { boundEffectOneSided, tightestAtShare } from "../sequential/confidence-sequence.ts";
import { meanArm } from "../effects/arm.ts";
import { estimateLogRatio } from "../effects/effect.ts";
import { mergeMoments, type Moments, momentsOfSums, NO_MOMENTS } from "../effects/moments.ts";
import { normalQuantile } from "../special/normal.ts";

/** A number in [0, 1), the next one of a seed's. */
export type Random = () => number;

/** mulberry32: small, and good enough for what is counted here. */
export function seededRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draws from chances that add up to 1, each by its place, in a step: Walker's alias method. */
export function sampler(chances: readonly number[]): (random: Random) => number {
  const size = chances.length;
  const scaled = chances.map((chance) => chance * size);
  const other = chances.map((_, at) => at);
  const small = scaled.flatMap((chance, at) => (chance < 1 ? [at] : []));
  const large = scaled.flatMap((chance, at) => (chance < 1 ? [] : [at]));
  for (let at = small.pop(); at !== undefined && large.length > 0; at = small.pop()) {
    const giver = large.at(-1) ?? at;
    other[at] = giver;
    const left = (scaled[giver] ?? 0) - (1 - (scaled[at] ?? 0));
    scaled[giver] = left;
    if (left < 1) small.push(...large.splice(-1));
  }
  return (random) => {
    const place = random() * size;
    const at = Math.floor(place);
    return place - at < (scaled[at] ?? 0) ? at : (other[at] ?? at);
  };
}

/** Draws how many of `trials` succeed; exact, but for what has a chance below 10⁻³⁰⁰. */
export function binomialSampler(trials: number, chance: number): (random: Random) => number {
  const mode = Math.floor((trials + 1) * chance);
  const weights = Array.from({ length: trials + 1 }, () => 0);
  weights[mode] = 1;
  const odds = chance / (1 - chance);
  for (let k = mode; k < trials; k++) weights[k + 1] = (weights[k] ?? 0) * odds * ((trials - k) / (k + 1));
  for (let k = mode; k > 0; k--) weights[k - 1] = ((weights[k] ?? 0) * k) / (odds * (trials - k + 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return sampler(weights.map((weight) => weight / total));
}

export interface RampSetup {
  readonly controlRate: number;
  readonly treatedRate: number;
  readonly treatedShare: number;
  readonly alpha: number;
  /** Treated exposures from look to look, and in all. */
  readonly lookEvery: number;
  readonly horizon: number;
}

/** After how many treated exposures each rule rolled back; undefined where it never did. */
export interface RampOutcome {
  readonly eProcess: number | undefined;
  /** z of the rates pooled so far, one-sided at alpha, at each look. */
  readonly naiveOneSided: number | undefined;
  /** The same two-sided at 5 %, as dashboards show it. */
  readonly naiveTwoSided: number | undefined;
}

/** Makes ramps of one setup; the naive rules go on after the e-process has decided only where `isNaiveAsked`. */
export function rampsOf(setup: RampSetup, isNaiveAsked: boolean): (random: Random) => RampOutcome {
  const controls = Math.round((setup.lookEvery * (1 - setup.treatedShare)) / setup.treatedShare);
  const drawTreated = binomialSampler(setup.lookEvery, setup.treatedRate);
  const drawControl = binomialSampler(controls, setup.controlRate);
  const harm = testForHarm(1);
  const threshold = -Math.log(setup.alpha);
  const [zOneSided, zTwoSided] = [normalQuantile(1 - setup.alpha), normalQuantile(0.975)];
  return (random) => {
    let evidence = startEventEvidence(harm);
    let outcome: RampOutcome = { eProcess: undefined, naiveOneSided: undefined, naiveTwoSided: undefined };
    for (let treated = setup.lookEvery; treated <= setup.horizon; treated += setup.lookEvery) {
      evidence = addEventBucket(
        evidence,
        {
          treated: { exposures: setup.lookEvery, events: drawTreated(random) },
          control: { exposures: controls, events: drawControl(random) },
        },
        harm,
      );
      const z = isNaiveAsked ? naiveZ(evidence.treated, evidence.control) : 0;
      outcome = {
        eProcess: outcome.eProcess ?? (evidence.peakLogE >= threshold ? treated : undefined),
        naiveOneSided: outcome.naiveOneSided ?? (z > zOneSided ? treated : undefined),
        naiveTwoSided: outcome.naiveTwoSided ?? (Math.abs(z) > zTwoSided ? treated : undefined),
      };
      if (outcome.eProcess !== undefined && !isNaiveAsked) break;
    }
    return outcome;
  };
}

/** z of two rates, pooled over all that was seen; 0 before there is anything. */
export function naiveZ(treated: ArmCounts, control: ArmCounts): number {
  const rate = (treated.events + control.events) / (treated.exposures + control.exposures);
  const variance = rate * (1 - rate) * (1 / treated.exposures + 1 / control.exposures);
  return variance > 0 ? (treated.events / treated.exposures - control.events / control.exposures) / Math.sqrt(variance) : 0;
}

/** One step of a ramp in which nothing is wrong, but the base rate moves with it. */
interface TrendStep {
  readonly treatedShare: number;
  readonly rate: number;
}

/** No effect: the base rate goes 1 → 2 → 3 % while the ramp goes 1 → 10 → 50 %. */
export const TREND: readonly TrendStep[] = [
  { treatedShare: 0.01, rate: 0.01 },
  { treatedShare: 0.1, rate: 0.02 },
  { treatedShare: 0.5, rate: 0.03 },
];

/** Whether a ramp through the steps was rolled back, by buckets that are kept apart, and by ones that are pooled. */
export function trendsOf(
  steps: readonly TrendStep[],
  of: { readonly buckets: number; readonly requests: number; readonly alpha: number },
): (random: Random) => { readonly stratified: boolean; readonly pooled: boolean } {
  const drawn = steps.map(({ treatedShare, rate }) => {
    const treated = Math.round(of.requests * treatedShare);
    const control = of.requests - treated;
    return { treated, control, drawTreated: binomialSampler(treated, rate), drawControl: binomialSampler(control, rate) };
  });
  const harm = testForHarm(1);
  return (random) => {
    let evidence = startEventEvidence(harm);
    let isPooledCrossed = false;
    for (const { treated, control, drawTreated, drawControl } of drawn) {
      for (let bucket = 0; bucket < of.buckets; bucket++) {
        evidence = addEventBucket(
          evidence,
          {
            treated: { exposures: treated, events: drawTreated(random) },
            control: { exposures: control, events: drawControl(random) },
          },
          harm,
        );
        if (!isPooledCrossed) isPooledCrossed = judgeEvents(gatherEventEvidence([evidence], harm), harm, of.alpha).isCrossed;
      }
    }
    return { stratified: judgeEvents(evidence, harm, of.alpha).isCrossed, pooled: isPooledCrossed };
  };
}

export interface CrowdSetup {
  readonly rate: number;
  /** How much two requests of one user are alike. */
  readonly correlation: number;
  /** Of a geometric distribution from 1. */
  readonly meanRequests: number;
  readonly treatedUsers: number;
  readonly controlUsers: number;
  readonly buckets: number;
  readonly alpha: number;
}

/** Requests of one user beyond which nobody goes. */
const MOST_REQUESTS = 80;

/** Whether a healthy ramp of users with several requests each was rolled back, with users left out of account and with the design effect. */
export function crowdsOf(setup: CrowdSetup): (random: Random) => { readonly ignored: boolean; readonly divided: boolean } {
  const stop = 1 / setup.meanRequests;
  const lengths = Array.from({ length: MOST_REQUESTS }, (_, at) => stop * (1 - stop) ** at);
  const drawRequests = sampler(lengths.map((chance) => chance / (1 - (1 - stop) ** MOST_REQUESTS)));
  const strength = 1 / setup.correlation - 1;
  const drawEvents = Array.from({ length: MOST_REQUESTS + 1 }, (_, requests) =>
    sampler(betaBinomial(requests, setup.rate * strength, (1 - setup.rate) * strength)),
  );
  const plain = testForHarm(1);
  return (random) => {
    let sums = NO_CLUSTERS;
    const arm = (users: number): ArmCounts => {
      const counts = { exposures: 0, events: 0 };
      for (let user = 0; user < users; user++) {
        const requests = drawRequests(random) + 1;
        const events = drawEvents[requests]?.(random) ?? 0;
        sums = countUser(sums, { requests, events });
        counts.exposures += requests;
        counts.events += events;
      }
      return counts;
    };
    let ignored = startEventEvidence(plain);
    let divided = startEventEvidence(plain);
    for (let bucket = 0; bucket < setup.buckets; bucket++) {
      const counts: EventBucket = { treated: arm(setup.treatedUsers), control: arm(setup.controlUsers) };
      ignored = addEventBucket(ignored, counts, plain);
      divided = addEventBucket(divided, counts, testForHarm(1, estimateDesignEffect(sums).designEffect));
    }
    return {
      ignored: judgeEvents(ignored, plain, setup.alpha).isCrossed,
      divided: judgeEvents(divided, plain, setup.alpha).isCrossed,
    };
  };
}

/** The chances of 0 to `trials` successes, where the chance of one is drawn from Beta(a, b): Pólya's urn, one draw after the other. */
function betaBinomial(trials: number, a: number, b: number): readonly number[] {
  let chances: readonly number[] = [1];
  for (let drawn = 0; drawn < trials; drawn++) {
    const before = chances;
    const rises = (successes: number): number => (before[successes] ?? 0) * ((a + successes) / (a + b + drawn));
    const stays = (successes: number): number => (before[successes] ?? 0) * ((b + drawn - successes) / (a + b + drawn));
    chances = Array.from({ length: drawn + 2 }, (_, successes) => stays(successes) + (successes > 0 ? rises(successes - 1) : 0));
  }
  return chances;
}

export interface CostSetup {
  /** How many times as much a treated user costs, on average. */
  readonly ratio: number;
  readonly treatedShare: number;
  readonly alpha: number;
  /** Treated users from look to look, before the first, and in all. */
  readonly lookEvery: number;
  readonly firstLook: number;
  readonly horizon: number;
}

/** Of a log-normal cost: a user in the upper sixth costs three times the median. */
const COST_SPREAD = 1.1;
/** The standard deviation of such a cost over its mean. */
export const COST_VARIATION = Math.sqrt(Math.expm1(COST_SPREAD ** 2));

/** Makes ramps with costs of users, and says after how many treated users a guardrail on their mean rolled back. */
export function costRampsOf(setup: CostSetup): (random: Random) => number | undefined {
  const controls = Math.round((setup.lookEvery * (1 - setup.treatedShare)) / setup.treatedShare);
  const settings = { alpha: setup.alpha, tightestAt: tightestAtShare(setup.treatedShare) };
  return (random) => {
    let control = NO_MOMENTS;
    let treated = NO_MOMENTS;
    while (treated.n < setup.horizon) {
      control = mergeMoments(control, costs(controls, 1, random));
      treated = mergeMoments(treated, costs(setup.lookEvery, setup.ratio, random));
      if (treated.n < setup.firstLook) continue;
      const effect = estimateLogRatio(meanArm(control), meanArm(treated));
      if ("none" in effect) continue;
      if ((boundEffectOneSided(effect, "greater", settings)?.low ?? 0) > 0) return treated.n;
    }
    return undefined;
  };
}

function costs(users: number, mean: number, random: Random): Moments {
  let sum = 0;
  let sumSq = 0;
  for (let user = 0; user < users; user++) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const cost = mean * Math.exp(COST_SPREAD * normal);
    sum += cost;
    sumSq += cost * cost;
  }
  return momentsOfSums({ n: users, sum, sumSq });
}
