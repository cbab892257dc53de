/** Effects: against scipy on the raw values, and what is no result. */

import { describe, expect, test } from "vitest";
import { type Arm, meanArm, ratioArm, shareArm } from "./arm.ts";
import { cupedMeans, cupedRatios, hasEnoughPast } from "./cuped.ts";
import { type Effect, estimateEffect, estimateLogRatio, type Scale } from "./effect.ts";
import { fiellerTest, isBaselineWeak } from "./fieller.ts";
import { HYBRID_ALPHA, readHybrid } from "./hybrid.ts";
import {
  jointMomentsOfSums,
  mergeJointMoments,
  mergeMoments,
  mergePairMoments,
  type Moments,
  momentsOfSums,
  NO_MOMENTS,
  NO_PAIR_MOMENTS,
  pairOf,
} from "./moments.ts";
import { pooledT } from "./pooled-tests.ts";
import { additionalUsers, fixedRead, powerOfRelative, smallestRelative, usersNeeded } from "./power.ts";
import { clusteredQuantileArm, neighbourShares, quantileArm } from "./quantile.ts";
import { clopperPearsonLow, newcombeInterval, wilsonInterval } from "./shares.ts";
import { normalTest, welchTest } from "./welch.ts";

const CONTROL = [3.1, 4.7, 2.2, 5.9, 4.4, 3.8, 6.1, 2.9];
const TREATMENT = [5.2, 6.8, 4.1, 7.7, 5.5, 9.3];

const momentsOf = (values: readonly number[]): Moments =>
  values.reduce((sum, value) => mergeMoments(sum, { n: 1, mean: value, m2: 0 }), NO_MOMENTS);
const effectOf = (control: Arm, treatment: Arm, scale: Scale = "absolute") => estimateEffect(control, treatment, scale) as Effect;
const arms = { control: meanArm(momentsOf(CONTROL)), treatment: meanArm(momentsOf(TREATMENT)) };

describe("moments", () => {
  test("merge to those of all values together, however they were split", () => {
    const whole = momentsOf([...CONTROL, ...TREATMENT]);
    const parts = mergeMoments(momentsOf(TREATMENT), momentsOf(CONTROL));
    const sums = momentsOfSums({ n: 14, sum: 71.7, sumSq: 416.89 });
    for (const one of [parts, sums])
      expect(one).toEqual({ n: 14, mean: expect.closeTo(whole.mean, 12), m2: expect.closeTo(whole.m2, 10) });
    expect(mergeMoments(whole, NO_MOMENTS)).toEqual(whole);
    expect(momentsOfSums({ n: 0, sum: 0, sumSq: 0 })).toEqual(NO_MOMENTS);
  });

  test("keep the spread of values that are large beside it", () => {
    const spread = momentsOf(CONTROL).m2;
    expect(momentsOf(CONTROL.map((value) => value + 1e9)).m2).toBeCloseTo(spread, 4);
  });

  test("of pairs and of four values merge alike", () => {
    const rows = CONTROL.map((y, at) => [y, at + 1, y / 2, 8 - at]);
    const jointOf = (of: readonly (readonly number[])[]) =>
      jointMomentsOfSums(
        of.length,
        [0, 1, 2, 3].map((i) => of.reduce((sum, row) => sum + row[i]!, 0)),
        [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => of.reduce((sum, row) => sum + row[i]! * row[j]!, 0))),
      );
    const whole = pairOf(jointOf(rows), 0, 1);
    const merged = mergeJointMoments(jointOf(rows.slice(0, 3)), jointOf(rows.slice(3)));
    const pair = mergePairMoments(pairOf(jointOf(rows.slice(0, 3)), 0, 1), pairOf(jointOf(rows.slice(3)), 0, 1));
    for (const one of [pairOf(merged, 0, 1), pair])
      for (const [name, value] of Object.entries(whole)) expect(one[name as keyof typeof one]).toBeCloseTo(value, 10);
    expect(mergePairMoments(NO_PAIR_MOMENTS, whole)).toEqual(whole);
    expect(jointMomentsOfSums(0, [0], [[0]])).toEqual({ n: 0, means: [0], products: [[0]] });
  });
});

describe("one planned read", () => {
  test("Welch's test is scipy's", () => {
    const effect = effectOf(arms.control, arms.treatment);
    expect(effect.degrees).toBeCloseTo(8.922760454939533, 10);
    expect(welchTest(effect, 0.05, "two-sided")).toEqual({
      statistic: expect.closeTo(2.50514667316115, 12),
      p: expect.closeTo(0.03378752395432373, 12),
      low: expect.closeTo(0.21994807552479356, 11),
      high: expect.closeTo(4.371718591141873, 11),
    });
    expect(welchTest(effect, 0.05, "greater")).toMatchObject({
      p: expect.closeTo(0.016893761977161866, 12),
      low: expect.closeTo(0.6142258922948718, 11),
      high: Number.POSITIVE_INFINITY,
    });
    expect(welchTest(effect, 0.05, "lesser")).toMatchObject({
      p: expect.closeTo(0.9831062380228381, 12),
      low: Number.NEGATIVE_INFINITY,
      high: expect.closeTo(3.9774407743717948, 11),
    });
    expect(normalTest(effect, 0.05, "two-sided").low).toBeGreaterThan(welchTest(effect, 0.05, "two-sided").low);
    expect(pooledT(momentsOf(TREATMENT), momentsOf(CONTROL))).toEqual({
      t: expect.closeTo(2.6191539233917696, 12),
      p: expect.closeTo(0.022419882599460948, 12),
      degrees: 12,
    });
  });

  test("p is small and not 0, however large the effect", () => {
    const effect: Effect = { estimate: 35, standardError: 1, degrees: 1e6, n: 1e6 };
    expect(welchTest(effect, 0.05, "two-sided").p).toBeGreaterThan(0);
    expect(normalTest(effect, 0.05, "two-sided").p).toBeLessThan(1e-250);
  });

  test("what is not known is no effect, and says why", () => {
    const good: Arm = { n: 10, estimate: 1, variance: 1 };
    for (const [control, treatment, none] of [
      [meanArm(NO_MOMENTS), good, "too-few-users"],
      [good, meanArm({ n: 1, mean: 3, m2: 0 }), "too-few-users"],
      [meanArm({ n: 9, mean: 3, m2: 0 }), good, "no-spread"],
      [good, shareArm({ n: 50, events: 0 }), "no-spread"],
      [shareArm({ n: 50, events: 50 }), good, "no-spread"],
      [good, { n: 10, estimate: 1, variance: -1e-18 }, "no-spread"],
      [{ n: 10, estimate: 0, variance: 1 }, good, "zero-denominator"],
      [good, ratioArm({ n: 10, meanY: 3, meanD: 0, m2Y: 5, m2D: 0, cYD: 0 }), "zero-denominator"],
    ] as const) {
      expect(estimateEffect(control, treatment, "relative")).toEqual({ none });
      expect(estimateLogRatio(control, treatment)).toEqual({ none });
    }
    expect(estimateEffect({ n: 10, estimate: 0, variance: 1 }, good, "absolute")).toMatchObject({ estimate: 1 });
  });

  test("a relative effect turns its sign with the arms', and not with the baseline's", () => {
    const [control, treatment] = [
      { n: 50, estimate: -4, variance: 2 },
      { n: 60, estimate: -3, variance: 2 },
    ];
    const mirrored = [control, treatment].map((arm) => ({ ...arm, estimate: -arm.estimate })) as [Arm, Arm];
    expect(effectOf(control, treatment, "relative").estimate).toBe(0.25);
    expect(effectOf(...mirrored, "relative").estimate).toBe(-0.25);
    expect(effectOf(...mirrored, "relative").standardError).toBe(effectOf(control, treatment, "relative").standardError);
  });

  test("the logarithm of the ratio: symmetric in the arms, of positive levels only", () => {
    const there = estimateLogRatio(arms.control, arms.treatment) as Effect;
    const back = estimateLogRatio(arms.treatment, arms.control) as Effect;
    expect(there.estimate).toBeCloseTo(Math.log(arms.treatment.estimate / arms.control.estimate), 12);
    expect(there.estimate).toBeCloseTo(-back.estimate, 12);
    expect(there.standardError).toBeCloseTo(back.standardError, 12);
    const below = { n: 50, estimate: -4, variance: 2 };
    for (const [one, other] of [
      [below, arms.treatment],
      [arms.control, below],
    ] as const)
      expect(estimateLogRatio(one, other)).toEqual({ none: "zero-denominator" });
  });
});

describe("a weak baseline", () => {
  const control = { n: 20, estimate: 2, variance: 9 };
  const treatment = { n: 25, estimate: 3, variance: 12 };

  test("has Fieller's interval, which is wider towards where the baseline may be smaller", () => {
    expect(isBaselineWeak(control)).toBe(true);
    expect(fiellerTest(control, treatment, 0.05)).toEqual({
      statistic: expect.closeTo(1 / Math.sqrt(12 / 25 + 9 / 20), 12),
      p: welchTest(effectOf(control, treatment), 0.05, "two-sided").p,
      low: expect.closeTo(-0.33212079523983096, 10),
      high: expect.closeTo(3.8644433758476024, 10),
    });
    const [below, under] = [control, treatment].map((arm) => ({ ...arm, estimate: -arm.estimate })) as [Arm, Arm];
    expect(fiellerTest(below, under, 0.05)).toMatchObject({
      low: expect.closeTo(-3.8644433758476024, 10),
      high: expect.closeTo(0.33212079523983096, 10),
    });
  });

  test("of a strong baseline it is nearly that of the delta method", () => {
    const [strong, other] = [
      { n: 200, estimate: 2, variance: 0.9 },
      { n: 250, estimate: 3, variance: 1.2 },
    ];
    expect(isBaselineWeak(strong)).toBe(false);
    const delta = welchTest(effectOf(strong, other, "relative"), 0.05, "two-sided");
    expect(fiellerTest(strong, other, 0.05)).toMatchObject({
      low: expect.closeTo(0.38605791324888483, 10),
      high: expect.closeTo(0.6270346873880681, 10),
    });
    expect(delta.low).toBeCloseTo(0.386, 1);
    expect(delta.high).toBeCloseTo(0.627, 1);
  });

  test("that may be 0 has none", () => {
    expect(fiellerTest({ ...control, estimate: 1 }, treatment, 0.05)).toEqual({ none: "zero-denominator" });
    expect(fiellerTest({ ...control, n: 1 }, treatment, 0.05)).toEqual({ none: "too-few-users" });
    expect(isBaselineWeak({ n: 1, estimate: 3, variance: Number.NaN })).toBe(true);
  });
});

describe("what was before", () => {
  const pair = (n: number, meanY: number, meanD: number, correlation: number) => ({
    n,
    meanY,
    meanD,
    m2Y: 4 * (n - 1),
    m2D: 9 * (n - 1),
    cYD: correlation * 6 * (n - 1),
  });

  test("takes r² off the variance, and the imbalance off the difference", () => {
    const { control, treatment, theta } = cupedMeans(pair(500, 10, 6, 0.8), pair(500, 10.4, 6, 0.8));
    expect(theta).toBeCloseTo(0.8 * (2 / 3), 3);
    expect(control.variance).toBeCloseTo(4 * (1 - 0.64), 3);
    expect(effectOf(control, treatment, "relative").estimate).toBeCloseTo(0.04, 12);
    const ahead = cupedMeans(pair(500, 10, 6, 0.8), pair(500, 10.4, 6.3, 0.8));
    expect(effectOf(ahead.control, ahead.treatment).estimate).toBeLessThan(0.3);
  });

  test("that did not vary adjusts nothing", () => {
    const flat = { ...pair(500, 10, 6, 0), m2D: 0 };
    const { control, treatment, theta } = cupedMeans(flat, { ...flat, meanY: 11 });
    expect(theta).toBe(0);
    expect(effectOf(control, treatment)).toEqual(
      effectOf(meanArm({ n: 500, mean: 10, m2: flat.m2Y }), meanArm({ n: 500, mean: 11, m2: flat.m2Y })),
    );
  });

  test("of a ratio whose denominators are all 1 is that of means", () => {
    const [one, other] = [pair(500, 10, 6, 0.8), pair(500, 10.4, 6.1, 0.8)];
    const asRatio = ({ n, meanY, meanD, m2Y, m2D, cYD }: typeof one) => ({
      n,
      means: [meanY, 1, meanD, 1],
      products: [
        [m2Y, 0, cYD, 0],
        [0, 0, 0, 0],
        [cYD, 0, m2D, 0],
        [0, 0, 0, 0],
      ],
    });
    const [means, ratios] = [cupedMeans(one, other), cupedRatios(asRatio(one), asRatio(other))];
    expect(ratios.theta).toBeCloseTo(means.theta, 2);
    expect(effectOf(ratios.control, ratios.treatment).estimate).toBeCloseTo(effectOf(means.control, means.treatment).estimate, 3);
    expect(ratios.control.variance).toBeCloseTo(means.control.variance, 4);
  });

  test("is worth it for more than a few", () => {
    expect([hasEnoughPast(1000, 101), hasEnoughPast(1000, 100), hasEnoughPast(10_000, 500), hasEnoughPast(10_000, 501)]).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });
});

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

  test("a running one needs no more, some more, or more than will ever come", () => {
    const running: Effect = { estimate: 0.1, standardError: 0.02, degrees: 998, n: 1000 };
    const more = (effect: number) => additionalUsers(running, effect, 0.8, fixedRead(0.05));
    expect(more(0.2)).toBe(0);
    expect(more(0.02)).toBeCloseTo(6.849, 3);
    expect(more(1e-6)).toBeUndefined();
  });
});
