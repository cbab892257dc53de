/** Student's t: the upper tail and its inverse, exact where the probability is tiny. */

import { bisect } from "./bisect.ts";
import { incompleteBeta } from "./incomplete-beta.ts";

/**
 * P(T > t).
 *
 * Shape:  `degrees` above 0, any t, infinite ones too; never 1 − cdf, so that far out it is small and not 0.
 * Errors: none.
 * Source: NIST DLMF 8.17; Abramowitz & Stegun 26.7.1.
 */
export function studentTail(t: number, degrees: number): number {
  if (t === Number.POSITIVE_INFINITY) return 0;
  if (t < 0) return 1 - studentTail(-t, degrees);
  const square = t * t;
  return incompleteBeta(degrees / 2, 0.5, degrees / (degrees + square), square / (degrees + square)) / 2;
}

/**
 * The t that `P(T > t)` is `probability` of.
 *
 * Shape:  `probability` in (0, 1), `degrees` above 0; relative error below 1e-12.
 * Errors: none; an infinite t for 0 and 1.
 */
export function studentTailQuantile(probability: number, degrees: number): number {
  if (probability > 0.5) return -studentTailQuantile(1 - probability, degrees);
  if (probability <= 0) return Number.POSITIVE_INFINITY;
  let high = 1;
  while (studentTail(high, degrees) > probability) high *= 2;
  return bisect((t) => studentTail(t, degrees) > probability, 0, high);
}
