/** The standard normal distribution, exact in both tails, in logarithms too. */

import { erfc, expOfMinusSquare, polynomial, scaledErfc } from "./error-function.ts";

const SQRT_TWO_PI = 2.5066282746310002;
/** From here on the tail comes from the scaled function, whose argument's rounding error is not multiplied by z². */
const FAR = 1;

/** P(Z ≤ z). Small and not 0 far to the left. */
export const normalCdf = (z: number): number => normalTail(-z);

/**
 * P(Z > z); never 1 − cdf, so that far out it is small and not 0.
 *
 * Shape:  any z; relative error below 1e-14.
 * Errors: none; NaN for NaN.
 */
export function normalTail(z: number): number {
  return z > FAR ? (expOfMinusSquare(z, 0.5) * scaledErfc(z / Math.SQRT2)) / 2 : erfc(z / Math.SQRT2) / 2;
}

/** φ(z). */
export const normalDensity = (z: number): number => Math.exp((-z * z) / 2) / SQRT_TWO_PI;

/** ln P(Z > z). Shape: any z; right also where the probability itself would be 0. */
export function logNormalTail(z: number): number {
  return z > FAR ? (-z * z) / 2 + Math.log(scaledErfc(z / Math.SQRT2) / 2) : Math.log1p(-normalCdf(z));
}

/** Within it the quantile is a rational function of p − ½, and beyond of √−ln p, up to 5 and from there. */
const CENTRE = 0.425;
const NEAR_TAIL = 5;
/** Wichura's coefficients, the highest power first. */
const CENTRE_TOP = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
  133.14166789178438, 3.3871328727963665,
];
const CENTRE_BOTTOM = [
  5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
  42.31333070160091, 1,
];
const NEAR_TOP = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045, 5.769497221460691,
  4.630337846156546, 1.4234371107496835,
];
const NEAR_BOTTOM = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851, 1.6763848301838038,
  2.053191626637759, 1,
];
const FAR_TOP = [
  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
  1.7848265399172913, 5.463784911164114, 6.657904643501103,
];
const FAR_BOTTOM = [
  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615,
  0.1369298809227358, 0.599832206555888, 1,
];

/**
 * The z that P(Z ≤ z) is `probability` of.
 *
 * Shape:  `probability` in [0, 1]; relative error below 1e-14. For the upper tail negate the quantile of the tail's probability, which 1 − p
 *         would round away.
 * Errors: none; infinite at 0 and 1, NaN outside.
 * Source: M. J. Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37 (1988).
 */
export function normalQuantile(probability: number): number {
  const fromCentre = probability - 0.5;
  if (Math.abs(fromCentre) <= CENTRE) return centralQuantile(fromCentre);
  const tail = fromCentre < 0 ? probability : 1 - probability;
  return Math.sign(fromCentre) * tailQuantile(tail);
}

function centralQuantile(fromCentre: number): number {
  const r = CENTRE * CENTRE - fromCentre * fromCentre;
  return (fromCentre * polynomial(CENTRE_TOP, r)) / polynomial(CENTRE_BOTTOM, r);
}

function tailQuantile(probability: number): number {
  if (probability === 0) return Number.POSITIVE_INFINITY;
  const r = Math.sqrt(-Math.log(probability));
  return r <= NEAR_TAIL
    ? polynomial(NEAR_TOP, r - 1.6) / polynomial(NEAR_BOTTOM, r - 1.6)
    : polynomial(FAR_TOP, r - NEAR_TAIL) / polynomial(FAR_BOTTOM, r - NEAR_TAIL);
}
