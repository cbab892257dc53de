/** The planner's sliders, and what they answer. */

import { describe, expect, test } from "vitest";
import { RolloutPlan, templatePlan, type VariantMetrics } from "@dimmer/protocol";
import { estimateStep, minutesToCatch, regressionOf, shareForBlast, type Traffic, trafficOf } from "./estimate-plan.ts";
import { FINE_SHARES, nearestStop, SHARE_STOPS, withStep, withStepAfter } from "./plan-draft.ts";

const USUAL_PLAN = RolloutPlan.parse(templatePlan());
const shares = (plan: RolloutPlan | undefined) => plan?.steps.map(({ percent }) => percent);

describe("the draft", () => {
  test("a share stays between its neighbours", () => {
    expect(shares(withStep(USUAL_PLAN, 1, { percent: 25 }))).toEqual([1, 25, 50, 100]);
    expect(shares(withStep(USUAL_PLAN, 1, { percent: 50 }))).toEqual([1, 10, 50, 100]);
    expect(withStep(USUAL_PLAN, 1, { percent: 1, dwellMinutes: 7 }).steps[1]).toMatchObject({ percent: 10, dwellMinutes: 7 });
    expect(shares(withStep(USUAL_PLAN, 3, { percent: 90 }))).toEqual([1, 10, 50, 90]);
  });

  test("a step more lies half way to the next", () => {
    expect(shares(withStepAfter(USUAL_PLAN, 0))).toEqual([1, 5, 10, 50, 100]);
    expect(withStepAfter(USUAL_PLAN, 3)).toBeUndefined();
    expect(shares(withStepAfter(withStep(USUAL_PLAN, 3, { percent: 90 }), 3))).toEqual([1, 10, 50, 90, 100]);
  });

  test("stops", () => {
    expect(SHARE_STOPS[nearestStop(SHARE_STOPS, 11)]).toBe(10);
    expect(nearestStop(SHARE_STOPS, 0.0001)).toBe(0);
    expect([FINE_SHARES[0], FINE_SHARES.at(-1)]).toEqual([0.05, 100]);
    expect([...FINE_SHARES].sort((one, other) => one - other)).toEqual(FINE_SHARES);
  });
});

describe("the estimate", () => {
  const traffic: Traffic = { perSecond: 50, people: 200_000, rates: { error_rate: 0.02 } };
  const plan = RolloutPlan.parse({ steps: [{ percent: 1, dwellMinutes: 60 }], guardrails: [{ metric: "error_rate" }] });
  const [step] = plan.steps;
  if (step === undefined) throw new Error("The plan has a step.");

  test("is that of the reference: at 50 a second a doubled 2 % goes within 53 minutes, 95 times of 100", () => {
    // Half of it planned, as a step is extended once.
    expect(minutesToCatch(plan, step, traffic, 2)).toBeGreaterThan(24);
    expect(minutesToCatch(plan, step, traffic, 2)).toBeLessThan(31);
    const { catches, sharpest, blastRadius } = estimateStep(plan, { ...step, dwellMinutes: 28 }, traffic);
    expect(catches).toBeGreaterThan(1.9);
    expect(catches).toBeLessThan(2.1);
    expect(sharpest).toBe("error_rate");
    expect(blastRadius).toBeGreaterThan(1_400);
    expect(blastRadius).toBeLessThan(1_750);
  });

  test("longer catches less, and fewer people meet nobody twice", () => {
    const longer = estimateStep(plan, { ...step, dwellMinutes: 600 }, traffic);
    expect(longer.catches).toBeLessThan(estimateStep(plan, step, traffic).catches ?? 0);
    expect(estimateStep(plan, step, { ...traffic, people: 5_000 }).blastRadius).toBe(50);
    expect(estimateStep(plan, step, { ...traffic, people: undefined }).blastRadius).toBeGreaterThan(1_000);
    expect(shareForBlast(plan, step, { ...traffic, people: 10_000 }, { people: 100, shares: SHARE_STOPS })).toBe(1);
    expect(shareForBlast(plan, step, traffic, { people: 1, shares: [1, 10] })).toBeUndefined();
  });

  test("says nothing where nothing is known, and where there is nobody to compare with", () => {
    const nothing = { catches: undefined, sharpest: undefined, blastRadius: undefined };
    expect(estimateStep(plan, step, { ...traffic, rates: {} })).toEqual(nothing);
    expect(estimateStep(plan, { ...step, percent: 100 }, traffic)).toEqual(nothing);
    expect(minutesToCatch(plan, { ...step, percent: 100 }, traffic, 2)).toBeUndefined();
    expect(minutesToCatch(plan, step, traffic, 1)).toBeUndefined();
    const held = { ...plan, holdback: { percent: 5, hours: 72 } };
    expect(estimateStep(held, { ...step, percent: 100 }, traffic).catches).toBeGreaterThan(1);
    expect(estimateStep(plan, step, { ...traffic, perSecond: 0.001 })).toMatchObject({
      catches: undefined,
      sharpest: "error_rate",
    });
  });

  test("the regression is by the share unless it is given", () =>
    expect([1, 10, 50, 100].map((percent) => regressionOf({ percent }))).toEqual([2, 1.5, 1.25, 1.25]));
  test("or as given", () => expect(regressionOf({ percent: 1, regression: 3 })).toBe(3));

  test("traffic is of the last day, and what never happened has no ratio", () => {
    const told = { generations: 86_400, errors: 864, people: 10, timeouts: 0, refusals: 0, thumbsDown: 0 } as VariantMetrics;
    const zero = { retried: 0, abandoned: 0, runsFallback: 0 };
    expect(trafficOf([{ ...told, ...zero }], undefined)).toEqual({
      perSecond: 1,
      people: 10,
      rates: { error_rate: 0.01, slow_rate: 0.05, slow_first_chunk_rate: 0.05, cost_over_cap_rate: 0.001 },
    });
    expect(trafficOf([{ ...told, ...zero }], 7)?.people).toBe(7);
    expect(trafficOf([], 7)).toBeUndefined();
  });
});
