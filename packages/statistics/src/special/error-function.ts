/** The complementary error function, plain and scaled: the normal distribution's tails are values of it. */

const INNER = 0.46875;
const OUTER = 4;
const ONE_OVER_SQRT_PI = 0.5641895835477563;
/** Cody's coefficients, the highest power first: of erf within 0.46875, of the scaled erfc from there to 4, and beyond. */
const INNER_TOP = [0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694];
const INNER_BOTTOM = [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171];
const MIDDLE_TOP = [
  2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001, 881.952221241769,
  1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
];
const MIDDLE_BOTTOM = [
  1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597, 4362.619090143247,
  3439.3676741437216, 1230.3393548037495,
];
const OUTER_TOP = [
  0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275,
  0.0006587491615298378,
];
const OUTER_BOTTOM = [1, 2.568520192289822, 1.8729528499234673, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918];

/**
 * erfc(x) = 1 − erf(x).
 *
 * Shape:  any x; relative error below 1e-14 down to the smallest normal double, and 0 only where the value is below it.
 * Errors: none; NaN for NaN.
 * Source: W. J. Cody, Rational Chebyshev approximations for the error function, Math. Comp. 23 (1969).
 */
export function erfc(x: number): number {
  if (x < -INNER) return 2 - erfc(-x);
  return x <= INNER ? 1 - erfNearZero(x) : expOfMinusSquare(x, 1) * scaledErfc(x);
}

/**
 * exp(x²)·erfc(x): what is left of erfc where erfc itself would be 0.
 *
 * Shape:  x above 0.46875, from where the approximation holds; an infinite x gives 0.
 * Errors: none.
 * Source: as `erfc`.
 */
export function scaledErfc(x: number): number {
  if (x <= OUTER) return polynomial(MIDDLE_TOP, x) / polynomial(MIDDLE_BOTTOM, x);
  const z = 1 / (x * x);
  return (ONE_OVER_SQRT_PI - (z * polynomial(OUTER_TOP, z)) / polynomial(OUTER_BOTTOM, z)) / x;
}

function erfNearZero(x: number): number {
  const z = x * x;
  return (x * polynomial(INNER_TOP, z)) / polynomial(INNER_BOTTOM, z);
}

/** exp(−factor·x²), with x² in two parts of which the first is exact: far out its rounding error would be the result's. */
export function expOfMinusSquare(x: number, factor: number): number {
  const high = Math.trunc(x * 16) / 16;
  return Math.exp(-factor * high * high) * Math.exp(-factor * (x - high) * (x + high));
}

/** Horner's scheme, the highest power first. */
export const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
