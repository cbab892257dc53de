/** What effects and verdicts are called, and how often arms that are alike are called different. */

import type { ArmEffect, ExperimentMetric } from "@dimmer/protocol";
import { describe, expect, test } from "vitest";
import type { ExperimentStatistics, PeopleRow } from "../../telemetry/experiment-question.ts";
import { DAY_MS } from "../../telemetry/times.ts";
import { freezeMetrics } from "../metrics.ts";
import { analyse } from "./analyse.ts";
import type { AnalysedExperiment } from "./analysed-experiment.ts";
import { bestArms } from "./best-arms.ts";
import { decideVerdict } from "./decide-verdict.ts";
import { placeMetrics } from "./experiment-arms.ts";
import { sayEffect } from "./say-effect.ts";
import { sayVerdict } from "./say-verdict.ts";

const START = Date.UTC(2026, 10, 2);

function effect(more: Partial<ArmEffect> = {}): ArmEffect {
  return {
    variant: "sonnet",
    metric: "cost",
    role: "primary",
    kind: "mean",
    direction: "down",
    value: 590,
    baselineValue: 1_000,
    effect: -0.41,
    sequential: { lower: -0.44, upper: -0.38 },
    fixed: null,
    difference: { value: -410, interval: { lower: -440, upper: -380 } },
    p: 0.001,
    pAdjusted: null,
    guardrail: null,
    isSignificant: true,
    reading: "better",
    cuped: null,
    bayes: null,
    say: "",
    ...more,
  };
}
const unclear = { reading: "unclear", isSignificant: false } as const;
const shareOf = (value: number, lower: number, upper: number, more: Partial<ArmEffect> = {}) =>
  effect({
    metric: "acceptance_rate",
    kind: "share",
    direction: "up",
    baselineValue: 0.4,
    effect: value / 0.4,
    difference: { value, interval: { lower, upper } },
    ...more,
  });

describe("an effect is said", () => {
  test.each<[ArmEffect, string]>([
    [effect(), "sonnet costs 41 % less per person (between 38 and 44 %)."],
    [
      effect({
        effect: 0.02,
        sequential: { lower: 0.01, upper: 0.03 },
        difference: { value: 20, interval: { lower: 10, upper: 30 } },
        reading: "worse",
      }),
      "sonnet costs 2 % more per person (between 1 and 3 %).",
    ],
    [
      effect({ metric: "duration", effect: -0.125, sequential: { lower: -0.15, upper: -0.1 } }),
      "sonnet is 13 % faster (between 10 and 15 %).",
    ],
    [shareOf(0.021, 0.01, 0.032), "sonnet: acceptance is 2.1 points higher (between 1 and 3.2)."],
    [shareOf(-0.2, -0.25, -0.15, { reading: "worse" }), "sonnet: acceptance is 20 points lower (between 15 and 25)."],
    [shareOf(0.002, -0.008, 0.012, unclear), "sonnet: acceptance is within 1.2 points."],
    [shareOf(0.02, -0.01, 0.05, unclear), "sonnet: acceptance is between 1 points less and 5 points more."],
    [
      effect({ ...unclear, effect: -0.04, sequential: { lower: -0.12, upper: 0.04 } }),
      "sonnet: cost per person is between 12 % less and 4 % more.",
    ],
    [effect({ ...unclear, effect: 0, sequential: { lower: -0.03, upper: 0.03 } }), "sonnet: cost per person is within 3 %."],
    [effect({ fixed: { lower: -0.42, upper: -0.4 } }), "sonnet costs 41 % less per person (between 40 and 42 %)."],
    [effect({ fixed: { lower: -0.2, upper: -0.1 } }), "sonnet costs 41 % less per person (between 38 and 44 %)."],
    [effect({ difference: null, effect: null }), "sonnet: cost per person was not told of enough people yet."],
    [effect({ ...unclear, sequential: { lower: null, upper: 0.1 } }), "sonnet: nothing can be said of cost per person yet."],
    [
      effect({
        metric: "score:friendly",
        kind: "ratio",
        direction: "up",
        effect: null,
        sequential: null,
        difference: { value: 0.31, interval: { lower: 0.2, upper: 0.42 } },
      }),
      "sonnet: friendly is 0.31 higher (between 0.2 and 0.42).",
    ],
    [
      effect({
        ...unclear,
        metric: "metric:checkout" as ExperimentMetric,
        effect: null,
        sequential: null,
        difference: { value: 0, interval: { lower: -0.2, upper: 0.2 } },
      }),
      "sonnet: checkout is within 0.2.",
    ],
  ])("%#", (said, words) => expect(sayEffect(said)).toBe(words));
});

const metrics = freezeMetrics(
  { primary: "cost", guardrails: [{ metric: "acceptance_rate", tolerance: 0.01 }], secondary: [] },
  [],
);
const experiment: AnalysedExperiment = {
  definition: { baseline: "opus", plan: { effect: 0.1, power: 0.8, maxDays: 28 }, bandit: null },
  start: { at: START, arms: { opus: 50, sonnet: 50 }, people: 8_000, days: 14, metrics },
  shares: [{ from: new Date(START).toISOString(), percent: { opus: 50, sonnet: 50 } }],
  kept: null,
  endedAt: null,
  edits: [],
};
const split = (people: number, isFlagged = false) => ({
  people: ["opus", "sonnet"].map((variant) => ({ variant, people, plannedShare: 0.5 })),
  sampleRatio: { logEvidence: 0, flaggedAt: 6.9, isFlagged, p: null },
  shares: [0.52, 0.48],
  planned: [0.5, 0.5],
  sources: [],
});
const held = shareOf(0.002, -0.008, 0.008, { role: "guardrail", guardrail: "held", ...unclear });
const open = { ...held, guardrail: "open" } as const;
const crossed = shareOf(-0.05, -0.06, -0.04, { role: "guardrail", guardrail: "crossed", reading: "worse" });
const nothing = effect({
  ...unclear,
  effect: 0,
  sequential: { lower: -0.03, upper: 0.03 },
  difference: { value: 0, interval: { lower: -30, upper: 30 } },
});
const wide = effect({
  ...unclear,
  effect: -0.04,
  sequential: { lower: -0.2, upper: 0.12 },
  difference: { value: -40, interval: { lower: -200, upper: 120 } },
});
const worse = effect({
  reading: "worse",
  effect: 0.2,
  sequential: { lower: 0.1, upper: 0.3 },
  difference: { value: 200, interval: { lower: 100, upper: 300 } },
});

describe("a verdict", () => {
  test.each<
    [
      string,
      readonly ArmEffect[],
      { people?: number; isPlanned?: boolean; isFlagged?: boolean; isBandit?: boolean; best?: Record<string, number> | null },
      string,
    ]
  >([
    [
      "winner",
      [effect(), held],
      {},
      "sonnet costs 41 % less per person (between 38 and 44 %), acceptance is within 0.8 points; ship it.",
    ],
    ["untrusted", [effect(), held], { isFlagged: true }, "Do not trust this: the arms are 52 to 48 where 50 to 50 was planned."],
    ["collecting", [effect(), held], { people: 60 }, "Not enough people yet: 120 of 8,000; about 6 more days."],
    ["collecting", [wide, held], { people: 600 }, "Not enough people yet: 1,200 of 8,000; about 6 more days."],
    ["collecting", [wide, held], { people: 4_000 }, "8,000 of 8,000 people are there; the planned read comes next."],
    [
      "collecting",
      [effect(), open],
      { people: 600 },
      "sonnet is ahead on cost per person, and acceptance cannot be told yet: 1,200 of 8,000; about 6 more days.",
    ],
    [
      "inconclusive",
      [effect(), open],
      { isPlanned: true },
      "sonnet costs 41 % less per person (between 38 and 44 %), but it cannot be ruled out that acceptance is worse than tolerated. Look longer, or tolerate more.",
    ],
    [
      "harm",
      [effect(), crossed],
      {},
      "sonnet costs 41 % less per person (between 38 and 44 %), but acceptance is 5 points lower (between 4 and 6), which is more than was tolerated. Keep opus.",
    ],
    ["harm", [worse, held], {}, "sonnet costs 20 % more per person (between 10 and 30 %). Keep opus."],
    [
      "harm",
      [worse, { ...worse, variant: "haiku" }],
      {},
      "Every other arm is worse: sonnet costs 20 % more per person (between 10 and 30 %), haiku costs 20 % more per person (between 10 and 30 %). Keep opus.",
    ],
    [
      "no-difference",
      [nothing, held],
      { isPlanned: true },
      "No difference worth finding: beside opus, with sonnet cost per person is within 3 %. Keep opus, or choose by something else than cost per person.",
    ],
    [
      "inconclusive",
      [wide, held],
      { isPlanned: true },
      "It cannot be said with 8,000 people: beside opus, with sonnet cost per person is between 20 % less and 12 % more. Look longer, or keep opus.",
    ],
    [
      "bandit",
      [],
      { isBandit: true, best: { opus: 0.07, sonnet: 0.93 } },
      "sonnet is best with a chance of 93 %; 50 % of 8,000 people have had it.",
    ],
    ["bandit", [], { isBandit: true }, "Not enough people yet to shift anything: 8,000 so far, and each arm needs 100."],
  ])(
    "%s %#",
    (verdict, effects, { people = 4_000, isPlanned = false, isFlagged = false, isBandit = false, best = null }, words) => {
      const asked = { ...experiment, definition: { ...experiment.definition, bandit: isBandit ? { floor: 0.05 } : null } };
      const found = { split: split(people, isFlagged), effects, isPlanned };
      const decided = decideVerdict(asked, found);
      expect(decided.verdict).toBe(verdict);
      const told = { ...decided, ...found, best, total: 2 * people, people: 8_000, daysLeft: 6 };
      expect(sayVerdict(asked, told).say).toBe(words);
    },
  );
});

/** Of arms that are alike, drawn without events: each person accepts or does not, once. */
function alike(seed: number, people: number, share: number): ExperimentStatistics {
  let state = seed;
  const draw = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const rows = ["opus", "sonnet"].map((variant): PeopleRow => {
    let accepted = 0;
    for (let person = 0; person < people; person++) accepted += draw() < share ? 1 : 0;
    const mean = accepted / people;
    const spread = people * mean * (1 - mean);
    const products = Array.from({ length: 4 }, (_, i) =>
      Array.from({ length: 4 }, (_none, j) => (i === 0 && j === 0 ? spread : 0)),
    );
    const moments = { n: people, means: [mean, 1, 0, 0], products };
    return { variant, part: { by: "period", period: 0, hasHistory: false }, people, strayed: 0, moments: [moments] };
  });
  return { since: START, until: START + 7 * DAY_MS, periods: [START], movers: 0, unpriced: 0, rows, quantiles: [] };
}

test("[experiment-truth] of three hundred experiments of arms that are alike one in twenty may say otherwise", () => {
  const asked = {
    ...experiment,
    start: {
      ...experiment.start,
      people: 2_000,
      metrics: freezeMetrics({ primary: "acceptance_rate", guardrails: [], secondary: [] }, []),
    },
  };
  const wrong = Array.from({ length: 300 }, (_, seed) => alike(1_000 + 7_919 * seed, 1_000, 0.3)).filter((statistics) => {
    const { verdict } = analyse(asked, statistics, statistics, START + 7 * DAY_MS);
    return verdict === "winner" || verdict === "harm";
  });
  // 5 % of them, and three standard deviations.
  expect(wrong.length).toBeLessThanOrEqual(26);
});

test("[experiment-bandit] a bad day does not count against the arm that was large on it", () => {
  const row = (variant: string, period: number, people: number, mean: number): PeopleRow => ({
    variant,
    part: { by: "period", period, hasHistory: false },
    people,
    strayed: 0,
    moments: [
      {
        n: people,
        means: [mean, 1, 0, 0],
        products: Array.from({ length: 4 }, (_, i) =>
          Array.from({ length: 4 }, (_none, j) => (i + j === 0 ? people * mean * (1 - mean) : 0)),
        ),
      },
    ],
  });
  // Better on both days, and most of its people came on the bad one: pooled it looks worse.
  const rows = [row("opus", 0, 900, 0.6), row("sonnet", 0, 100, 0.65), row("opus", 1, 100, 0.1), row("sonnet", 1, 900, 0.15)];
  const statistics = { ...alike(1, 10, 0.5), periods: [START, START + DAY_MS], rows };
  const [primary] = placeMetrics(freezeMetrics({ primary: "acceptance_rate", guardrails: [], secondary: [] }, []));
  const best = bestArms(statistics, primary === undefined ? [] : [primary], ["opus", "sonnet"]);
  expect(best?.["sonnet"]).toBeGreaterThan(0.9);
  expect(
    bestArms(
      { ...statistics, rows: [row("opus", 0, 900, 0.6), row("sonnet", 0, 99, 0.65)] },
      primary === undefined ? [] : [primary],
      ["opus", "sonnet"],
    ),
  ).toBeNull();
});
