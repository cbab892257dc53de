/** What the pages say of experiments, and where intervals lie. */

import { describe, expect, test } from "vitest";
import type { ArmEffect } from "@dimmer/protocol";
import { inOrder, layForest } from "./lay-forest.ts";
import {
  BUILT_IN_METRICS,
  effectStatus,
  metricWords,
  sayEffect,
  sayInterval,
  sayProgress,
  saySampleRatio,
} from "./say-experiment.ts";

const EFFECT: ArmEffect = {
  variant: "sonnet",
  metric: "cost_per_run",
  role: "primary",
  kind: "ratio",
  direction: "down",
  value: 2_400,
  baselineValue: 4_100,
  effect: -0.4,
  sequential: { lower: -0.5, upper: -0.3 },
  fixed: null,
  difference: null,
  p: 0.001,
  pAdjusted: null,
  guardrail: null,
  isSignificant: true,
  reading: "better",
  cuped: null,
  bayes: null,
  say: "",
};

test("every metric has a name", () => {
  for (const metric of BUILT_IN_METRICS) expect(metricWords(metric).title).not.toBe("");
  expect([metricWords("metric:kept").title, metricWords("score:right").title]).toEqual(["kept", "right"]);
});

test.each([
  [-0.412, "−41 %"],
  [0.034, "+3.4 %"],
  [0, "0 %"],
])("%d is %s", (effect, said) => expect(sayEffect(effect)).toBe(said));

test.each([
  [EFFECT, "−50 % to −30 %"],
  [{ sequential: EFFECT.sequential, fixed: { lower: -0.45, upper: -0.35 } }, "−45 % to −35 %"],
  [{ sequential: { lower: null, upper: 0.1 }, fixed: null }, "at most +10 %"],
  [{ sequential: { lower: 0.1, upper: null }, fixed: null }, "at least +10 %"],
  [{ sequential: { lower: null, upper: null }, fixed: null }, "anything yet"],
  [{ sequential: null, fixed: null }, "anything yet"],
])("interval %#", (effect, said) => expect(sayInterval(effect)).toBe(said));

test.each([
  [{}, "healthy"],
  [{ reading: "worse" }, "danger"],
  [{ reading: "unclear" }, "unknown"],
  [{ isSignificant: false }, "unknown"],
  [{ guardrail: "held", reading: "unclear" }, "healthy"],
  [{ guardrail: "open" }, "unknown"],
  [{ guardrail: "crossed", reading: "better" }, "danger"],
] as const)("%j looks %s", (more, status) => expect(effectStatus({ ...EFFECT, ...more })).toBe(status));

test("how far it has come", () => {
  const people = [
    { variant: "opus", people: 6_000, plannedShare: 0.5 },
    { variant: "sonnet", people: 400, plannedShare: 0.5 },
  ];
  expect(sayProgress({ people, planned: { people: 11_900, days: 14 }, daysLeft: 1 })).toBe(
    "6,400 of 11,900 people planned, 1 day left at most",
  );
  expect(sayProgress({ people, planned: { people: null, days: null }, daysLeft: null })).toBe("6,400 people");
  expect(sayProgress({ people, planned: { people: null, days: null }, daysLeft: 3 })).toBe("6,400 people, 3 days left at most");
});

test("whether people are split as planned", () => {
  const sampleRatio = { logEvidence: 0, flaggedAt: 1, isFlagged: false, p: null };
  expect(saySampleRatio({ sampleRatio })).toBe("People are split as planned.");
  expect(saySampleRatio({ sampleRatio: { ...sampleRatio, isFlagged: true } })).toMatch(/nothing here counts/u);
});

describe("the forest", () => {
  const guardrail: ArmEffect = {
    ...EFFECT,
    metric: "error_rate",
    role: "guardrail",
    effect: 0.02,
    sequential: { lower: null, upper: 4 },
  };

  test("has the primary metric first, and a metric's arms together", () => {
    const second = { ...EFFECT, variant: "haiku" };
    expect(inOrder([guardrail, EFFECT, second]).map(({ metric, variant }) => `${metric} ${variant}`)).toEqual([
      "cost_per_run sonnet",
      "cost_per_run haiku",
      "error_rate sonnet",
    ]);
  });

  test("lies around no difference, and what is wider goes on beyond", () => {
    const { rows, zero, ticks } = layForest([guardrail, EFFECT]);
    expect(zero).toBe(0.5);
    expect(rows[0]).toMatchObject({ middle: 0.3, low: 0.25, high: 0.35, isOpenLow: false, isOpenHigh: false });
    expect(rows[1]).toMatchObject({ middle: 0.51, low: 0, high: 1, isOpenLow: true, isOpenHigh: true });
    expect(ticks.map(({ effect }) => effect)).toEqual([-1, -0.5, 0, 0.5, 1]);
    expect(ticks[2]?.place).toBe(zero);
  });

  test("is as wide as what decides needs, and twice that for the others", () => {
    const small = { ...EFFECT, effect: 0.1, sequential: { lower: 0.05, upper: 0.15 } };
    const { rows } = layForest([small, { ...guardrail, sequential: { lower: -0.9, upper: 0.9 } }]);
    expect(rows[0]?.high).toBeCloseTo(0.5 + (0.15 / 0.324) * 0.5);
    expect(rows[1]).toMatchObject({ low: 0, high: 1, isOpenHigh: true });
  });

  test("is wide enough to read where nothing is known", () => {
    const { rows, ticks } = layForest([{ ...EFFECT, effect: null, sequential: null }]);
    expect(rows[0]).toMatchObject({ middle: undefined, low: undefined, high: undefined });
    expect(ticks.at(-1)?.effect).toBeCloseTo(0.04);
  });
});
