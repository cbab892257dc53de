/** Shapes: what counts as the same, as a drift, and as too little to say. */

import { expect, test } from "vitest";
import { mcnemar } from "../eval-gate/mcnemar.ts";
import { goodnessOfFit } from "./goodness-of-fit.ts";
import { kolmogorovSmirnov, shapeDistance } from "./kolmogorov-smirnov.ts";
import { populationStability } from "./population-stability.ts";

test("PSI: nothing for the same shape, more for another, and few values have to show more than chance", () => {
  const deciles = Array.from({ length: 10 }, () => 1000);
  expect(
    populationStability(
      deciles,
      deciles.map((count) => count / 10),
    ),
  ).toMatchObject({ index: 0, verdict: "steady" });
  const tilted = [400, 200, 100, 50, 50, 50, 50, 50, 30, 20];
  expect(populationStability(deciles, tilted)?.verdict).toBe("act");
  const slight = [170, 140, 120, 100, 100, 100, 90, 80, 60, 40];
  expect(populationStability(deciles, slight)).toMatchObject({
    verdict: "look",
    expected: expect.closeTo(9 * (1e-4 + 1e-3), 12),
  });
  const few = slight.map((count) => count / 20);
  expect(populationStability(deciles, few)?.verdict).toBe("steady");
});

test("PSI: an empty bin counts as little, and nothing at all as no answer", () => {
  expect(populationStability([50, 50, 0], [50, 50, 0])?.index).toBe(0);
  expect(populationStability([50, 50], [100, 0])?.index).toBeCloseTo(0.5 * Math.log(2) + 0.4999 * Math.log(0.5 / 1e-4), 12);
  expect(populationStability([0, 0], [1, 2])).toBeUndefined();
  expect(populationStability([1, 2], [0, 0])).toBeUndefined();
});

test("the distance of binned counts is acted on when it is far and of enough values", () => {
  expect(shapeDistance([500, 500], [610, 390])).toEqual({ distance: expect.closeTo(0.11, 12), isFar: true });
  expect(shapeDistance([500, 500], [590, 410])).toMatchObject({ isFar: false });
  expect(shapeDistance([50, 50], [100, 0])).toEqual({ distance: 0.5, isFar: false });
  expect(shapeDistance([0, 0], [1, 1])).toBeUndefined();
  expect(shapeDistance([1, 1], [0, 0])).toBeUndefined();
});

test("Kolmogorov and Smirnov's p is exact for few values, and not given for many", () => {
  expect(kolmogorovSmirnov([1, 2, 3], [4, 5, 6])).toEqual({ distance: 1, p: expect.closeTo(0.1, 12) });
  expect(kolmogorovSmirnov([1, 3, 5, 7], [2, 4, 6])?.p).toBeCloseTo(1, 12);
  expect(kolmogorovSmirnov([1.5], [1.5])).toEqual({ distance: 0, p: 1 });
  const many = Array.from({ length: 1001 }, (_, at) => at);
  expect(kolmogorovSmirnov(many, many)).toEqual({ distance: 0, p: undefined });
  expect(kolmogorovSmirnov([], [1])).toBeUndefined();
});

test("counts against weights, and answers against each other", () => {
  expect(goodnessOfFit([30, 20, 50], [1, 1, 2])).toEqual({ statistic: 2, p: expect.closeTo(0.36787944117144245, 12) });
  expect(goodnessOfFit([30], [1])).toBeUndefined();
  expect(goodnessOfFit([0, 0], [1, 1])).toBeUndefined();
  expect(mcnemar(5, 5)).toEqual({ statistic: 0, p: 1 });
  expect(mcnemar(0, 0)).toBeUndefined();
});
