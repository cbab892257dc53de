/** How many buckets the cumulative sum takes until it alarms: long without a shift, short with one. */

import { gaussLegendre } from "../special/integrate.ts";
import { normalCdf, normalDensity } from "../special/normal.ts";
import type { CusumSettings } from "./cusum.ts";

const NODES = gaussLegendre(64);

/**
 * The average run length of one side, in buckets of independent, normal means.
 *
 * Shape:  `shift` in standard deviations, towards that side; `headStart` from 0 to the threshold.
 * Errors: none.
 * Source: Page's integral equation L(u) = 1 + L(0)Φ(k − u) + ∫ L(x)φ(x + k − u)dx over [0, h], by quadrature (Nyström).
 */
export function cusumRunLength({ slack, threshold }: CusumSettings, shift: number, headStart: number = 0): number {
  const half = threshold / 2;
  const points = [{ x: 0, weight: 0 }, ...NODES.map(({ x, weight }) => ({ x: half * (1 + x), weight: half * weight }))];
  /** What L(u) takes of L at each point; the first one, 0, has all that would have fallen below it. */
  const take = (u: number) =>
    points.map(({ x, weight }, at) => (at === 0 ? normalCdf(slack - shift - u) : weight * normalDensity(x + slack - shift - u)));
  const rows = points.map(({ x }, row) => [...take(x).map((value, at) => (at === row ? 1 : 0) - value), 1]);
  const lengths = solve(rows);
  return take(headStart).reduce((sum, value, at) => sum + value * (lengths[at] as number), 1);
}

/**
 * The average run length of both sides together.
 *
 * Shape:  as `cusumRunLength`; the head start is that of both.
 * Source: Kemp 1971; with a head start Lucas & Crosier 1982.
 */
export function cusumRunLengthTwoSided(settings: CusumSettings, shift: number, headStart: number = 0): number {
  const [up, down] = [cusumRunLength(settings, shift), cusumRunLength(settings, -shift)];
  const [upAhead, downAhead] = [cusumRunLength(settings, shift, headStart), cusumRunLength(settings, -shift, headStart)];
  return (upAhead * down + downAhead * up - up * down) / (up + down);
}

/** Solves rows of coefficients, each with its right side at the end. Shape: the diagonal leads, as a part of a chance taken from 1 does. */
function solve(rows: readonly number[][]): readonly number[] {
  const size = rows.length;
  const at = (row: number, column: number): number => rows[row]?.[column] as number;
  for (let pivot = 0; pivot < size; pivot++) {
    for (let row = 0; row < size; row++) {
      if (row === pivot) continue;
      const times = at(row, pivot) / at(pivot, pivot);
      const target = rows[row] as number[];
      for (let column = pivot; column <= size; column++) target[column] = at(row, column) - times * at(pivot, column);
    }
  }
  return rows.map((_, row) => at(row, size) / at(row, row));
}
