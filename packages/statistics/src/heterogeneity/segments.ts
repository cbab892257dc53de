/** One effect in several segments: whether they differ more than by chance, and what each one's is then. */

import { chiSquareTail } from "../special/incomplete-gamma.ts";
import { sum } from "../special/sum.ts";

/** A segment's effect and the square of its standard error. */
export interface SegmentEffect {
  readonly estimate: number;
  readonly variance: number;
}

export interface Pooled {
  readonly estimate: number;
  readonly standardError: number;
}

export interface Heterogeneity {
  /** Cochran's Q, its degrees, and p against one effect for all. */
  readonly q: number;
  readonly degrees: number;
  readonly p: number;
  /** Between segments, beyond chance. */
  readonly variance: number;
  /** What share of the spread is beyond chance, in [0, 1]. */
  readonly share: number;
  /** One effect for all. */
  readonly fixed: Pooled;
  /** The mean of effects that differ. */
  readonly random: Pooled;
  /** Each segment's effect, drawn towards that mean as far as its own error is large. */
  readonly shrunk: readonly number[];
}

/**
 * Compares the effects of segments that were fixed before the experiment.
 *
 * Shape:  segments with a variance above 0; of fewer than two there is nothing to compare.
 * Errors: none.
 * Source: Cochran's Q; DerSimonian & Laird 1986; reference statistics 3.9.
 */
export function compareSegments(segments: readonly SegmentEffect[]): Heterogeneity | undefined {
  if (segments.length < 2 || !segments.every(({ variance }) => variance > 0)) return undefined;
  const fixed = pool(segments, 0);
  const weights = segments.map(({ variance }) => 1 / variance);
  const q = sum(segments.map(({ estimate, variance }) => (estimate - fixed.estimate) ** 2 / variance));
  const degrees = segments.length - 1;
  const variance = Math.max(0, (q - degrees) / (sum(weights) - sum(weights.map((one) => one * one)) / sum(weights)));
  const random = pool(segments, variance);
  return {
    q,
    degrees,
    p: chiSquareTail(q, degrees),
    variance,
    share: q > degrees ? (q - degrees) / q : 0,
    fixed,
    random,
    shrunk: segments.map((one) => shrink(one, variance, random.estimate)),
  };
}

function pool(segments: readonly SegmentEffect[], between: number): Pooled {
  const total = sum(segments.map(({ variance }) => 1 / (variance + between)));
  const weighted = sum(segments.map(({ estimate, variance }) => estimate / (variance + between)));
  return { estimate: weighted / total, standardError: 1 / Math.sqrt(total) };
}

/** Source: (τ²yᵢ + vᵢμ)/(τ² + vᵢ). */
const shrink = ({ estimate, variance }: SegmentEffect, between: number, mean: number): number =>
  (between * estimate + variance * mean) / (between + variance);
