/** McNemar's test of two answers to the same items, with many items; with few, the exact one is the binomial's tail. */

import { chiSquareTail } from "../special/incomplete-gamma.ts";

/**
 * Chi-square with the correction for continuity.
 *
 * Shape:  items where only the first, and only the second, passed; none where there is no such item.
 * Errors: none.
 * Source: Q. McNemar 1947; A. L. Edwards 1948.
 */
export function mcnemar(onlyFirst: number, onlySecond: number): { readonly statistic: number; readonly p: number } | undefined {
  const differing = onlyFirst + onlySecond;
  if (differing === 0) return undefined;
  const statistic = Math.max(0, Math.abs(onlyFirst - onlySecond) - 1) ** 2 / differing;
  return { statistic, p: chiSquareTail(statistic, 1) };
}
