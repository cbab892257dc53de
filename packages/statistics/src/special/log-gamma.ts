/** The logarithm of the gamma function, where factorials would overflow. */

const LOG_SQRT_TWO_PI = 0.9189385332046728;
/** The asymptotic series is exact to a double from here on. */
const LARGE = 12;
/** Bernoulli numbers B(2k) over 2k(2k−1), from k = 1. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360, 1 / 156, -3617 / 122_400];

/**
 * ln Γ(x).
 *
 * Shape:  x > 0; relative error below 1e-13.
 * Errors: none; NaN for what is not above 0.
 * Source: Stirling's series, NIST DLMF 5.11.1, after the recurrence 5.5.1 has led x to where it converges.
 */
export function logGamma(x: number): number {
  if (!(x > 0)) return Number.NaN;
  let argument = x;
  let product = 1;
  for (; argument < LARGE; argument++) product *= argument;
  const square = 1 / (argument * argument);
  const series = STIRLING.reduceRight((sum, coefficient) => sum * square + coefficient, 0) / argument;
  return (argument - 0.5) * Math.log(argument) - argument + LOG_SQRT_TWO_PI + series - Math.log(product);
}
