/** The regularised incomplete beta function: the tails of Student's t and of the binomial are values of it. */

import { bisect } from "./bisect.ts";
import { logMinus, stirlingRemainder } from "./log-gamma.ts";

const PRECISION = 1e-15;
/** Far above what it takes: the fraction needs some √max(a, b) steps. */
const MAX_STEPS = 100_000;

/**
 * Iₓ(a, b).
 *
 * Shape:  a and b above 0, x in [0, 1]; relative error below 1e-12, below 1e-10 where the result is tiny. `rest` is 1 − x where the caller knows
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

/**
 * ln Iₓ(a, b), right also where Iₓ itself would be 0.
 *
 * Shape:  a and b above 0, x in (0, 1).
 * Errors: none.
 */
export const logIncompleteBeta = (a: number, b: number, x: number): number =>
  x < (a + 1) / (a + b + 2) ? logLowerTail(a, b, x, 1 - x) : Math.log1p(-lowerTail(b, a, 1 - x, x));

const lowerTail = (a: number, b: number, x: number, rest: number): number => Math.exp(logLowerTail(a, b, x, rest));

/** Below the turning point, to which the symmetry leads. */
const logLowerTail = (a: number, b: number, x: number, rest: number): number =>
  logFront(a, b, x, rest) - Math.log(a) + Math.log(continuedFraction(a, b, x));

/** ln xᵃ(1−x)ᵇ/B(a, b), around its largest value: three logarithms of gamma functions would lose what the result is made of. */
function logFront(a: number, b: number, x: number, rest: number): number {
  const both = a + b;
  const apart = x < rest ? x - a / both : b / both - rest;
  const exponent = a * logMinus((x * both) / a, (apart * both) / a) + b * logMinus((rest * both) / b, (-apart * both) / b);
  return exponent - logWidth(a, b);
}

/** ln B(a, b). Shape: a and b above 0; as exact where they are large. */
export const logBeta = (a: number, b: number): number => a * Math.log(a / (a + b)) + b * Math.log(b / (a + b)) + logWidth(a, b);

/** What ln B(a, b) is beside the logarithm of the largest value of xᵃ(1−x)ᵇ. */
const logWidth = (a: number, b: number): number =>
  Math.log((2 * Math.PI * (a + b)) / a / b) / 2 + stirlingRemainder(a) + stirlingRemainder(b) - stirlingRemainder(a + b);

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
