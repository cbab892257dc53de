/** Many tests: what is adjusted keeps its place and its order, and what is split adds up. */

import { expect, test } from "vitest";
import { benjaminiHochberg, eBenjaminiHochberg, holm } from "./adjust.ts";
import { guardrailAlphas, splitAlpha } from "./split-alpha.ts";

const P = [0.2, 0.001, 0.9, 0.03, 0.03];

test("adjusted values stay in their places, never sink, and are never above 1", () => {
  for (const adjust of [holm, benjaminiHochberg]) {
    const adjusted = adjust(P);
    for (const [at, p] of P.entries()) {
      expect(adjusted[at]).toBeGreaterThanOrEqual(p);
      expect(adjusted[at]).toBeLessThanOrEqual(1);
    }
    expect(adjusted[1]).toBeCloseTo(0.005, 12);
    expect(adjusted[3]).toBe(adjusted[4]);
    expect(adjust([])).toEqual([]);
  }
});

test("e-values: the largest for which each is large enough; a small one may be carried by none", () => {
  // Four at α 0.05: one alone needs 80, two need 40 each, three 26.7, four 20.
  const rejected = (...e: number[]) =>
    eBenjaminiHochberg(
      e.map((one) => Math.log(one)),
      0.05,
    );
  expect(rejected(1, 41, 42, 3)).toEqual([false, true, true, false]);
  expect(rejected(79, 1, 1, 1)).toEqual([false, false, false, false]);
  expect(rejected(81, 1, 1, 1)).toEqual([true, false, false, false]);
  expect(rejected(21, 20.5, 22, 25)).toEqual([true, true, true, true]);
  expect(rejected()).toEqual([]);
});

test("what is split over metrics and treatments adds up to α, also with metrics of one kind only", () => {
  for (const [primaryMetrics, secondaryMetrics, treatments] of [
    [2, 4, 1],
    [1, 0, 3],
    [0, 5, 2],
  ] as const) {
    const { primary, secondary } = splitAlpha({ alpha: 0.05, primaryShare: 0.6, primaryMetrics, secondaryMetrics, treatments });
    expect(treatments * (primaryMetrics * primary + secondaryMetrics * secondary)).toBeCloseTo(0.05, 12);
  }
  expect(guardrailAlphas(0.01, [1, 1, 2])).toEqual([0.0025, 0.0025, 0.005]);
});
