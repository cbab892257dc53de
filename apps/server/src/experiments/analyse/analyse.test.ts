/** What is said of experiments of whom the truth is known: people drawn from a seed, asked of a real store. */

import { EXPERIMENT_METRICS, type BuiltInExperimentMetric, type ExperimentResult } from "@dimmer/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FrozenMetric } from "../../storage/experiment-record.ts";
import { openDuckDbStore } from "../../storage/telemetry/duckdb-store.ts";
import type { KeptEvent } from "../../telemetry/event-store.ts";
import type { ExperimentStatistics } from "../../telemetry/experiment-question.ts";
import { packEvents } from "../../telemetry/packed-events.ts";
import type { TelemetryStore } from "../../telemetry/telemetry-store.ts";
import { DAY_MS, HOUR_MS } from "../../telemetry/times.ts";
import { askedOf } from "../ask-people.ts";
import { freezeMetrics } from "../metrics.ts";
import { analyse } from "./analyse.ts";
import type { AnalysedExperiment } from "./analysed-experiment.ts";

const START = Date.UTC(2026, 10, 2);
const UNTIL = START + 14 * DAY_MS;

/** xorshift128, so that each run sees the same people. */
function drawsFrom(seed: number): () => number {
  let [x, y, z, w] = [seed, 362_436_069, 521_288_629, 88_675_123];
  return () => {
    const t = x ^ (x << 11);
    [x, y, z] = [y, z, w];
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
    return (w >>> 0) / 2 ** 32;
  };
}

interface Truth {
  readonly people: number;
  /** Share of people who get sonnet. */
  readonly sonnet: number;
  /** Of each run, by arm. */
  readonly accepts: readonly [opus: number, sonnet: number];
  readonly costs: readonly [opus: number, sonnet: number];
  /** People who meet the other arm, too. */
  readonly movers: number;
}
const ALIKE: Truth = { people: 2_000, sonnet: 0.5, accepts: [0.4, 0.4], costs: [1_000, 1_000], movers: 0 };

const metricsOf = (primary: BuiltInExperimentMetric, ...guardrails: BuiltInExperimentMetric[]): readonly FrozenMetric[] =>
  freezeMetrics({ primary, guardrails: guardrails.map((metric) => ({ metric, tolerance: 0.05 })), secondary: ["runs"] }, []);

const experiment = (metrics: readonly FrozenMetric[], more: Partial<AnalysedExperiment> = {}): AnalysedExperiment => {
  const arms = { opus: 50, sonnet: 50 };
  return {
    definition: { baseline: "opus", plan: { effect: 0.1, power: 0.8, maxDays: 28 }, bandit: null },
    start: { at: START, arms, people: 2_000, days: 14, metrics },
    shares: [{ from: new Date(START).toISOString(), percent: arms }],
    kept: null,
    endedAt: null,
    edits: [],
    ...more,
  };
};

describe("of people whose truth is known", () => {
  let store: TelemetryStore;
  beforeAll(async () => (store = await openDuckDbStore(":memory:", 60_000)));
  afterAll(() => store.close());
  let drawn = 0;

  /** Each person's cost varies as they do, week by week; what they did in the week before tells of it. */
  async function meet(environment: string, truth: Truth, seed: number): Promise<void> {
    const draw = drawsFrom(seed);
    const events: KeptEvent[] = [];
    for (let person = 0; person < truth.people; person++) {
      const arm = draw() < truth.sonnet ? 1 : 0;
      const at = START + Math.floor(draw() * 13 * DAY_MS);
      const scale = 0.2 + 3 * draw() ** 2;
      const tell = (variant: number, when: number, event: object): void => {
        const path = when < at ? "target" : "default";
        const served = { flag: "summarizer", variant: variant === 1 ? "sonnet" : "opus", path };
        events.push({ id: `event-of-truth-${drawn++}`, at: when, targetingKey: `p${person}`, served, ...event } as KeptEvent);
      };
      const call = (variant: number, when: number, cost: number, run: string): void =>
        tell(variant, when, {
          kind: "generation",
          operation: "chat",
          attempt: 1,
          run,
          durationMs: 500 + 1_000 * draw(),
          inputTokens: 10,
          outputTokens: 10,
          costMicroUsd: Math.round(cost * scale * (0.8 + 0.4 * draw())),
        });
      call(0, at - DAY_MS, truth.costs[0], `before-${person}`);
      tell(arm, at, { kind: "exposure" });
      for (let run = 0; run < 2; run++) {
        call(arm, at + HOUR_MS, truth.costs[arm] as number, `run-${person}-${run}`);
        if (draw() < (truth.accepts[arm] as number))
          tell(arm, at + HOUR_MS, { kind: "feedback", run: `run-${person}-${run}`, name: "accepted", value: 1 });
      }
      if (person < truth.movers) tell(1 - arm, at + 2 * HOUR_MS, { kind: "exposure" });
    }
    await store.appendEvents([packEvents({ project: "p", environment, source: "server", receivedAt: UNTIL, events })]);
  }

  async function ask(environment: string, metrics: readonly FrozenMetric[]): Promise<ExperimentStatistics> {
    return await store.experiment(
      { project: "p", environment },
      {
        since: START,
        until: UNTIL,
        flag: "summarizer",
        address: "default",
        arms: ["opus", "sonnet"],
        baseline: "opus",
        periods: [START],
        keepsMovers: false,
        ...askedOf(metrics),
      },
    );
  }

  async function resultOf(environment: string, truth: Truth, metrics: readonly FrozenMetric[]): Promise<ExperimentResult> {
    await meet(environment, truth, 7);
    const statistics = await ask(environment, metrics);
    return analyse(experiment(metrics), statistics, statistics, UNTIL);
  }

  test("[experiment-truth] arms that are alike are called so", async () => {
    const result = await resultOf("alike", ALIKE, metricsOf("cost", "acceptance_rate", "error_rate"));
    expect([result.verdict, result.ship]).toEqual(["no-difference", "opus"]);
    expect(result.say).toMatch(/^No difference worth finding: with sonnet cost per person is within [\d.]+ % of opus's\./u);
    expect(result.sampleRatio.isFlagged).toBe(false);
    expect(result.effects[0]?.cuped?.explained).toBeGreaterThan(0.5);
    expect(result.days).toHaveLength(26);
  });

  test("[experiment-truth] [experiment-words] ten points more are found and said; what is open of a guardrail holds the winner up", async () => {
    const better = { ...ALIKE, accepts: [0.4, 0.5] } as const;
    const result = await resultOf("better", better, metricsOf("acceptance_rate", "cost"));
    expect([result.verdict, result.ship]).toEqual(["winner", "sonnet"]);
    expect(result.say).toMatch(
      /^sonnet: acceptance is \d+(\.\d)? points higher \(between [\d.]+ and [\d.]+\), cost per person is .*; ship it\.$/u,
    );
    const strict = metricsOf("acceptance_rate").concat(
      freezeMetrics({ primary: "cost", guardrails: [{ metric: "duration_p95", tolerance: 0 }], secondary: [] }, []).slice(1),
    );
    const statistics = await ask("better", strict);
    expect(analyse(experiment(strict), statistics, statistics, UNTIL)).toMatchObject({ verdict: "inconclusive", ship: null });
    expect(analyse(experiment(strict), statistics, null, UNTIL)).toMatchObject({ verdict: "collecting", ship: null });
  });

  test("[experiment-words] what costs less and is no worse is shipped; what is better and breaks something else is not", async () => {
    const cheaper = { ...ALIKE, costs: [1_000, 600] } as const;
    const { say, verdict } = await resultOf("cheaper", cheaper, metricsOf("cost", "acceptance_rate"));
    expect([verdict, say]).toEqual([
      "winner",
      expect.stringMatching(
        /^sonnet costs (39|40|41) % less per person \(between \d\d and \d\d %\), acceptance is .* points?; ship it\.$/u,
      ),
    ]);
    const worse = { ...cheaper, accepts: [0.4, 0.2] } as const;
    const spoilt = await resultOf("spoilt", worse, metricsOf("cost", "acceptance_rate"));
    expect([spoilt.verdict, spoilt.ship]).toEqual(["harm", "opus"]);
    expect(spoilt.say).toMatch(/but acceptance is \d+ points lower .*, which is more than was tolerated\. Keep opus\.$/u);
  });

  test("[experiment-trust] arms that are not split as planned stop the words, whatever the effect", async () => {
    const result = await resultOf("lopsided", { ...ALIKE, sonnet: 0.4, costs: [1_000, 600] }, metricsOf("cost"));
    expect([result.verdict, result.ship]).toEqual(["untrusted", null]);
    expect(result.say).toMatch(/^Do not trust this: the arms are 6\d to (3|4)\d where 50 to 50 was planned\.$/u);
    expect(result.sampleRatio.p).toBeLessThan(1e-6);
  });

  test("[experiment-movers] people who met both arms are in no sum, and many of them are remarked", async () => {
    const result = await resultOf("movers", { ...ALIKE, people: 1_000, movers: 50 }, metricsOf("cost"));
    expect(result.dropped).toEqual({ people: 50, share: 0.05, isWarning: true });
    expect(result.people.reduce((sum, { people }) => sum + people, 0)).toBe(950);
    expect(result.remarks[0]?.say).toMatch(/^50 people met two arms and are left out, 5\.0 % of all/u);
  });
});
