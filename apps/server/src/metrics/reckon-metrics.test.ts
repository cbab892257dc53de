/** Metrics as a project defines them: each type by hand, and what cannot be reckoned has no value. */

import { expect, test } from "vitest";
import type { BaseRow, ToldRow } from "../telemetry/event-store.ts";
import { HOUR_MS } from "../telemetry/times.ts";
import { askedBy, type NamedDefinition, reckonMetrics } from "./reckon-metrics.ts";

const shared = { event: "bought", direction: "up" } as const;
const RATE: NamedDefinition = { ...shared, name: "conversion", type: "rate", windowHours: 2 };
const MEAN: NamedDefinition = { ...shared, name: "basket", type: "mean", cap: 50, unit: "USD" };
const RATIO: NamedDefinition = { ...shared, name: "a-visit", type: "ratio", per: "visited", cap: 50, direction: "down" };
const QUANTILE: NamedDefinition = { ...shared, name: "slow", type: "quantile", quantile: 0.95 };

const row = (place: number, more: Partial<ToldRow> = {}): ToldRow => ({
  place,
  variant: "opus",
  count: 4,
  people: 3,
  metPeople: 2,
  valued: 3,
  sum: 90,
  total: 91,
  quantiles: [10, 20, 30, 40, 50],
  ...more,
});
const base = (variant: string): BaseRow => ({ variant, people: 13, met: 8, exposures: 26 });

test("what is asked is each definition's events, then those of the ratios", () => {
  const per = (what: string): NamedDefinition => ({ ...shared, name: what, type: "ratio", per: what });
  expect(askedBy([RATE, MEAN, RATIO, per("people"), per("exposures")])).toEqual([
    { event: "bought", cap: null, windowMs: 2 * HOUR_MS },
    { event: "bought", cap: 50, windowMs: 24 * HOUR_MS },
    { event: "bought", cap: 50, windowMs: 24 * HOUR_MS },
    { event: "bought", cap: null, windowMs: 24 * HOUR_MS },
    { event: "bought", cap: null, windowMs: 24 * HOUR_MS },
    { event: "visited", cap: null, windowMs: 24 * HOUR_MS },
  ]);
});

test.each<[string, NamedDefinition, number | null, number | null, number | null]>([
  ["a rate is of those who met the variant in that time", RATE, 2 / 8, 2, 8],
  ["a mean is of the events with a value", MEAN, 30, 90, 3],
  ["a quantile is one of those that were reckoned", QUANTILE, 40, null, null],
  ["a ratio by people", { ...RATIO, per: "people" }, 7, 91, 13],
  ["a ratio by exposures", { ...RATIO, per: "exposures" }, 3.5, 91, 26],
])("%s", (_what, definition, value, numerator, denominator) => {
  const { name, type, direction, unit = null } = definition;
  expect(reckonMetrics([definition], [row(0)], [base("opus")])).toEqual([
    { name, type, direction, unit, variant: "opus", count: 4, people: 3, value, numerator, denominator },
  ]);
});

test("a ratio is of its own events by those that it names, each where they stand in what was told", () => {
  const told = [row(0), row(1), row(2, { total: 7 }), row(2, { variant: "sonnet", total: 5 })];
  const metrics = reckonMetrics([MEAN, RATIO], told, [base("opus"), base("haiku")]);
  expect(metrics.map(({ name, variant, value }) => [name, variant, value])).toEqual([
    ["basket", "haiku", null],
    ["basket", "opus", 30],
    ["a-visit", "haiku", null],
    ["a-visit", "opus", 13],
  ]);
});

test("where nothing was told, or nobody met the variant, there is no value and never 0 of nothing", () => {
  const without = row(0, { valued: 0, sum: 0, quantiles: null });
  expect(reckonMetrics([MEAN], [without], []).map(({ value, denominator }) => [value, denominator])).toEqual([[null, 0]]);
  expect(reckonMetrics([QUANTILE], [without], []).map(({ value }) => value)).toEqual([null]);
  expect(reckonMetrics([QUANTILE, RATE], [], [base("opus")]).map(({ value }) => value)).toEqual([null, 0]);
  expect(reckonMetrics([RATE], [row(0)], []).map(({ value }) => value)).toEqual([null]);
  expect(reckonMetrics([RATE], [], [])).toEqual([]);
});
