/** The bandit's weights: against mpmath where spreads differ much, and how floors hold. */

import { expect, test } from "vitest";
import { JEFFREYS, probabilityBest, probabilityBestShare, withFloor } from "./probability-best.ts";

const arm = (mean: number, standardDeviation: number) => ({ mean, standardDeviation });

test("P(best) of two is the normal distribution's, of more the integral, whatever their spreads", () => {
  const far = probabilityBest([arm(0, 1), arm(3, 1)]);
  expect(far[0]).toBeCloseTo(0.016947426762344637, 12);
  const mixed = probabilityBest([arm(1, 0.001), arm(1, 1), arm(0.5, 0.3)]);
  for (const [at, expected] of [0.4761044956082634, 0.49765343748064333, 0.026242066911093268].entries())
    expect(mixed[at]).toBeCloseTo(expected, 9);
  expect(probabilityBest([arm(5, 2)])).toEqual([1]);
  expect(probabilityBest([arm(0, 1e-6), arm(1000, 1e-6)])).toEqual([expect.closeTo(0, 12), expect.closeTo(1, 12)]);
});

test("P(best) of three equal shares is a third each", () => {
  for (const share of probabilityBestShare(
    [1, 2, 3].map(() => ({ n: 40, events: 3 })),
    JEFFREYS,
  ))
    expect(share).toBeCloseTo(1 / 3, 9);
});

test("no arm is below its floor, and all together have all traffic", () => {
  for (const floor of [0, 0.01, 0.05, 0.2, 0.25, 0.9]) {
    const weights = withFloor([0.7, 0.25, 0.05, 0], floor);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(Math.min(...weights)).toBeGreaterThanOrEqual(Math.min(floor, 0.25) - 1e-15);
  }
});
