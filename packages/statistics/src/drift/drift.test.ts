/** The detectors of drift against values by hand, simulations and published run lengths. */

import { describe, expect, test } from "vitest";
import { describeReferenceCases } from "../reference-cases.contract.ts";
import { addStandardised, CUSUM, judgeCusum, startCusum } from "./cusum.ts";
import { cusumRunLength, cusumRunLengthTwoSided } from "./cusum-run-length.ts";
import { addMeanBucket, addRateBucket, driftThreshold, judgeDrift, startDrift, watchMean, watchRate } from "./drift.ts";

describe("a rate that rises", () => {
  const watch = watchRate(0.05, 1);
  const after = (...events: readonly number[]) =>
    events.reduce((evidence, count) => addRateBucket(evidence, { trials: 100, events: count }, watch), startDrift(watch));

  test("is reckoned as it says: M ← (M + 1)·L", () => {
    const factor = (to: number, events: number) => (to / 0.05) ** events * ((1 - to) / 0.95) ** (100 - events);
    const expected = [
      [0.0625, 0.3],
      [0.075, 0.35],
      [0.1, 0.25],
      [0.15, 0.1],
    ].reduce((sum, [to = 0, weight = 0]) => sum + weight * (factor(to, 7) + 1) * factor(to, 9), 0);
    const judged = judgeDrift(after(7, 9), watch, 1_000);
    expect(judged.logEvidence).toBeCloseTo(Math.log(expected), 12);
    expect(judged.isAlarm).toBe(Math.log(expected) >= Math.log(1_000));
  });

  test("alarms, and not while it stays", () => {
    expect(judgeDrift(after(5, 4, 6, 5, 5, 3, 6), watch, 2_000).isAlarm).toBe(false);
    expect(judgeDrift(after(5, 4, 11, 12, 10, 11, 13), watch, 2_000).isAlarm).toBe(true);
    expect(judgeDrift(startDrift(watch), watch, 2_000)).toEqual({ logEvidence: Number.NEGATIVE_INFINITY, isAlarm: false });
  });

  test("beyond what a double holds, and long after nothing happened", () => {
    const many = addRateBucket(startDrift(watch), { trials: 1_000_000, events: 150_000 }, watch);
    expect(judgeDrift(many, watch, 2_000).logEvidence).toBeGreaterThan(10_000);
    const quiet = addRateBucket(startDrift(watch), { trials: 1_000_000, events: 10_000 }, watch);
    expect(quiet.logTerms).toEqual([0, 0, 0, 0]);
    expect(JSON.parse(JSON.stringify(quiet))).toEqual(quiet);
  });

  test("has a margin, and no bet on more than all", () => {
    expect(watchRate(0.05).rate).toBeCloseTo(0.055, 12);
    expect(watchRate(0.5, 1).bets.map(({ to }) => to)).toEqual([0.625, 0.75, 0.75, 0.75]);
  });

  test("says nothing of nothing", () => {
    const none = startDrift(watch);
    expect(addRateBucket(none, { trials: 0, events: 0 }, watch)).toBe(none);
    for (const rate of [0, 1, Number.NaN]) expect(addRateBucket(none, { trials: 10, events: 1 }, watchRate(rate, 1))).toBe(none);
    expect(driftThreshold(90 * 24, 20)).toBe(43_200);
  });
});

describe("a mean that moves", () => {
  const watch = watchMean(10, 2);
  const after = (...means: readonly number[]) =>
    means.reduce((evidence, mean) => addMeanBucket(evidence, mean, watch), startDrift(watch));

  test("is reckoned as it says, to both sides", () => {
    const expected = [0.25, -0.25, 0.5, -0.5, 1, -1, 2, -2].reduce(
      (sum, shift) => sum + Math.exp(shift * 1.5 - shift ** 2 / 2) / 8,
      0,
    );
    expect(judgeDrift(after(13), watch, 100).logEvidence).toBeCloseTo(Math.log(expected), 12);
    expect(judgeDrift(after(7), watch, 100).logEvidence).toBeCloseTo(Math.log(expected), 12);
    expect(judgeDrift(after(13, 14, 14, 13.5, 14), watch, 100).isAlarm).toBe(true);
    expect(judgeDrift(after(10, 9, 11, 10, 10.5), watch, 100).isAlarm).toBe(false);
  });

  test("says nothing of nothing", () => {
    const none = startDrift(watch);
    expect(addMeanBucket(none, Number.NaN, watch)).toBe(none);
    expect(addMeanBucket(none, 12, watchMean(10, 0))).toBe(none);
  });
});

describe("a cumulative sum", () => {
  test("alarms on the side of the shift", () => {
    const after = (...z: readonly number[]) => z.reduce((evidence, one) => addStandardised(evidence, one), startCusum());
    expect(after(1, 2, -3)).toEqual({ up: 0, down: 2.5 });
    expect(judgeCusum(after(2, 2, 2, 2))).toBe("up");
    expect(judgeCusum(after(-2, -2, -2, -2))).toBe("down");
    expect(judgeCusum(after(1, -1, 1))).toBeUndefined();
    expect(judgeCusum(addStandardised(startCusum(2.5), 3.1))).toBe("up");
    expect(addStandardised(startCusum(), Number.NaN)).toEqual(startCusum());
  });

  test("has the run length that is said where the shift is", () => {
    expect(cusumRunLength({ slack: 0.5, threshold: 7.36 }, 0) / 10_000).toBeCloseTo(1, 2);
    expect(cusumRunLength(CUSUM, 1, 5)).toBeLessThan(cusumRunLength(CUSUM, 1));
  });
});

const lengthsOf = (inputs: { k: number; h: number; shift: number[] }, of: typeof cusumRunLength, headStart = 0): number[] =>
  inputs.shift.map((shift) => of({ slack: inputs.k, threshold: inputs.h }, shift, headStart));

describeReferenceCases("drift", {
  cusum_arl_one_sided: (inputs) => ({ arl: lengthsOf(inputs, cusumRunLength) }),
  cusum_arl_two_sided: (inputs) => ({
    arl: lengthsOf(inputs, cusumRunLengthTwoSided),
    arlHeadstartHalfH: lengthsOf(inputs, cusumRunLengthTwoSided, inputs.h / 2),
  }),
});
