/** What must hold for any numbers, and how often intervals are right: seeded simulations with a slack of four standard errors. */

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { meanArm, ratioArm } from "./arm.ts";
import { cupedMeans } from "./cuped.ts";
import { type Effect, estimateEffect } from "./effect.ts";
import { fiellerTest, isBaselineWeak } from "./fieller.ts";
import { readHybrid } from "./hybrid.ts";
import { mergeMoments, mergePairMoments, type Moments, NO_MOMENTS, NO_PAIR_MOMENTS, type PairMoments } from "./moments.ts";
import { normalTest, welchTest } from "./welch.ts";

const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const moments = (values: readonly number[]): Moments =>
  values.reduce((sum, mean) => mergeMoments(sum, { n: 1, mean, m2: 0 }), NO_MOMENTS);
const pairs = (values: readonly (readonly [number, number])[]): PairMoments =>
  values.reduce<PairMoments>(
    (sum, [meanY, meanD]) => mergePairMoments(sum, { n: 1, meanY, meanD, m2Y: 0, m2D: 0, cYD: 0 }),
    NO_PAIR_MOMENTS,
  );

/** Mulberry32. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Box and Muller's. */
function normals(seed: number): () => number {
  const random = uniform(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

const many = <T>(count: number, of: () => T): T[] => Array.from({ length: count }, of);

/** How often `isRight` of so many runs, against a share that is promised. */
function expectShare(promised: number, runs: number, isRight: () => boolean, slack = 0): void {
  const share = many(runs, isRight).filter(Boolean).length / runs;
  expect(share).toBeGreaterThan(promised - slack - 4 * Math.sqrt((promised * (1 - promised)) / runs));
}

describe("for any numbers", () => {
  test("moments are the same in any order and grouping, but for rounding", () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), fc.nat(), (values, cut) => {
        const [head, tail] = [values.slice(0, cut % values.length), values.slice(cut % values.length)];
        const [there, back] = [mergeMoments(moments(head), moments(tail)), mergeMoments(moments(tail.reverse()), moments(head))];
        const scale = Math.max(1, ...values.map(Math.abs));
        expect(there.n).toBe(back.n);
        expect(Math.abs(there.mean - back.mean)).toBeLessThan(1e-12 * scale);
        expect(Math.abs(there.m2 - back.m2)).toBeLessThan(1e-11 * values.length * scale ** 2);
        expect(there.m2).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test("the other arm first is the other sign; the other sign of all values is, too", () => {
    const arm = fc
      .tuple(fc.integer({ min: 2, max: 1e6 }), value, fc.double({ min: 1e-3, max: 1e6, noNaN: true }))
      .map(([n, estimate, variance]) => ({ n, estimate, variance }));
    fc.assert(
      fc.property(arm, arm, (control, treatment) => {
        const there = welchTest(estimateEffect(control, treatment, "absolute") as Effect, 0.05, "two-sided");
        const back = welchTest(estimateEffect(treatment, control, "absolute") as Effect, 0.05, "two-sided");
        expect([there.low, there.high, there.p]).toEqual([-back.high, -back.low, back.p]);
        const [under, below] = [control, treatment].map((one) => ({ ...one, estimate: -one.estimate })) as [
          typeof control,
          typeof treatment,
        ];
        const relative = estimateEffect(control, treatment, "relative");
        const mirrored = estimateEffect(under, below, "relative");
        expect(mirrored).toEqual("none" in relative ? relative : { ...relative, estimate: 0 - relative.estimate });
      }),
    );
  });

  test("an interval that leaves 0 out and a p below α say the same", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -8, max: 8, noNaN: true }),
        fc.double({ min: 1.5, max: 1e5, noNaN: true }),
        fc.double({ min: 0.001, max: 0.3, noNaN: true }),
        (estimate, degrees, alpha) => {
          for (const side of ["two-sided", "greater", "lesser"] as const)
            for (const of of [welchTest, normalTest]) {
              const { p, low, high } = of({ estimate, standardError: 1, degrees, n: 100 }, alpha, side);
              // On the line itself rounding decides.
              const isOnLine = Math.abs(p - alpha) <= 1e-9;
              expect(isOnLine || (low > 0 || high < 0) === p < alpha).toBe(true);
            }
        },
      ),
    );
  });

  test("both reads as one are never wider than the sequential one, nor surer than both together", () => {
    const read = fc.tuple(value, value, fc.double({ min: 1e-300, max: 1, noNaN: true })).map(([one, other, p]) => ({
      low: Math.min(one, other),
      high: Math.max(one, other),
      p,
    }));
    fc.assert(
      fc.property(read, read, (sequential, fixed) => {
        const both = readHybrid(sequential, fixed, { sequential: 0.01, fixed: 0.04 });
        expect(both.low).toBeGreaterThanOrEqual(sequential.low);
        expect(both.high).toBeLessThanOrEqual(sequential.high);
        expect(both.p).toBeGreaterThanOrEqual(Math.min(sequential.p, fixed.p));
      }),
    );
  });
});

describe("how often an interval is right", () => {
  test("Welch's, of small arms of unequal size and spread", () => {
    const draw = normals(1);
    expectShare(0.95, 4000, () => {
      const control = meanArm(moments(many(12, () => 5 + draw())));
      const treatment = meanArm(moments(many(6, () => 5.5 + 4 * draw())));
      const { low, high } = welchTest(estimateEffect(control, treatment, "absolute") as Effect, 0.05, "two-sided");
      return low <= 0.5 && 0.5 <= high;
    });
  });

  test("a ratio's by users, where one by requests would be right far less often", () => {
    const [draw, random] = [normals(2), uniform(3)];
    const users = () =>
      many(80, () => {
        const requests = 1 + Math.floor(20 * random() ** 3);
        const taste = Math.exp(0.5 * draw());
        return [requests * taste, requests] as const;
      });
    expectShare(
      0.95,
      1500,
      () => {
        const { low, high } = welchTest(
          estimateEffect(ratioArm(pairs(users())), ratioArm(pairs(users())), "absolute") as Effect,
          0.05,
          "two-sided",
        );
        return low <= 0 && 0 <= high;
      },
      // The delta method is asymptotic: 80 users with skewed counts are few.
      0.015,
    );
  });

  test("CUPED's, which is as much narrower as it promises", () => {
    const draw = normals(4);
    const users = (lift: number) =>
      pairs(
        many(100, () => {
          const taste = draw();
          return [10 + lift + taste + 0.5 * draw(), taste + 0.5 * draw()] as const;
        }),
      );
    let [narrow, wide] = [0, 0];
    expectShare(0.95, 1500, () => {
      const [one, other] = [users(0), users(0.3)];
      const arms = cupedMeans(one, other);
      const adjusted = estimateEffect(arms.control, arms.treatment, "absolute") as Effect;
      const plain = estimateEffect(
        meanArm({ n: one.n, mean: one.meanY, m2: one.m2Y }),
        meanArm({ n: other.n, mean: other.meanY, m2: other.m2Y }),
        "absolute",
      ) as Effect;
      narrow += adjusted.standardError ** 2;
      wide += plain.standardError ** 2;
      const { low, high } = welchTest(adjusted, 0.05, "two-sided");
      return low <= 0.3 && 0.3 <= high;
    });
    // The correlation of both times is 1/1.25, so a share of 0.64 is explained.
    expect(narrow / wide).toBeCloseTo(1 - 0.64, 1);
  });

  test("Fieller's over a weak baseline, where the delta method's is not", () => {
    const draw = normals(5);
    const runs = 3000;
    let [delta, weak] = [0, 0];
    expectShare(
      0.95,
      runs,
      () => {
        const arm = (mean: number) => meanArm(moments(many(30, () => mean + 1.5 * draw())));
        const [control, treatment] = [arm(1), arm(2)];
        const fieller = fiellerTest(control, treatment, 0.05);
        const { low, high } = welchTest(estimateEffect(control, treatment, "relative") as Effect, 0.05, "two-sided");
        if (low <= 1 && 1 <= high) delta++;
        if (isBaselineWeak(control)) weak++;
        return "none" in fieller || (fieller.low <= 1 && 1 <= fieller.high);
      },
      0.005,
    );
    expect(weak / runs).toBeGreaterThan(0.7);
    expect(delta / runs).toBeLessThan(0.945);
  });
});
