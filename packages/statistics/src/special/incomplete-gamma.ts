/** The regularised incomplete gamma function, both sides of it: chi-square's tail is a value of it. */

import { logMinus, stirlingRemainder } from "./log-gamma.ts";

const PRECISION = 1e-16;
/** Far above what it takes: both expansions need some √a steps. */
const MAX_STEPS = 100_000;

/**
 * P(a, x), the lower side.
 *
 * Shape:  a above 0, x from 0; relative error below 1e-12, below 1e-10 where the result is tiny.
 * Errors: none; NaN for what is outside.
 * Source: NIST DLMF 8.11.4 (series) and 8.9.2 (continued fraction by Lentz's method).
 */
export function gammaLower(a: number, x: number): number {
  if (!(a > 0 && x >= 0)) return Number.NaN;
  return x < a + 1 ? series(a, x) * Math.exp(logFront(a, x)) : 1 - fraction(a, x) * Math.exp(logFront(a, x));
}

/** Q(a, x) = 1 − P(a, x), the upper side; small and not 0 far out. Shape and source as `gammaLower`. */
export function gammaUpper(a: number, x: number): number {
  if (!(a > 0 && x >= 0)) return Number.NaN;
  return x < a + 1 ? 1 - series(a, x) * Math.exp(logFront(a, x)) : fraction(a, x) * Math.exp(logFront(a, x));
}

/** ln P(a, x), right also where P itself would be 0. Shape: a and x above 0 and finite. */
export const logGammaLower = (a: number, x: number): number =>
  x < a + 1 ? Math.log(series(a, x)) + logFront(a, x) : Math.log1p(-fraction(a, x) * Math.exp(logFront(a, x)));

/** ln Q(a, x), right also where Q itself would be 0. Shape: a and x above 0 and finite. */
export const logGammaUpper = (a: number, x: number): number =>
  x < a + 1 ? Math.log1p(-series(a, x) * Math.exp(logFront(a, x))) : Math.log(fraction(a, x)) + logFront(a, x);

/** P(X > x) for X ~ χ²(`degrees`). Shape: `degrees` above 0, x from 0. */
export const chiSquareTail = (x: number, degrees: number): number => gammaUpper(degrees / 2, x / 2);

function series(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let step = 1; step <= MAX_STEPS && term > sum * PRECISION; step++) {
    term *= x / (a + step);
    sum += term;
  }
  return sum;
}

function fraction(a: number, x: number): number {
  if (x === Number.POSITIVE_INFINITY) return 0;
  let b = x + 1 - a;
  let numerator = Number.MAX_VALUE;
  let denominator = 1 / b;
  let value = denominator;
  for (let step = 1; step <= MAX_STEPS; step++) {
    const coefficient = step * (a - step);
    b += 2;
    denominator = 1 / (coefficient * denominator + b);
    numerator = b + coefficient / numerator;
    const factor = denominator * numerator;
    value *= factor;
    if (Math.abs(factor - 1) <= PRECISION) break;
  }
  return value;
}

/** ln xᵃe⁻ˣ/Γ(a), around its largest value, as for the incomplete beta. */
function logFront(a: number, x: number): number {
  if (x === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  return a * logMinus(x / a, (x - a) / a) + Math.log(a / (2 * Math.PI)) / 2 - stirlingRemainder(a);
}
