/** The smallest rate ratio that the counts have not ruled out: what is drawn moving towards a guardrail's line, or away from it. */

import { logSumExp } from "../special/log-sum-exp.ts";
import { type EventBucket, isComparable, logFactor, type RatioBet, testForHarm } from "./event-rates.ts";

export interface RatioBoundSettings {
  readonly alpha: number;
  readonly designEffect?: number;
}

/** Bets of a test for harm, by how many times the null they are: the same for every null. */
const MULTIPLES = testForHarm(1).bets;

/**
 * The lower confidence bound of the rate ratio, as it stood after each bucket.
 *
 * Shape:  one bound a bucket, never falling, from 0, which rules nothing out; with a chance of at least 1 − alpha all of them are at or below
 *         the true ratio, if that never changed. A null is ruled out here when, and only when, `testForHarm` of it crosses. Three days of
 *         minutes take half a second.
 * Errors: none.
 * Source: reference statistics 2.1: the null at which ln E is ln(1/α), and of these the largest so far; ADR-0060.
 */
export function boundRatio(buckets: readonly EventBucket[], settings: RatioBoundSettings): readonly number[] {
  const threshold = -Math.log(settings.alpha);
  const designEffect = Math.max(1, settings.designEffect ?? 1);
  const seen: EventBucket[] = [];
  let bound = 0;
  let terms: readonly number[] = MULTIPLES.map(() => 0);
  return buckets.map((bucket) => {
    if (!isComparable(bucket)) return bound;
    seen.push(bucket);
    terms = terms.map((sum, at) => sum + logFactor(bucket, bound, (MULTIPLES[at] as RatioBet).ratio) / designEffect);
    if (logSumExp(weighted(terms)) > threshold) {
      bound = raise(seen, bound, threshold, designEffect);
      ({ terms } = readNull(seen, bound, designEffect));
    }
    return bound;
  });
}

/** More than Newton's method takes, or halving where it would leave the bracket. */
const MOST_STEPS = 200;
/** Of the last step, relative to the ratio: sums over thousands of buckets know no better. */
const PRECISION = 1e-11;

/** To the null at which the evidence is the threshold: it falls as the null rises. */
function raise(seen: readonly EventBucket[], from: number, threshold: number, designEffect: number): number {
  let low = from;
  let high = Number.POSITIVE_INFINITY;
  let ratio = from;
  for (let step = 0; step < MOST_STEPS; step++) {
    const { logE, slope } = readNull(seen, ratio, designEffect);
    if (logE > threshold) low = ratio;
    else high = ratio;
    const before = ratio;
    const next = ratio - (logE - threshold) / slope;
    ratio = next > low && next < high ? next : (low + Math.min(high, 2 * low + 1)) / 2;
    if (Math.abs(ratio - before) <= PRECISION * ratio) break;
  }
  return ratio;
}

/** What all buckets say against one null, and how fast that falls as the null rises. */
function readNull(
  seen: readonly EventBucket[],
  nullRatio: number,
  designEffect: number,
): { readonly terms: readonly number[]; readonly logE: number; readonly slope: number } {
  const terms = MULTIPLES.map(() => 0);
  const slopes = MULTIPLES.map(() => 0);
  for (const { treated, control } of seen) {
    const share = treated.exposures / (treated.exposures + control.exposures);
    const events = (treated.events + control.events) / designEffect;
    const base = 1 + share * (nullRatio - 1);
    for (let at = 0; at < MULTIPLES.length; at++) {
      const { ratio: multiple } = MULTIPLES[at] as RatioBet;
      const grown = 1 + share * (nullRatio * multiple - 1);
      const gain = (treated.events / designEffect) * Math.log(multiple);
      terms[at] = (terms[at] as number) + gain - events * Math.log(grown / base);
      slopes[at] = (slopes[at] as number) - events * share * (multiple / grown - 1 / base);
    }
  }
  const parts = weighted(terms);
  const logE = logSumExp(parts);
  const slope = parts.reduce((sum, part, at) => sum + Math.exp(part - logE) * (slopes[at] as number), 0);
  return { terms, logE, slope };
}

const weighted = (terms: readonly number[]): readonly number[] =>
  terms.map((term, at) => Math.log((MULTIPLES[at] as RatioBet).weight) + term);
