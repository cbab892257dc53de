/** The regularised incomplete beta function: the tails of Student's t and of the binomial are values of it. */

import { bisect } from "./bisect.ts";
import { logGamma } from "./log-gamma.ts";

const PRECISION = 1e-15;
/** Far above what it takes: the fraction needs some √max(a, b) steps. */
const MAX_STEPS = 100_000;

/**
 * Iₓ(a, b).
 *
 * Shape:  a and b above 0, x in [0, 1]; relative error below 1e-10 also where the result is tiny. `rest` is 1 − x where the caller knows
 *         it better than a subtraction does.
 * Errors: none; NaN for what is outside.
 * Source: continued fraction NIST DLMF 8.17.22 by Lentz's method; symmetry 8.17.4.
 */
export function incompleteBeta(a: number, b: number, x: number, rest: number = 1 - x): number {
  if (!(a > 0 && b > 0 && x >= 0 && x <= 1)) return Number.NaN;
  if (x === 0 || rest === 0) return x === 0 ? 0 : 1;
  return x < (a + 1) / (a + b + 2) ? lowerTail(a, b, x, rest) : 1 - lowerTail(b, a, rest, x);
}

/**
 * The x that Iₓ(a, b) is `probability` of: the quantile of a Beta(a, b).
 *
 * Shape:  a and b above 0, `probability` in [0, 1]; as exact as `incompleteBeta`.
 * Errors: none; NaN for what is outside.
 */
export function incompleteBetaInverse(a: number, b: number, probability: number): number {
  if (!(a > 0 && b > 0 && probability >= 0 && probability <= 1)) return Number.NaN;
  if (probability === 0 || probability === 1) return probability;
  return bisect((x) => incompleteBeta(a, b, x) < probability, 0, 1);
}

function lowerTail(a: number, b: number, x: number, rest: number): number {
  const front = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(rest);
  return (Math.exp(front) / a) * continuedFraction(a, b, x);
}

/** Below the turning point of x, to which the symmetry leads, nothing that it divides by comes near 0. */
function continuedFraction(a: number, b: number, x: number): number {
  let numerator = 1;
  let denominator = 1 / (1 - ((a + b) * x) / (a + 1));
  let value = denominator;
  for (let step = 1; step <= MAX_STEPS; step++) {
    const twice = a + 2 * step;
    const even = (step * (b - step) * x) / ((twice - 1) * twice);
    denominator = 1 / (1 + even * denominator);
    numerator = 1 + even / numerator;
    value *= denominator * numerator;
    const odd = (-(a + step) * (a + b + step) * x) / (twice * (twice + 1));
    denominator = 1 / (1 + odd * denominator);
    numerator = 1 + odd / numerator;
    const factor = denominator * numerator;
    value *= factor;
    if (Math.abs(factor - 1) <= PRECISION) break;
  }
  return value;
}
