/**
 * The special functions beside another implementation of them, stdlib's, over a grid that reaches far into both tails.
 *
 * Where stdlib itself is off (against mpmath with 40 digits), the grid leaves it out: its normal quantile below 1e-9, its incomplete gamma
 * around a = 1,000, and its incomplete beta below 1e-200, which it has as 0. special-values.json has what is there.
 */

import betainc from "@stdlib/math-base-special-betainc";
import betaincinv from "@stdlib/math-base-special-betaincinv";
import erfcOfStdlib from "@stdlib/math-base-special-erfc";
import gammainc from "@stdlib/math-base-special-gammainc";
import gammaln from "@stdlib/math-base-special-gammaln";
import quantileOfNormal from "@stdlib/stats-base-dists-normal-quantile";
import cdfOfT from "@stdlib/stats-base-dists-t-cdf";
import quantileOfT from "@stdlib/stats-base-dists-t-quantile";
import { describe, expect, test } from "vitest";
import { erfc } from "./error-function.ts";
import { incompleteBeta, incompleteBetaInverse } from "./incomplete-beta.ts";
import { gammaLower, gammaUpper } from "./incomplete-gamma.ts";
import { logGamma } from "./log-gamma.ts";
import { normalQuantile } from "./normal.ts";
import { studentTail, studentTailQuantile } from "./student-t.ts";

const range = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => from + ((to - from) * at) / (count - 1));
/** Evenly in the exponent. */
const decades = (from: number, to: number, count: number): number[] => range(from, to, count).map((exponent) => 10 ** exponent);

/** Below it an error counts as if the value were this large. */
const SMALLEST = 1e-200;

/** The largest relative difference over all combinations of the arguments, and where it is. */
function worst(
  ours: Numbers,
  theirs: Numbers,
  ...grids: readonly (readonly number[])[]
): { error: number; at: readonly number[] } {
  let found: ReturnType<typeof worst> = { error: 0, at: [] };
  const none: readonly (readonly number[])[] = [[]];
  const points = grids.reduce((all, grid) => all.flatMap((point) => grid.map((x) => [...point, x])), none);
  for (const at of points) {
    const [actual, expected] = [ours(...(at as Three)), theirs(...(at as Three))];
    const error = Math.abs(actual - expected) / Math.max(SMALLEST, Math.abs(expected));
    // NaN is the worst of all.
    if (!(error <= found.error)) found = { error, at };
  }
  return found;
}

/** A function of up to three numbers. */
type Numbers = (first: number, second: number, third: number) => number;
type Three = [number, number, number];

const SHARES = [...decades(-6, -1, 11), ...range(0.1, 0.99, 19)];
const SHAPES = decades(-1, 5, 13);
const QUANTILES = [...decades(-12, -1, 12), 0.2, 0.4, 0.7, 0.95];

describe("beside stdlib", () => {
  test.each([
    ["erfc", 1e-14, erfc, erfcOfStdlib, [range(-6, 26, 8001)]],
    ["ln Γ", 1e-11, logGamma, gammaln, [decades(-8, 12, 2000)]],
    [
      "the normal quantile",
      1e-8,
      normalQuantile,
      (p) => quantileOfNormal(p, 0, 1),
      [[...decades(-9, -1, 801), ...range(0.1, 0.9, 801)]],
    ],
    [
      "the normal quantile, led back",
      2e-12,
      (p) => erfcOfStdlib(-normalQuantile(p) / Math.SQRT2) / 2,
      (p) => p,
      [decades(-300, -1, 2001)],
    ],
    ["the incomplete beta", 1e-10, incompleteBeta, (a, b, x) => betainc(x, a, b), [SHAPES, SHAPES, SHARES]],
    [
      "the incomplete beta from the other side",
      1e-10,
      (a, b, x) => incompleteBeta(b, a, 1 - x, x),
      (a, b, x) => betainc(x, a, b, true, true),
      [SHAPES, SHAPES, range(0.01, 0.99, 11)],
    ],
    [
      "the beta's quantile",
      1e-12,
      incompleteBetaInverse,
      (a, b, p) => betaincinv(p, a, b),
      [decades(-0.3, 3, 7), decades(-0.3, 3, 7), QUANTILES],
    ],
    [
      "the incomplete gamma",
      1e-11,
      (a, x) => gammaLower(a, x * a),
      (a, x) => gammainc(x * a, a),
      [decades(-2, 2, 29), decades(-3, 1, 60)],
    ],
    [
      "the incomplete gamma from the other side",
      1e-11,
      (a, x) => gammaUpper(a, x * a),
      (a, x) => gammainc(x * a, a, true, true),
      [decades(-2, 2, 29), decades(-3, 1.5, 60)],
    ],
    [
      "Student's t",
      1e-10,
      studentTail,
      (t, degrees) => cdfOfT(-t, degrees),
      [[...range(-8, 8, 81), ...decades(1, 3, 11)], decades(0, 6, 31)],
    ],
    ["Student's t quantile", 1e-12, studentTailQuantile, (p, degrees) => -quantileOfT(p, degrees), [QUANTILES, decades(0, 4, 9)]],
  ] as const satisfies readonly (readonly [string, number, Numbers, Numbers, readonly (readonly number[])[]])[])(
    "%s",
    (_name, tolerance, ours, theirs, grids) => {
      const { error, at } = worst(ours, theirs, ...grids);
      expect(error, `at ${at.join(", ")}`).toBeLessThanOrEqual(tolerance);
    },
  );
});
