/** Sums of numbers that only their logarithms fit into a double. */

/**
 * ln Σ exp(xᵢ).
 *
 * Shape:  any logarithms, −∞ for a term of 0; −∞ of none. A term of +∞ makes the sum +∞.
 * Errors: none; NaN for NaN.
 */
export function logSumExp(logarithms: readonly number[]): number {
  const largest = Math.max(...logarithms);
  if (!Number.isFinite(largest)) return largest;
  return largest + Math.log(logarithms.reduce((sum, one) => sum + Math.exp(one - largest), 0));
}
