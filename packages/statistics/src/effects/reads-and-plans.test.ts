/** Quantiles, shares with few events, both reads as one, and planning. */

import { describe, expect, test } from "vitest";
import { type Effect, estimateEffect } from "./effect.ts";
import { HYBRID_ALPHA, readHybrid } from "./hybrid.ts";
import { additionalUsers, daysNeeded, fixedRead, powerOfRelative, smallestRelative, usersNeeded } from "./power.ts";
import { clusteredQuantileArm, neighbourShares, quantileArm } from "./quantile.ts";
import { clopperPearsonLow, newcombeInterval, wilsonInterval } from "./shares.ts";

describe("quantiles", () => {
  test("are read with two neighbours, where there are enough values beyond them", () => {
    expect(neighbourShares(0.95, 400)).toEqual({ lower: expect.closeTo(0.92864, 5), upper: expect.closeTo(0.97136, 5) });
    expect(neighbourShares(0.95, 70)).toBeUndefined();
    expect(neighbourShares(0.05, 70)).toBeUndefined();
  });

  test("of equal neighbours are no effect", () => {
    const arm = quantileArm({ n: 500, share: 0.95, quantile: 3, lower: 3, upper: 3 });
    expect(estimateEffect(arm, arm, "relative")).toEqual({ none: "no-spread" });
  });

  test("of users with one value each are as if there were no users", () => {
    const read = { n: 400, share: 0.5, quantile: 3, lower: 2.9, upper: 3.2 };
    const below = { n: 400, meanY: 0.5, meanD: 1, m2Y: 0.25 * 399, m2D: 0, cYD: 0 };
    const [plain, clustered] = [quantileArm(read), clusteredQuantileArm(read, below)];
    expect(clustered).toEqual({ n: 400, estimate: 3, variance: expect.closeTo(plain.variance, 12) });
  });
});

describe("shares", () => {
  test("Wilson's interval, and the exact bound, are scipy's", () => {
    for (const [events, n, low, high] of [
      [0, 20, 0, 0.16112515805281935],
      [7, 20, 0.1811918241010821, 0.5671457233147637],
      [20, 20, 0.8388748419471808, 1],
      [15, 148, 0.06238639953073629, 0.16048724172330803],
    ] as const)
      expect(wilsonInterval({ n, events }, 0.05)).toEqual({ low: expect.closeTo(low, 12), high: expect.closeTo(high, 12) });
    expect(wilsonInterval({ n: 0, events: 0 }, 0.05)).toEqual({ low: 0, high: 1 });
    expect(clopperPearsonLow({ n: 20, events: 7 }, 0.05)).toBeCloseTo(0.1773109175744692, 12);
    expect(clopperPearsonLow({ n: 20, events: 20 }, 0.05)).toBeCloseTo(0.8608916593316244, 12);
    expect(clopperPearsonLow({ n: 20, events: 0 }, 0.05)).toBe(0);
  });

  test("Newcombe's differences are those of his table, and have a width without any event", () => {
    for (const [control, treatment, low, high] of [
      [{ n: 80, events: 48 }, { n: 70, events: 56 }, 0.0524, 0.3339],
      [{ n: 10, events: 3 }, { n: 10, events: 9 }, 0.1705, 0.809],
      [{ n: 29, events: 0 }, { n: 56, events: 5 }, -0.0381, 0.1926],
      [{ n: 20, events: 0 }, { n: 20, events: 0 }, -0.1611, 0.1611],
    ] as const)
      expect(newcombeInterval(control, treatment, 0.05)).toEqual({ low: expect.closeTo(low, 4), high: expect.closeTo(high, 4) });
    const none = newcombeInterval({ n: 0, events: 0 }, { n: 20, events: 7 }, 0.05);
    expect(none.low).toBeLessThan(0);
    expect(none.high).toBeGreaterThan(0);
  });
});

describe("both reads as one", () => {
  const sequential = { low: -1, high: 5, p: 0.02 };

  test("before the planned end there is the sequential one, afterwards what both leave", () => {
    expect(readHybrid(sequential, undefined, HYBRID_ALPHA)).toEqual({ low: -1, high: 5, p: expect.closeTo(0.1, 12) });
    expect(readHybrid(sequential, { low: 0.5, high: 6, p: 0.02 }, HYBRID_ALPHA)).toEqual({
      low: 0.5,
      high: 5,
      p: expect.closeTo(0.025, 12),
    });
    expect(readHybrid({ ...sequential, p: 0.9 }, undefined, HYBRID_ALPHA).p).toBe(1);
  });

  test("with nothing in common the sequential one stays", () => {
    expect(readHybrid(sequential, { low: 6, high: 8, p: 0.001 }, HYBRID_ALPHA)).toMatchObject({ low: -1, high: 5 });
  });
});

describe("planning", () => {
  const plan = { control: 10_000, treatment: 10_000, mean: 10, variance: 400 };

  test("the smallest effect has the power that was asked for, and no effect has α", () => {
    const smallest = smallestRelative(plan, 0.8, fixedRead(0.05));
    expect(powerOfRelative(plan, smallest!, fixedRead(0.05))).toBeCloseTo(0.8, 12);
    expect(powerOfRelative(plan, 0, fixedRead(0.05))).toBeCloseTo(0.05, 12);
  });

  test("there is none where the control alone is too few for any", () => {
    expect(smallestRelative({ ...plan, control: 4, treatment: 4 }, 0.8, fixedRead(0.05))).toBeUndefined();
  });

  test("an uneven split needs more users of both arms", () => {
    const of = { effect: 1, variance: 400, alpha: 0.05, power: 0.8 };
    expect(usersNeeded({ ...of, shares: [0.5, 0.5] })).toBe(12_559);
    expect(usersNeeded({ ...of, shares: [0.9, 0.1] })).toBe(34_884);
  });

  test("takes whole weeks", () => {
    expect([daysNeeded(12_559, 1000), daysNeeded(14_000, 1000), daysNeeded(14_001, 1000), daysNeeded(1, 0)]).toEqual([
      14,
      14,
      21,
      undefined,
    ]);
  });

  test("a running one needs no more, some more, or more than will ever come", () => {
    const running: Effect = { estimate: 0.1, standardError: 0.02, degrees: 998, n: 1000 };
    const more = (effect: number) => additionalUsers(running, effect, 0.8, fixedRead(0.05));
    expect(more(0.2)).toBe(0);
    expect(more(0.02)).toBeCloseTo(6.849, 3);
    expect(more(1e-6)).toBeUndefined();
  });
});
