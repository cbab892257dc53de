/** The binomial's upper tail. */

import { incompleteBeta } from "./incomplete-beta.ts";

/**
 * P(X ≥ successes) for X ~ Bin(trials, share).
 *
 * Shape:  whole numbers, `share` in [0, 1]; exact in the tail.
 * Errors: none.
 * Source: NIST DLMF 8.17.5.
 */
export function binomialTail(successes: number, trials: number, share: number): number {
  if (successes <= 0) return 1;
  return successes > trials ? 0 : incompleteBeta(successes, trials - successes + 1, share);
}
