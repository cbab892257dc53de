/** Alerts on spending and on calls that nobody expected. */

import { describe, expect, test } from "vitest";
import { describeReferenceCases } from "../reference-cases.contract.ts";
import { burnRate, burnRateOf, DAILY_BURN_RULES, judgeBurn, MONTHLY_BURN_RULES } from "./burn-rate.ts";
import { followLevel, forecastSpend } from "./spend-forecast.ts";
import { addCalls, CALL_TEST, judgeCalls, NO_CALLS } from "./unexpected-calls.ts";

const MONTH = 720;

describe("the burn rate", () => {
  test("is 1 where all is spent just by the end", () => {
    expect(burnRate(1, MONTH, 1, MONTH)).toBe(1);
    expect(burnRate(20, 1_000, 1, MONTH)).toBeCloseTo(14.4, 12);
    expect(burnRate(0, 0, 1, MONTH)).toBe(0);
    expect(burnRate(1, 0, 1, MONTH)).toBe(Number.POSITIVE_INFINITY);
  });

  test("pages where both windows burn, and not for what is over or just a blip", () => {
    const spent = (perHour: (hours: number) => number) =>
      judgeBurn((hours) => hours * perHour(hours), MONTH, MONTH, MONTHLY_BURN_RULES).map(
        ({ rule }) => `${rule.severity} ${rule.longHours}`,
      );
    expect(spent(() => 1)).toEqual(["ticket 72"]);
    expect(spent(() => 0.99)).toEqual([]);
    expect(spent(() => 6.1)).toEqual(["page 6", "ticket 72"]);
    expect(spent(() => 15)).toEqual(["page 1", "page 6", "ticket 72"]);
    expect(spent((hours) => (hours < 1 ? 100 : 0.5))).toEqual([]);
    expect(spent((hours) => (hours < 1 ? 0 : 100))).toEqual(["ticket 72"]);
  });

  test("of a day's budget", () => {
    expect(DAILY_BURN_RULES).toEqual([{ severity: "page", rate: expect.closeTo(2.4, 12), longHours: 2, shortHours: 2 / 12 }]);
  });
});

describe("a forecast of spending", () => {
  const so = { spent: 400, budget: 1_000, remainingProfile: [100, 200, 300], level: 1, relativeError: 0.1 };

  test("goes on as weeks do, by how this one goes", () => {
    expect(forecastSpend(so)).toEqual({ total: 1_000, chanceOver: 0.5, advice: "fine" });
    // 60 over, and an error of 66: Φ(60/66).
    expect(forecastSpend({ ...so, level: 1.1 })).toEqual({
      total: expect.closeTo(1_060, 9),
      chanceOver: expect.closeTo(0.818348929556551, 12),
      advice: "warn",
    });
    expect(forecastSpend({ ...so, level: 1.5 }).advice).toBe("act");
  });

  test("without earlier forecasts, or with nothing to come, knows or does not", () => {
    expect(forecastSpend({ ...so, relativeError: 0, level: 1.001 })).toMatchObject({ chanceOver: 1, advice: "act" });
    expect(forecastSpend({ ...so, relativeError: 0 })).toMatchObject({ chanceOver: 0, advice: "fine" });
    expect(forecastSpend({ ...so, remainingProfile: [] })).toEqual({ total: 400, chanceOver: 0, advice: "fine" });
  });

  test("follows the level by half in a day", () => {
    let level = 1;
    for (let hour = 0; hour < 24; hour++) level = followLevel(level, 30, 10);
    expect(level).toBeCloseTo(2, 12);
    expect(followLevel(1.5, 4, 0)).toBe(1.5);
    expect(followLevel(1, 30, 10, 1)).toBe(2);
  });
});

describe("calls that nobody expected", () => {
  const exactly = { toleratedRatio: 1, dispersion: 1 };
  const judge = (calls: number, usual: number, test = exactly) => judgeCalls(addCalls(NO_CALLS, { calls, usual }, test), test);

  test("75 where 50 were expected are worth 78, 90 worth 89,000", () => {
    expect(Math.exp(judge(75, 50).logE)).toBeCloseTo(78.2202050606715, 9);
    expect(Math.exp(judge(90, 50).logE) / 88_585.5944084809).toBeCloseTo(1, 8);
    expect(judge(75, 50)).toMatchObject({ isAlert: false, ratio: 1.5 });
    expect(judge(90, 50)).toMatchObject({ isAlert: true, ratio: 1.8 });
  });

  test("a fifth more than usual is tolerated, and counts that scatter are worth less", () => {
    expect(judge(90, 50, CALL_TEST).isAlert).toBe(false);
    expect(judgeCalls(addCalls(NO_CALLS, { calls: 90, usual: 50 })).logE).toBe(judge(90, 50, CALL_TEST).logE);
    expect(judge(90, 50, { ...exactly, dispersion: 3 }).logE).toBeCloseTo(judge(90, 50).logE / 3, 12);
    expect(judge(90, 50, { ...exactly, dispersion: 0.1 })).toEqual(judge(90, 50));
  });

  test("an alert stays, and what is no count is none", () => {
    const alerted = addCalls(NO_CALLS, { calls: 200, usual: 50 }, exactly);
    const later = addCalls(alerted, { calls: 0, usual: 500 }, exactly);
    expect(judgeCalls(later, exactly)).toMatchObject({ isAlert: true, ratio: 200 / 550 });
    for (const broken of [
      { calls: -1, usual: 1 },
      { calls: 1, usual: Number.NaN },
      { calls: Number.POSITIVE_INFINITY, usual: 1 },
    ])
      expect(addCalls(alerted, broken, exactly)).toBe(alerted);
    expect(judgeCalls(NO_CALLS)).toEqual({ logE: expect.closeTo(0, 12), isAlert: false, ratio: undefined });
    expect(judge(50, 0)).toMatchObject({ isAlert: true, ratio: undefined });
  });
});

describeReferenceCases("alerts", {
  burn_rate_threshold: ({ cases, periodHours }) => ({
    burnRate: (cases as [number, number][]).map(([share, hours]) => burnRateOf(share, hours, periodHours as number)),
  }),
});
