/** What every store of events does with the people of an experiment. */

import { afterAll, beforeAll, expect, test } from "vitest";
import type { Served } from "@dimmer/protocol";
import type { KeptEvent } from "./event-store.ts";
import type { AskedRatio, ExperimentQuestion, ExperimentStatistics, PeopleRow } from "./experiment-question.ts";
import { base, call, NOW, OPUS, place, received, SONNET } from "./sample-events.contract.ts";
import type { TelemetryStore } from "./telemetry-store.ts";
import { DAY_MS, HOUR_MS } from "./times.ts";

const ERRORS: AskedRatio = { y: "errors", d: "calls" };
const COST: AskedRatio = { y: "cost", d: "people" };
const BOUGHT: AskedRatio = {
  y: { kind: "metric", event: "bought", cap: 20, windowMs: DAY_MS, take: "any" },
  d: "people",
};

export function experimentContract(open: () => Promise<TelemetryStore>): void {
  let store: TelemetryStore;
  beforeAll(async () => (store = await open()));
  afterAll(() => store.close());

  const question = (more: Partial<ExperimentQuestion> = {}): ExperimentQuestion => ({
    since: NOW,
    until: NOW + 2 * DAY_MS,
    flag: "summarizer",
    address: "paid",
    arms: ["opus", "sonnet"],
    baseline: "opus",
    periods: [NOW],
    keepsMovers: false,
    ratios: [COST],
    quantiles: [],
    ...more,
  });
  const at = (hours: number) => NOW + hours * HOUR_MS;
  const meets = (targetingKey: string, hours: number, served: Served = OPUS): KeptEvent => ({
    ...base(served),
    targetingKey,
    at: at(hours),
    kind: "exposure",
  });
  const calls = (targetingKey: string, hours: number, more: object = {}, served: Served = OPUS): KeptEvent => ({
    ...call({ ...more }, served),
    targetingKey,
    at: at(hours),
  });
  const put = (environment: string, ...events: readonly KeptEvent[]) => store.appendEvents([received(environment, events)]);
  const wholes = ({ rows }: ExperimentStatistics): readonly PeopleRow[] => rows.filter(({ part }) => part.by === "period");
  /** Variant → people, and the sums of y by ratio. */
  const sums = (statistics: ExperimentStatistics, value = 0) => {
    const found = new Map<string, readonly number[]>();
    for (const { variant, people, moments } of wholes(statistics)) {
      const before = found.get(variant) ?? [];
      const row = [people, ...moments.map(({ n, means }) => n * (means[value] ?? 0))];
      found.set(
        variant,
        row.map((one, at) => one + (before[at] ?? 0)),
      );
    }
    return Object.fromEntries(found);
  };

  test("people count once, by the arm that they met here; elsewhere, forced, blocked and outside the time they count for nothing", async () => {
    await put(
      "here",
      meets("ann", 1),
      meets("ann", 2),
      calls("ann", 2, { costMicroUsd: 10 }),
      calls("ann", 3, { costMicroUsd: 30, errorType: "timeout" }),
      meets("bob", 1, SONNET),
      calls("bob", 1, { costMicroUsd: 5 }, SONNET),
      calls("bob", 50, { costMicroUsd: 500 }, SONNET),
      meets("cid", 1, { ...OPUS, rule: "other" }),
      meets("dan", 1, { ...OPUS, path: "default" }),
      meets("eve", 1, { ...OPUS, overridden: true }),
      meets("fay", 1, { ...OPUS, blocked: true }),
      meets("gus", 1, { ...OPUS, variant: "third" }),
      meets("hal", -1),
      meets("ian", 49),
      meets("jon", 1, { ...OPUS, flag: "writer" }),
    );
    const found = await store.experiment(place("here"), question({ ratios: [COST, ERRORS] }));
    expect(sums(found)).toEqual({ opus: [1, 40, 1], sonnet: [1, 5, 0] });
    expect([found.movers, found.since, found.until, found.periods]).toEqual([0, NOW, NOW + 2 * DAY_MS, [NOW]]);
    const byDefault = await store.experiment(place("here"), question({ address: "default" }));
    expect(sums(byDefault)).toEqual({ opus: [1, 0] });
    expect(await store.experiment(place("nowhere"), question())).toMatchObject({ rows: [], movers: 0 });
  });

  test("[experiment-movers] who met two arms is left out and counted; a bandit keeps them for the first", async () => {
    await put(
      "movers",
      meets("ann", 1),
      calls("ann", 1, { costMicroUsd: 10 }),
      meets("ann", 3, SONNET),
      calls("ann", 3, { costMicroUsd: 900 }, SONNET),
      meets("bob", 1, SONNET),
    );
    const left = await store.experiment(place("movers"), question());
    expect([sums(left), left.movers]).toEqual([{ sonnet: [1, 0] }, 1]);
    const kept = await store.experiment(place("movers"), question({ keepsMovers: true }));
    expect([sums(kept), kept.movers]).toEqual([{ opus: [1, 10], sonnet: [1, 0] }, 1]);
  });

  test("the week before first exposure is a person's history; another variant than the baseline in it is a stray", async () => {
    await put(
      "history",
      calls("ann", -24, { costMicroUsd: 7 }),
      meets("ann", 1, SONNET),
      calls("ann", 2, { costMicroUsd: 9 }, SONNET),
      calls("bob", -8 * 24, { costMicroUsd: 400 }),
      meets("bob", 1),
      calls("cid", -1, { costMicroUsd: 70 }, SONNET),
      meets("cid", 2),
    );
    const { rows } = await store.experiment(place("history"), question());
    const parts = rows.flatMap(({ variant, part, people, strayed, moments }) =>
      part.by === "period" ? [[variant, part.hasHistory, people, strayed, moments[0]?.means]] : [],
    );
    expect(parts).toEqual([
      ["opus", false, 1, 0, [0, 1, 0, 1]],
      ["opus", true, 1, 1, [0, 1, 70, 1]],
      ["sonnet", true, 1, 0, [9, 1, 7, 1]],
    ]);
  });

  test("moments are those of the people; periods and days are of first exposures", async () => {
    const costs = [3, 8, 8, 20, 61];
    await put(
      "moments",
      ...costs.flatMap((costMicroUsd, index) => [
        meets(`p${index}`, 10 * index),
        calls(`p${index}`, 10 * index, { costMicroUsd }),
      ]),
    );
    const { rows } = await store.experiment(place("moments"), question({ periods: [NOW, at(15)] }));
    const mean = 20;
    const product = costs.reduce((sum, cost) => sum + (cost - mean) ** 2, 0);
    const bySource = rows.find(({ part }) => part.by === "source");
    expect(bySource?.moments[0]?.means[0]).toBeCloseTo(mean, 9);
    expect(bySource?.moments[0]?.products[0]?.[0]).toBeCloseTo(product, 6);
    expect(wholes({ rows } as ExperimentStatistics).map(({ part, people }) => [part, people])).toEqual([
      [{ by: "period", period: 0, hasHistory: false }, 2],
      [{ by: "period", period: 1, hasHistory: false }, 3],
    ]);
    expect(rows.flatMap(({ part, people }) => (part.by === "day" ? [[part.day, people]] : []))).toEqual([
      [Date.UTC(2026, 10, 20), 2],
      [Date.UTC(2026, 10, 21), 2],
      [Date.UTC(2026, 10, 22), 1],
    ]);
  });

  test("the app's own events count for whoever they name, within their window; of feedback the last word", async () => {
    const tells = (targetingKey: string, hours: number, more: object = {}): KeptEvent => ({
      ...base(),
      served: undefined,
      targetingKey,
      at: at(hours),
      kind: "metric",
      name: "bought",
      value: 50,
      ...more,
    });
    const says = (targetingKey: string, hours: number, value: number): KeptEvent => ({
      ...base(),
      targetingKey,
      at: at(hours),
      run: `run-${targetingKey}`,
      kind: "feedback",
      name: "thumbs",
      value,
    });
    await put(
      "told",
      meets("ann", 0),
      tells("ann", 1),
      tells("ann", 2),
      tells("ann", 30),
      tells("ann", 1, { name: "other" }),
      says("ann", 1, 0),
      says("ann", 2, 1),
      meets("bob", 0),
      tells("bob", -1),
      says("bob", 1, 0),
      calls("bob", 1),
    );
    const sum = (take: "sum" | "total" | "valued"): AskedRatio => ({
      ...BOUGHT,
      y: { ...(BOUGHT.y as object), take } as AskedRatio["y"],
    });
    const ratios: AskedRatio[] = [
      BOUGHT,
      sum("sum"),
      sum("total"),
      sum("valued"),
      { y: "thumbs_down", d: "runs" },
      { y: "thumbs_up", d: "runs" },
    ];
    const found = await store.experiment(place("told"), question({ ratios }));
    expect(sums(found)).toEqual({ opus: [2, 1, 40, 40, 2, 1, 1] });
    expect(sums(found, 1)).toEqual({ opus: [2, 2, 2, 2, 2, 1, 1] });
  });

  test("quantiles are those of the values, with each person's share of the values below", async () => {
    await put(
      "quantiles",
      ...Array.from({ length: 10 }, (_, person) => [
        meets(`p${person}`, 0),
        ...Array.from({ length: 20 }, (_, index) => calls(`p${person}`, 1, { durationMs: 1 + 10 * person + index })),
      ]).flat(),
    );
    const { quantiles } = await store.experiment(
      place("quantiles"),
      question({ quantiles: [{ quantile: 0.5, of: "duration" }] }),
    );
    const [row] = quantiles;
    expect(quantiles).toMatchObject([{ place: 0, variant: "opus", values: 200, below: { n: 10 } }]);
    const sorted = Array.from({ length: 200 }, (_, index) => 1 + 10 * Math.floor(index / 20) + (index % 20)).sort(
      (one, other) => one - other,
    );
    expect(row?.quantile).toBe(sorted[99]);
    expect([row?.lower, row?.upper]).toEqual([
      sorted[Math.ceil(200 * (0.5 - 1.96 * Math.sqrt(0.25 / 200))) - 1],
      sorted[Math.ceil(200 * (0.5 + 1.96 * Math.sqrt(0.25 / 200))) - 1],
    ]);
    expect(row?.below.means[1]).toBe(20);
    expect(row?.below.means[0]).toBeCloseTo(10, 0);
  });
}
