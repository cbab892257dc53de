/** The Bayesian read against mpmath, and its limits. */

import { expect, test } from "vitest";
import { JEFFREYS } from "../bandit/probability-best.ts";
import { betaChanceToWin } from "./beta.ts";
import { expectedLoss, FLAT_PRIOR, posteriorOf, USUAL_PRIOR } from "./posterior.ts";

const effect = { estimate: 0.4, standardError: 0.2, degrees: 98, n: 100 };

test("with no opinion the posterior is the estimate; with the usual one it is drawn to 0, and less so the better it is known", () => {
  expect(posteriorOf(effect, FLAT_PRIOR, 0.05)).toMatchObject({
    mean: expect.closeTo(0.4, 15),
    standardDeviation: 0.2,
    low: expect.closeTo(0.4 - 1.959963984540054 * 0.2, 12),
    chanceToWin: expect.closeTo(0.9772498680518208, 12),
  });
  const drawn = posteriorOf(effect, USUAL_PRIOR, 0.05).mean;
  const known = posteriorOf({ ...effect, standardError: 0.02 }, USUAL_PRIOR, 0.05).mean;
  expect(drawn).toBeCloseTo((0.4 * 25) / (25 + 1 / 0.09), 12);
  expect(known).toBeGreaterThan(drawn);
});

test("the two losses differ by the effect, and neither is below 0", () => {
  const { keep, ship } = expectedLoss(0.4, 0.2);
  expect(keep - ship).toBeCloseTo(0.4, 12);
  for (const mean of [-40, -1, 0, 1, 40]) {
    const risk = expectedLoss(mean, 0.5);
    expect(Math.min(risk.keep, risk.ship)).toBeGreaterThanOrEqual(0);
    expect(expectedLoss(-mean, 0.5)).toEqual({ keep: risk.ship, ship: risk.keep });
  }
});

test("two shares: few events, and many", () => {
  const chance = (control: [number, number], treatment: [number, number]) =>
    betaChanceToWin({ events: control[0], n: control[1] }, { events: treatment[0], n: treatment[1] }, JEFFREYS);
  expect(chance([0, 10], [2, 10])).toBeCloseTo(0.9351527330545144, 9);
  expect(chance([50, 1000], [70, 1000])).toBeCloseTo(0.9703572458535282, 9);
  expect(chance([7, 20], [7, 20])).toBeCloseTo(0.5, 12);
  expect(chance([0, 1000], [1000, 1000])).toBeCloseTo(1, 12);
});
