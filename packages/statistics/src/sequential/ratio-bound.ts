/** The smallest rate ratio that the counts have not ruled out: what is drawn moving towards a guardrail's line, or away from it. */

import { bisect } from "../special/bisect.ts";
import { logSumExp } from "../special/log-sum-exp.ts";
import { type EventBucket, logFactor, type RatioBet, testForHarm } from "./event-rates.ts";

export interface RatioBoundSettings {
  readonly alpha: number;
  readonly designEffect?: number;
}

/** Bets of a test for harm, by how many times the null they are: the same for every null. */
const MULTIPLES = testForHarm(1).bets;

/**
 * The lower confidence bound of the rate ratio, as it stood after each bucket.
 *
 * Shape:  one bound a bucket, never falling, from 0, which rules nothing out; at every one of them it is below the true ratio with a chance of
 *         at least 1 − alpha, if that ratio never changed. A null is ruled out here when, and only when, `testForHarm` of it crosses.
 * Errors: none.
 * Source: reference statistics 2.1: the null at which ln E is ln(1/α), and of these the largest so far; ADR-0060.
 */
export function boundRatio(buckets: readonly EventBucket[], settings: RatioBoundSettings): readonly number[] {
  const threshold = -Math.log(settings.alpha);
  const designEffect = Math.max(1, settings.designEffect ?? 1);
  const bounds: number[] = [];
  let bound = 0;
  let terms: readonly number[] = MULTIPLES.map(() => 0);
  buckets.forEach((bucket, at) => {
    terms = addTerms(terms, bucket, bound, designEffect);
    if (mix(terms) > threshold) {
      const seen = buckets.slice(0, at + 1);
      bound = raise(bound, (ratio) => mix(termsAt(seen, ratio, designEffect)) > threshold);
      terms = termsAt(seen, bound, designEffect);
    }
    bounds.push(bound);
  });
  return bounds;
}

/** Up to where `isRuledOut` ends: the evidence falls as the null rises. */
function raise(from: number, isRuledOut: (ratio: number) => boolean): number {
  let high = Math.max(1, 2 * from);
  while (isRuledOut(high)) high *= 2;
  return bisect(isRuledOut, from, high);
}

const termsAt = (buckets: readonly EventBucket[], nullRatio: number, designEffect: number): readonly number[] =>
  buckets.reduce(
    (terms, bucket) => addTerms(terms, bucket, nullRatio, designEffect),
    MULTIPLES.map(() => 0),
  );

const addTerms = (terms: readonly number[], bucket: EventBucket, nullRatio: number, designEffect: number): number[] =>
  MULTIPLES.map(({ ratio }, at) => (terms[at] as number) + logFactor(bucket, nullRatio, ratio) / designEffect);

const mix = (terms: readonly number[]): number =>
  logSumExp(terms.map((term, at) => Math.log((MULTIPLES[at] as RatioBet).weight) + term));
