/**
 * The special functions against special-values.json: arguments, then the value, rounded to a double.
 *
 * Made with mpmath 1.3 and 40 digits or more, by other ways than the code's own where it could be: erfc for the normal distribution, series of
 * positive terms (DLMF 8.17.8, 8.7.1) for the incomplete beta and gamma, 1 − P with 200 digits for the upper gamma, and Newton's method on
 * those for the quantiles.
 */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { incompleteBeta, incompleteBetaInverse } from "./incomplete-beta.ts";
import { gammaLower, gammaUpper } from "./incomplete-gamma.ts";
import { logGamma } from "./log-gamma.ts";
import { logNormalTail, normalQuantile, normalTail } from "./normal.ts";
import { studentTail, studentTailQuantile } from "./student-t.ts";

const VALUES = JSON.parse(readFileSync(new URL("special-values.json", import.meta.url), "utf8")) as Record<string, number[][]>;

type Numbers = (...of: [number, number, number]) => number;

test.each<[string, Numbers, number]>([
  ["normalTail", normalTail, 1e-14],
  ["logNormalTail", logNormalTail, 1e-14],
  ["normalQuantile", normalQuantile, 1e-14],
  ["logGamma", logGamma, 1e-13],
  ["incompleteBeta", incompleteBeta, 1e-12],
  ["gammaLower", gammaLower, 1e-13],
  ["gammaUpper", gammaUpper, 1e-11],
  ["studentTail", studentTail, 1e-12],
  ["studentTailQuantile", studentTailQuantile, 1e-14],
  ["incompleteBetaInverse", incompleteBetaInverse, 1e-13],
])("%s", (name, of, tolerance) => {
  const rows = VALUES[name] ?? [];
  expect(rows.length).toBeGreaterThan(10);
  const isOff = (row: readonly number[]) => {
    const actual = of(...(row.slice(0, -1) as [number, number, number]));
    return !(Math.abs(actual / (row.at(-1) as number) - 1) <= tolerance);
  };
  expect(rows.filter(isOff)).toEqual([]);
});
