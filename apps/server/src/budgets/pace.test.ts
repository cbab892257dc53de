/** How fast a budget is spent, and what its period will come to. */

import type { SpendBudget } from "@dimmer/evaluation";
import { expect, test } from "vitest";
import type { SpendRow } from "../telemetry/event-store.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../telemetry/times.ts";
import { openPace, paceOf } from "./pace.ts";

/** The noon of a Friday, in a month of 30 days. */
const NOON = Date.UTC(2026, 10, 20, 12);
const MONTH: SpendBudget = { period: "month", amountMicroUsd: 720_000 };
const DAY: SpendBudget = { period: "day", amountMicroUsd: 24_000 };

/** So much an hour, from so many hours before now on. */
const hourly = (hours: number, costMicroUsd: number, upTo = NOON) =>
  Array.from({ length: hours }, (_, hour) => ({ at: upTo - (hour + 1) * HOUR_MS, costMicroUsd }));
const steps = (minutes: number, costMicroUsd: number) =>
  Array.from({ length: minutes / 5 }, (_, step) => ({ at: NOON - (step + 1) * 5 * MINUTE_MS, costMicroUsd }));

test.each([
  ["an even pace", MONTH, steps(60, 1_000 / 12), []],
  ["14.4 times it for an hour", MONTH, steps(60, (14.4 * 1_001) / 12), [["page", 1]]],
  ["the same, but over since ten minutes", MONTH, steps(60, (14.4 * 1_001) / 12).slice(2), []],
  ["1.1 times it for three days", MONTH, steps(72 * 60, (1.1 * 1_000) / 12), [["warn", 72]]],
  ["of a day, 2.4 times it for two hours", DAY, steps(120, (2.4 * 1_001) / 12), [["page", 2]]],
])("[budget-burn] %s", (_name, definition, recent, expected) => {
  const { burns } = paceOf(definition, recent, [], NOON);
  expect(burns.map(({ severity, hours }) => [severity, hours])).toEqual(expected);
});

test("[budget-burn] the forecast goes by how each hour of a week usually goes; without a week there is none", () => {
  expect(paceOf(MONTH, [], hourly(100, 1_000), NOON).forecast).toBeNull();
  const even = paceOf(MONTH, [], hourly(4 * 168, 1_000), NOON).forecast;
  // What is left of this hour is not forecast.
  expect(even?.totalMicroUsd).toBe(719_000);
  expect(even?.chanceOver).toBe(0);
  const twice = paceOf({ ...MONTH, amountMicroUsd: 600_000 }, [], hourly(4 * 168, 1_000), NOON).forecast;
  expect(twice?.chanceOver).toBe(1);
  const fresh = paceOf(MONTH, [], hourly(8 * 24, 1_000), NOON).forecast;
  expect(fresh?.chanceOver, "one week says little of how far weeks differ").toBeGreaterThan(0);
  const risen = paceOf(MONTH, [], [...hourly(72, 3_000), ...hourly(4 * 168 - 72, 1_000, NOON - 72 * HOUR_MS)], NOON).forecast;
  expect(risen?.totalMicroUsd, "a week that goes twice as high").toBeGreaterThan(900_000);
  expect(risen?.chanceOver).toBeGreaterThan(0.5);
});

test("[budget-burn] a budget's pace is of its own calls, and one of each value has none", async () => {
  const row = (more: Partial<SpendRow>): SpendRow => ({
    at: NOON - MINUTE_MS,
    variant: "opus",
    isShadow: false,
    attributes: null,
    calls: 1,
    unpriced: 0,
    costMicroUsd: 5_000,
    ...more,
  });
  const rows = [row({ attributes: '{"plan":"free"}' }), row({ isShadow: true, variant: "haiku" })];
  const pace = openPace({ store: { spend: () => Promise.resolve(rows) }, clock: () => NOON });
  const place = { project: "p", environment: "e" };
  const budgets = new Map<string | null, SpendBudget>([
    ["free", { ...DAY, attribute: "plan", value: "free" }],
    ["pro", { ...DAY, attribute: "plan", value: "pro" }],
    ["each", { ...DAY, attribute: "plan" }],
    [null, DAY],
  ]);
  await pace.look(place, "chat", budgets);
  const burns = [...budgets.keys()].map((budget) => pace.of(place, "chat", budget)?.burns.length);
  expect(burns).toEqual([1, 0, undefined, 1]);
  expect(NOON % DAY_MS).toBe(DAY_MS / 2);
});
