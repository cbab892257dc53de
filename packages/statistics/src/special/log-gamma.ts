/** The logarithm of the gamma function, where factorials would overflow. */

const LOG_SQRT_TWO_PI = 0.9189385332046728;
/** The asymptotic series is exact to a double from here on. */
const LARGE = 12;
/** Bernoulli numbers B(2k) over 2k(2k−1), from k = 1. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360, 1 / 156, -3617 / 122_400];

/**
 * ln Γ(x).
 *
 * Shape:  x > 0; error below 1e-13, relative or, around the roots 1 and 2, absolute.
 * Errors: none; NaN for what is not above 0.
 * Source: Stirling's series, NIST DLMF 5.11.1, after the recurrence 5.5.1 has led x to where it converges.
 */
export function logGamma(x: number): number {
  if (!(x > 0)) return Number.NaN;
  let argument = x;
  let product = 1;
  for (; argument < LARGE; argument++) product *= argument;
  return stirling(argument) + stirlingSeries(argument) - Math.log(product);
}

/**
 * What ln Γ(x) is beside Stirling's formula (x − ½)·ln x − x + ½·ln 2π: small, where both are large and their difference would be rounding.
 *
 * Shape:  x > 0.
 */
export const stirlingRemainder = (x: number): number => (x >= LARGE ? stirlingSeries(x) : logGamma(x) - stirling(x));

const stirling = (x: number): number => (x - 0.5) * Math.log(x) - x + LOG_SQRT_TWO_PI;

function stirlingSeries(x: number): number {
  const square = 1 / (x * x);
  return STIRLING.reduceRight((sum, coefficient) => sum * square + coefficient, 0) / x;
}

/** Within it a series replaces a difference of two nearly equal numbers. */
const NEAR = 0.3;
const TERMS = 10;

/**
 * ln(ratio) − u, where u is ratio − 1: the caller knows both, as near 1 the one and near 0 the other has lost digits.
 *
 * Shape:  `ratio` above 0.
 * Source: the series of the inverse hyperbolic tangent at u/(2 + u), NIST DLMF 4.6.4.
 */
export function logMinus(ratio: number, u: number): number {
  if (Math.abs(u) > NEAR) return Math.log(ratio) - u;
  const r = u / (2 + u);
  let series = 0;
  for (let term = TERMS; term >= 1; term--) series = (series + 1 / (2 * term + 1)) * r * r;
  return r * (2 * series - u);
}
