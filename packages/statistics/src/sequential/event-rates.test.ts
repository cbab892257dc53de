/** The e-process of event rates and its bound, against values at 50 digits and those that were collected. */

import { array, assert, integer, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { describeReferenceCases } from "../reference-cases.contract.ts";
import {
  addEventBucket,
  type EventBucket,
  gatherEventEvidence,
  judgeEvents,
  startEventEvidence,
  testForHarm,
  testForHarmless,
} from "./event-rates.ts";
import { boundRatio } from "./ratio-bound.ts";

type Counts = readonly [nT: number, nC: number, xT: number, xC: number];
const bucket = ([nT, nC, xT, xC]: Counts): EventBucket => ({
  treated: { exposures: nT, events: xT },
  control: { exposures: nC, events: xC },
});
/** A ramp of three steps; the treated arm is about two and a half times as bad. */
const RAMP = ([[120, 11_880, 7, 230] as const, [60, 5_940, 2, 118] as const, [500, 4_500, 24, 88] as const] as const).map(bucket);
const LARGE = bucket([5_000_000, 5_000_000, 90_000, 60_000]);

describe("evidence of harm", () => {
  test("bets on these ratios, in these shares", () => {
    const { bets, nullRatio } = testForHarm(2);
    expect(nullRatio).toBe(2);
    expect(bets.map(({ ratio }) => ratio)).toEqual([2.5, 3, 4, 6, 10, 20]);
    expect(bets.map(({ weight }) => weight)).toEqual([0.1, 0.2, 0.35, 0.2, 0.1, 0.05]);
    expect(testForHarmless(2).bets.map(({ ratio }) => ratio)).toEqual([1, 1.4, 1.7, 1.9]);
  });

  // mpmath at 50 digits, from the binomial probabilities of the treated share of the events, not from the form that is coded.
  test.each([
    [1, 1, 8.12263676847727],
    [1, 2.5, 3.0315082249942376],
    [1.1, 1, 6.611033073570529],
    [1.1, 2.5, 2.4476513893753458],
  ])("against a ratio of %d with a design effect of %d", (tolerated, designEffect, logE) => {
    const harm = testForHarm(tolerated, designEffect);
    expect(judgeEvents(gatherEventEvidence(RAMP, harm), harm, 0.01).logE).toBeCloseTo(logE, 12);
  });

  test("beyond what a double holds", () => {
    const harm = testForHarm(1);
    const judged = judgeEvents(gatherEventEvidence([LARGE], harm), harm, 0.01);
    expect(judged.logE).toBeCloseTo(3018.717594690897, 8);
    expect(judged).toMatchObject({ isCrossed: true, pAlwaysValid: 0, observedRatio: 1.5 });
  });

  test("a crossing stays, and p never grows", () => {
    const harm = testForHarm(1);
    const worse = gatherEventEvidence(RAMP, harm);
    const healthy = bucket([5_000, 45_000, 60, 900]);
    const after = gatherEventEvidence([...RAMP, healthy, healthy], harm);
    expect(after).toEqual(addEventBucket(addEventBucket(worse, healthy, harm), healthy, harm));
    const [then, now] = [worse, after].map((evidence) => judgeEvents(evidence, harm, 0.01));
    expect(now?.logE).toBeLessThan(0);
    expect(now).toMatchObject({ isCrossed: true, pAlwaysValid: then?.pAlwaysValid, peakLogE: then?.logE });
    expect(then?.pAlwaysValid).toBeCloseTo(Math.exp(-8.12263676847727), 15);
  });

  test("the ratio that is shown is compared within buckets, not pooled over steps", () => {
    const harm = testForHarm(1);
    const judged = judgeEvents(gatherEventEvidence(RAMP, harm), harm, 0.01);
    expect(judged.observedRatio).toBeCloseTo(2.484527687296417, 13);
    // Rates of 1 % and 3 %, the same in both arms; pooled over the steps it would be 2.4 times as bad.
    const trend = [bucket([100, 9_900, 1, 99]), bucket([5_000, 5_000, 150, 150])];
    expect(judgeEvents(gatherEventEvidence(trend, harm), harm, 0.01).observedRatio).toBeCloseTo(1, 12);
  });

  test("nothing yet, and what compares nothing, is no evidence", () => {
    const harm = testForHarm(1, 0.4);
    expect(harm.designEffect).toBe(1);
    const none = startEventEvidence(harm);
    const logE = expect.closeTo(0, 15);
    expect(judgeEvents(none, harm, 0.01)).toEqual({
      logE,
      peakLogE: 0,
      pAlwaysValid: 1,
      isCrossed: false,
      observedRatio: undefined,
    });
    const oneArm = gatherEventEvidence([bucket([0, 100, 0, 9]), bucket([100, 0, 9, 0]), bucket([0, 0, 0, 0])], harm);
    expect(oneArm).toEqual({
      ...none,
      treated: { exposures: 100, events: 9 },
      control: { exposures: 100, events: 9 },
    });
    for (const broken of [bucket([-1, 10, 0, 0]), bucket([10, 10, Number.NaN, 0]), bucket([10, 10, 0, Number.POSITIVE_INFINITY])])
      expect(addEventBucket(none, broken, harm)).toBe(none);
  });

  test("is plain JSON: what was stored goes on as if it had not been", () => {
    const harm = testForHarm(1.1, 2.5);
    const stored: unknown = JSON.parse(JSON.stringify({ harm, evidence: gatherEventEvidence(RAMP.slice(0, 2), harm) }));
    const { harm: kept, evidence } = stored as { harm: typeof harm; evidence: ReturnType<typeof startEventEvidence> };
    expect(addEventBucket(evidence, RAMP[2] as EventBucket, kept)).toEqual(gatherEventEvidence(RAMP, harm));
  });
});

describe("evidence of no harm", () => {
  test.each([
    [2, -1.3245191894159374],
    [1.5, -1.4070774227468668],
  ])("against a ratio of %d", (ruledOut, logE) => {
    const harmless = testForHarmless(ruledOut);
    expect(judgeEvents(gatherEventEvidence(RAMP, harmless), harmless, 0.05).logE).toBeCloseTo(logE, 12);
  });

  test("comes with healthy traffic, and large counts decide what small ones could not", () => {
    const harmless = testForHarmless(2);
    expect(judgeEvents(gatherEventEvidence([LARGE], harmless), harmless, 0.05).logE).toBeCloseTo(1369.4014482844293, 8);
    const healthy = bucket([900, 89_100, 18, 1_782]);
    expect(judgeEvents(gatherEventEvidence([healthy], harmless), harmless, 0.05).isCrossed).toBe(true);
    const early = bucket([100, 9_900, 2, 198]);
    expect(judgeEvents(gatherEventEvidence([early], harmless), harmless, 0.05).isCrossed).toBe(false);
  });
});

describe("the ratio that is not ruled out", () => {
  test("after each bucket", () => {
    const bounds = boundRatio(RAMP, { alpha: 0.05 });
    // mpmath: the root of ln E = ln 20 in the null ratio, and the largest so far.
    expect(bounds).toEqual([
      expect.closeTo(0.8301897424199322, 12),
      expect.closeTo(0.8632306557665385, 12),
      expect.closeTo(1.4193079422788915, 12),
    ]);
    expect(boundRatio(RAMP, { alpha: 0.05, designEffect: 0.1 })).toEqual(bounds);
    expect(boundRatio(RAMP, { alpha: 0.05, designEffect: 2.5 })[2]).toBeCloseTo(1.0057597251697326, 12);
  });

  test("never falls, and rules nothing out without events", () => {
    expect(boundRatio([], { alpha: 0.05 })).toEqual([]);
    expect(boundRatio([bucket([100, 100, 0, 5]), bucket([0, 5, 0, 1])], { alpha: 0.05 })).toEqual([0, 0]);
    expect(boundRatio([bucket([100, 100, 40, 0])], { alpha: 0.05 })[0]).toBeGreaterThan(5);
    const healthy = bucket([5_000, 45_000, 60, 900]);
    const [, , before, after] = boundRatio([...RAMP, healthy], { alpha: 0.05 });
    expect(after).toBe(before);
  });

  test("is above a tolerated ratio when, and only when, the test of that ratio crosses", () => {
    const arm = { exposures: integer({ min: 0, max: 400 }), events: integer({ min: 0, max: 12 }) };
    const buckets = array(record({ treated: record(arm), control: record(arm) }), { maxLength: 12 });
    assert(
      property(buckets, integer({ min: 5, max: 30 }), (given, tenths) => {
        const harm = testForHarm(tenths / 10);
        const { peakLogE } = gatherEventEvidence(given, harm);
        const bound = boundRatio(given, { alpha: 0.1 }).at(-1) ?? 0;
        // At the very border rounding decides.
        const isAtBorder = Math.abs(peakLogE - Math.log(10)) < 1e-9;
        expect(isAtBorder || bound > tenths / 10 === peakLogE > Math.log(10)).toBe(true);
      }),
    );
  });
});

describeReferenceCases("eprocess", {
  conditional_binomial_grid_eprocess: ({ toleratedRatio, buckets, grid, weights }) => {
    const bets = (grid as number[]).map((ratio, at) => ({ ratio, weight: (weights as number[])[at] as number }));
    const harm = { ...testForHarm(toleratedRatio as number), bets };
    return judgeEvents(gatherEventEvidence((buckets as Counts[]).map(bucket), harm), harm, 0.01);
  },
});
