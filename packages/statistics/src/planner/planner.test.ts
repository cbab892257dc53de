/** The planner against what simulations of whole ramps gave. */

import { describe, expect, test } from "vitest";
import {
  type EventStep,
  planBlastRadius,
  planDetection,
  planHarmless,
  planSmallestRatio,
  secondsFor,
} from "./plan-event-guardrail.ts";
import { planMeanDetection } from "./plan-mean-guardrail.ts";

const ONE_PERCENT: EventStep = { treatedShare: 0.01, baseRate: 0.02, alpha: 0.01 };

const NONE = { median: Number.NaN, p95: Number.NaN, users: Number.NaN, treatedUsers: Number.NaN };

describe("an event guardrail", () => {
  // Reference statistics 0 and 2.1: 4,000 simulated ramps a row, median and 95th percentile of treated exposures.
  test.each([
    [{}, 2, 620, 1_580],
    [{ treatedShare: 0.05 }, 2, 650, 1_700],
    [{ treatedShare: 0.1 }, 2, 690, 1_770],
    [{ treatedShare: 0.5 }, 2, 1_360, 3_330],
    [{ alpha: 0.0025 }, 2, 800, 1_920],
    [{}, 1.5, 2_330, 6_230],
    [{}, 3, 210, 500],
    [{ baseRate: 0.005 }, 2, 2_410, 6_430],
    [{ baseRate: 0.05 }, 2, 260, 650],
    [{ baseRate: 0.05 }, 1.5, 960, 2_360],
    [{ toleratedRatio: 1.1 }, 2, 770, 2_110],
    [{ toleratedRatio: 1.2 }, 2, 1_100, 2_900],
  ])(
    "%o that is to notice a ratio of %d takes %d treated exposures, and %d at the 95th percentile",
    (more, ratio, median, p95) => {
      const plan = planDetection({ ...ONE_PERCENT, ...more }, ratio);
      expect(Math.abs((plan?.median ?? 0) / median - 1)).toBeLessThan(0.1);
      expect(Math.abs((plan?.p95 ?? 0) / p95 - 1)).toBeLessThan(0.19);
    },
  );

  // Reference statistics 2.4, at an alpha of 0.05.
  test.each([
    [0.01, 2, 570],
    [0.1, 1.5, 2_100],
    [0.5, 1.25, 14_000],
  ])("at a share of %d rules out a ratio of %d after %d treated exposures", (treatedShare, ruledOut, median) => {
    const plan = planHarmless({ ...ONE_PERCENT, treatedShare, alpha: 0.05 }, ruledOut);
    expect(Math.abs((plan?.median ?? 0) / median - 1)).toBeLessThan(0.05);
  });

  test("takes as many times longer as requests are alike", () => {
    const independent = planDetection(ONE_PERCENT, 2);
    expect(planDetection({ ...ONE_PERCENT, designEffect: 2.5 }, 2)?.p95).toBeCloseTo(2.5 * (independent?.p95 ?? 0), 9);
    expect(planDetection({ ...ONE_PERCENT, designEffect: 0.2 }, 2)).toEqual(independent);
  });

  test("at 50 requests a second: 21 minutes and 53", () => {
    const { median, p95 } = planDetection(ONE_PERCENT, 2) ?? NONE;
    expect(secondsFor(median, ONE_PERCENT, { requestsPerSecond: 50 }) / 60).toBeCloseTo(21, -0.5);
    expect(secondsFor(p95, ONE_PERCENT, { requestsPerSecond: 50, lookSeconds: 180 }) / 60).toBeCloseTo(56, -0.8);
    expect(secondsFor(1, ONE_PERCENT, { requestsPerSecond: 0 })).toBe(Number.POSITIVE_INFINITY);
  });

  test("turned round: the smallest ratio that a dwell can catch takes just that dwell", () => {
    const traffic = { requestsPerSecond: 50, lookSeconds: 120 };
    const ratio = planSmallestRatio(ONE_PERCENT, traffic, 3_600) ?? Number.NaN;
    expect(ratio).toBeGreaterThan(1.5);
    expect(ratio).toBeLessThan(2.1);
    expect(secondsFor(planDetection(ONE_PERCENT, ratio)?.p95 ?? 0, ONE_PERCENT, traffic)).toBeCloseTo(3_600, 6);
    const tolerant = planSmallestRatio({ ...ONE_PERCENT, toleratedRatio: 1.2 }, traffic, 3_600);
    expect(tolerant).toBeGreaterThan(ratio);
    expect(planSmallestRatio(ONE_PERCENT, { requestsPerSecond: 0.1 }, 60)).toBeUndefined();
    expect(planSmallestRatio(ONE_PERCENT, traffic, 100)).toBeUndefined();
  });

  test("has a price while it looks", () => {
    const plan = planDetection(ONE_PERCENT, 2);
    expect(planBlastRadius(ONE_PERCENT, 2)).toEqual({
      treatedExposures: plan?.p95,
      extraEvents: expect.closeTo(0.02 * (plan?.p95 ?? 0), 9),
      userShare: 0.01,
    });
    expect(planBlastRadius(ONE_PERCENT, 1)).toBeUndefined();
  });

  test("that cannot notice has no plan", () => {
    expect(planDetection(ONE_PERCENT, 1)).toBeUndefined();
    expect(planDetection({ ...ONE_PERCENT, toleratedRatio: 1.5 }, 1.4)).toBeUndefined();
    expect(planDetection(ONE_PERCENT, 51)).toBeUndefined();
    expect(planHarmless(ONE_PERCENT, 1)).toBeUndefined();
    for (const none of [{ treatedShare: 0 }, { treatedShare: 1 }, { baseRate: 0 }, { baseRate: 1 }, { alpha: 0 }, { alpha: 1 }]) {
      expect(planDetection({ ...ONE_PERCENT, ...none }, 2)).toBeUndefined();
      expect(planHarmless({ ...ONE_PERCENT, ...none }, 2)).toBeUndefined();
      expect(planSmallestRatio({ ...ONE_PERCENT, ...none }, { requestsPerSecond: 50 }, 3_600)).toBeUndefined();
    }
  });
});

describe("a guardrail on a mean", () => {
  const step = { treatedShare: 0.05, standardDeviation: 1.5, alpha: 0.01 };

  test("costs about 1.5 to 2 times what one planned look would", () => {
    const { users, treatedUsers } = planMeanDetection(step, 0.2, 0.8) ?? NONE;
    expect(treatedUsers).toBeCloseTo(0.05 * users, 6);
    // (z₀.₉₉ + z₀.₈)²·σ²·(1/ρ + 1/(1 − ρ))/δ².
    const fixed = ((2.3263478740408408 + 0.8416212335729143) ** 2 * 1.5 ** 2 * (1 / 0.05 + 1 / 0.95)) / 0.2 ** 2;
    expect(users / fixed).toBeGreaterThan(1.4);
    expect(users / fixed).toBeLessThan(2.1);
  });

  test("that cannot notice has no plan", () => {
    expect(planMeanDetection(step, 1e-9, 0.95)).toBeUndefined();
    for (const none of [{ treatedShare: 0 }, { treatedShare: 1 }, { standardDeviation: 0 }, { alpha: 0 }, { alpha: 0.5 }])
      expect(planMeanDetection({ ...step, ...none }, 0.2, 0.95)).toBeUndefined();
    expect(planMeanDetection({ ...step, tightestAt: 1e6 }, 0.2, 0.95)?.users).toBeGreaterThan(
      planMeanDetection(step, 0.2, 0.95)?.users ?? 0,
    );
  });
});
