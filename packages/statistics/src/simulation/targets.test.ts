/** What the statistics promise of whole ramps, weighed over many that are made from a seed. `npm run verify:long` makes all of them. */

import { describe, expect, test } from "vitest";
import { type ClusterSums, countUser, estimateDesignEffect, mergeClusters, NO_CLUSTERS } from "../clustering/design-effect.ts";
import { addRateBucket, judgeDrift, startDrift, watchRate } from "../drift/drift.ts";
import { mergeMoments, momentsOfSums, NO_MOMENTS } from "../effects/moments.ts";
import { planMeanDetection } from "../planner/plan-mean-guardrail.ts";
import { gatherEventEvidence, judgeEvents, testForHarm } from "../sequential/event-rates.ts";
import { addAssigned, judgeSampleRatio, startSampleRatio } from "../sequential/sample-ratio.ts";
import { goodnessOfFit } from "../shape/goodness-of-fit.ts";
import { addToSketch, mergeSketches, newQuantileSketch, quantileOf } from "../sketch/quantile-sketch.ts";
import {
  COST_VARIATION,
  type CostSetup,
  type RampSetup,
  type Random,
  TREND,
  binomialSampler,
  costRampsOf,
  crowdsOf,
  rampsOf,
  seededRandom,
  trendsOf,
} from "./ramps.contract.ts";

/** All runs are some minutes on a busy machine. */
const PATIENCE_MS = 600_000;

const isLong = process.env["DIMMER_TEST_LONG"] === "1";

/** All runs that a target names, or a part of them in every run of the tests. */
const simulate = <T>(seed: number, all: number, part: number, run: (random: Random) => T): readonly T[] => {
  const random = seededRandom(seed);
  return Array.from({ length: isLong ? all : part }, () => run(random));
};

/** Of a part of the runs three standard errors more than the share may do it; the targets have theirs in them. */
function expectAtMost<T>(runs: readonly T[], share: number, isSo: (run: T) => boolean): void {
  const slack = isLong ? 0 : 3 * Math.sqrt((share * (1 - share)) / runs.length);
  expect(runs.filter(isSo).length / runs.length).toBeLessThanOrEqual(share + slack);
}

const expectAtLeast = <T>(runs: readonly T[], share: number, isSo: (run: T) => boolean): void =>
  expect(runs.filter(isSo).length / runs.length).toBeGreaterThanOrEqual(share);

describe("a ramp without an effect, looked at 400 times", () => {
  const setup: RampSetup = {
    controlRate: 0.02,
    treatedRate: 0.02,
    treatedShare: 0.01,
    alpha: 0.01,
    lookEvery: 50,
    horizon: 20_000,
  };

  test.each([
    ["t-null-1pct", 0.01, 1],
    ["t-null-50pct", 0.5, 2],
  ])(
    "%s: is rolled back by chance in one of a hundred, and by a z-test in one of ten",
    (_id, treatedShare, seed) => {
      const runs = simulate(seed, 2_000, 150, rampsOf({ ...setup, treatedShare }, true));
      expectAtMost(runs, 0.015, ({ eProcess }) => eProcess !== undefined);
      expectAtLeast(runs, 0.07, ({ naiveOneSided }) => naiveOneSided !== undefined);
      expectAtLeast(runs, 0.35, ({ naiveTwoSided }) => naiveTwoSided !== undefined);
    },
    PATIENCE_MS,
  );
});

describe("a doubled error rate", () => {
  test.each([
    ["t-double-1pct", 0.01, 700, 1_750, 3],
    ["t-double-5pct", 0.05, 730, 1_850, 4],
    ["t-double-50pct", 0.5, 1_500, 3_650, 5],
  ])("%s: is rolled back in time", (_id, treatedShare, median, p95, seed) => {
    const setup = { controlRate: 0.02, treatedRate: 0.04, treatedShare, alpha: 0.01, lookEvery: 10, horizon: 20_000 };
    const runs = simulate(seed, 1_000, 250, rampsOf(setup, false));
    const isSlower = (than: number) => (run: (typeof runs)[number]) => (run.eProcess ?? Number.POSITIVE_INFINITY) > than;
    expectAtMost(runs, 0.5, isSlower(median));
    expectAtMost(runs, 0.05, isSlower(p95));
  });

  test("as one of four guardrails, later by a quarter", () => {
    const setup = { controlRate: 0.02, treatedRate: 0.04, treatedShare: 0.01, alpha: 0.0025, lookEvery: 10, horizon: 20_000 };
    const runs = simulate(6, 1_000, 150, rampsOf(setup, false));
    expectAtMost(runs, 0.5, ({ eProcess = Number.POSITIVE_INFINITY }) => eProcess > 900);
    expectAtMost(runs, 0.05, ({ eProcess = Number.POSITIVE_INFINITY }) => eProcess > 2_150);
  });
});

test(
  "t-trend: a base rate that rises with the ramp is no effect, except to whoever pools",
  () => {
    const runs = simulate(7, 1_000, 80, trendsOf(TREND, { buckets: 100, requests: 2_000, alpha: 0.01 }));
    expectAtMost(runs, 0.02, ({ stratified }) => stratified);
    expectAtLeast(runs, 1, ({ pooled }) => pooled);
  },
  PATIENCE_MS,
);

test(
  "t-cluster: requests of one user are alike, and that is no effect either",
  () => {
    const setup = {
      rate: 0.02,
      correlation: 0.2,
      meanRequests: 5,
      treatedUsers: 20,
      controlUsers: 200,
      buckets: 150,
      alpha: 0.01,
    };
    const runs = simulate(8, 500, 80, crowdsOf(setup));
    expectAtMost(runs, 0.02, ({ divided }) => divided);
    expectAtLeast(runs, 0.05, ({ ignored }) => ignored);
  },
  PATIENCE_MS,
);

describe("the cost of users, log-normal, watched at a share of 5 %", () => {
  const setup: CostSetup = { ratio: 1, treatedShare: 0.05, alpha: 0.01, lookEvery: 20, firstLook: 100, horizon: 2_000 };

  test(
    "as it was is rolled back by chance in one of a hundred at most",
    () => {
      const runs = simulate(15, 400, 30, costRampsOf(setup));
      expectAtMost(runs, 0.01, (treated) => treated !== undefined);
    },
    PATIENCE_MS,
  );

  test("half as much again is found by when the planner says", () => {
    const runs = simulate(16, 400, 100, costRampsOf({ ...setup, ratio: 1.5 }));
    const step = { treatedShare: 0.05, standardDeviation: COST_VARIATION, alpha: 0.01 };
    const [median, p95] = [0.5, 0.95].map((power) => planMeanDetection(step, Math.log(1.5), power)?.treatedUsers ?? Number.NaN);
    const isSlower = (than: number) => (treated: number | undefined) => (treated ?? Number.POSITIVE_INFINITY) > than;
    expectAtMost(runs, 0.5, isSlower((median as number) + 20));
    expectAtMost(runs, 0.05, isSlower((p95 as number) + 20));
    expectAtLeast(runs, 0.5, isSlower((median as number) / 2));
  });
});

describe("t-srm: 500 users a look", () => {
  const LOOKS = 336;
  /** Users until a mismatch was found, and whether a chi-square at 5 % would have found one. */
  const watch = (share: number) => {
    const draw = binomialSampler(500, share);
    return (random: Random) => {
      let evidence = startSampleRatio([1, 1]);
      let isNaivelyFlagged = false;
      const all: [number, number] = [0, 0];
      for (let look = 0; look < LOOKS && !judgeSampleRatio(evidence).isMismatch; look++) {
        const treated = draw(random);
        evidence = addAssigned(evidence, [treated, 500 - treated]);
        all[0] += treated;
        all[1] += 500 - treated;
        isNaivelyFlagged ||= (goodnessOfFit(all, [1, 1])?.p ?? 1) < 0.05;
      }
      return { users: evidence.users, isFlagged: judgeSampleRatio(evidence).isMismatch, isNaivelyFlagged };
    };
  };

  test("even shares are even, which a chi-square at each look denies", () => {
    const runs = simulate(9, 500, 60, watch(0.5));
    expectAtMost(runs, 0.004, ({ isFlagged }) => isFlagged);
    expectAtLeast(runs, 0.3, ({ isNaivelyFlagged }) => isNaivelyFlagged);
  });

  test("48 to 52 is found within 12,000 users", () => {
    const runs = simulate(10, 500, 150, watch(0.48));
    expectAtMost(runs, 0.5, ({ users, isFlagged }) => !isFlagged || users > 12_000);
  });
});

describe("t-drift: 100 ratings a bucket, 5 % of them bad", () => {
  const watch = watchRate(0.05, 1);
  const bucketsUntilAlarm = (rate: number, most: number) => {
    const draw = binomialSampler(100, rate);
    return (random: Random): number => {
      let evidence = startDrift(watch);
      while (evidence.buckets < most && !judgeDrift(evidence, watch, 2_000).isAlarm)
        evidence = addRateBucket(evidence, { trials: 100, events: draw(random) }, watch);
      return evidence.buckets;
    };
  };

  test("without drift an alarm takes 2,000 buckets on average", () => {
    const runs = simulate(11, 200, 40, bucketsUntilAlarm(0.05, 10_000));
    expect(runs.reduce((sum, buckets) => sum + buckets, 0) / runs.length).toBeGreaterThanOrEqual(2_000);
  });

  test.each([
    [0.075, 15, 12],
    [0.1, 7, 13],
  ])("a rise to %d is found in %d buckets", (rate, median, seed) => {
    const runs = simulate(seed, 200, 200, bucketsUntilAlarm(rate, 1_000));
    expectAtMost(runs, 0.5, (buckets) => buckets > median);
  });
});

describe("t-merge: the same events over 1, 3 or 16 replicas, in any order", () => {
  const random = seededRandom(14);
  const values = Array.from({ length: 5_000 }, () => Math.floor(1_000_000 * random() ** 4));
  const rows = values.map((value) => ({ requests: 1 + (value % 7), events: value % 7 === 0 ? 1 : 0 }));

  /** What each replica got, and the replicas in an order of their own. */
  function spread<T>(all: readonly T[], replicas: number): T[][] {
    const parts = Array.from({ length: replicas }, (): T[] => []);
    for (const one of all) parts[Math.floor(random() * replicas)]?.push(one);
    return parts.sort(() => random() - 0.5);
  }

  test.each([1, 3, 16])("%d replicas", (replicas) => {
    const sketch = spread(values, replicas)
      .map((part) => addToSketch(newQuantileSketch(), part))
      .reduce((one, other) => mergeSketches(one, other) ?? one, newQuantileSketch());
    const whole = addToSketch(newQuantileSketch(), values);
    expect(sketch).toEqual(whole);
    expect([0.5, 0.95].map((share) => quantileOf(sketch, share))).toEqual([0.5, 0.95].map((share) => quantileOf(whole, share)));

    const momentsOf = (part: readonly number[]) =>
      momentsOfSums({
        n: part.length,
        sum: part.reduce((sum, value) => sum + value, 0),
        sumSq: part.reduce((sum, value) => sum + value ** 2, 0),
      });
    const merged = spread(values, replicas).map(momentsOf).reduce(mergeMoments, NO_MOMENTS);
    const moments = momentsOf(values);
    expect(merged.n).toBe(moments.n);
    expect(Math.abs(merged.mean / moments.mean - 1)).toBeLessThan(1e-12);
    expect(Math.abs(merged.m2 / moments.m2 - 1)).toBeLessThan(1e-12);

    const clustersOf = (part: readonly (typeof rows)[number][]) =>
      part.reduce<ClusterSums>((sums, row) => countUser(sums, row), NO_CLUSTERS);
    const clusters = spread(rows, replicas).map(clustersOf).reduce(mergeClusters, NO_CLUSTERS);
    expect(estimateDesignEffect(clusters)).toEqual(estimateDesignEffect(clustersOf(rows)));
  });

  test.each([1, 3, 16])("%d replicas come to the same verdict at each look", (replicas) => {
    const harm = testForHarm(1);
    const shares = [0.01, 0.1, 0.5];
    const buckets = shares.map((share) => {
      const requests = Array.from({ length: 4_000 }, () => ({ isTreated: random() < share, isEvent: random() < 0.03 }));
      const countsOf = (part: typeof requests) => {
        const arm = (isTreated: boolean) => {
          const own = part.filter((request) => request.isTreated === isTreated);
          return { exposures: own.length, events: own.filter(({ isEvent }) => isEvent).length };
        };
        return { treated: arm(true), control: arm(false) };
      };
      const add = (one: { exposures: number; events: number }, other: typeof one) => ({
        exposures: one.exposures + other.exposures,
        events: one.events + other.events,
      });
      const merged = spread(requests, replicas)
        .map(countsOf)
        .reduce((one, other) => ({ treated: add(one.treated, other.treated), control: add(one.control, other.control) }));
      return { whole: countsOf(requests), merged };
    });
    const judged = (which: "whole" | "merged") =>
      judgeEvents(
        gatherEventEvidence(
          buckets.map((bucket) => bucket[which]),
          harm,
        ),
        harm,
        0.01,
      );
    expect(judged("merged")).toEqual(judged("whole"));
  });
});
