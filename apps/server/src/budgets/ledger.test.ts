/** What was spent of budgets: from the store, from what is on its way to it, and with each new period from nothing. */

import type { Snapshot, SnapshotFlag, SpendBudget } from "@dimmer/evaluation";
import { SPEND_LIMITS } from "@dimmer/protocol";
import { expect, test } from "vitest";
import type { SpendRow } from "../telemetry/event-store.ts";
import { DAY_MS } from "../telemetry/times.ts";
import { openLeases } from "./leases.ts";
import { openLedger, READ_EVERY_MS, type SpentCalls } from "./ledger.ts";

const PLACE = { project: "p", environment: "e" };
const NOON = Date.UTC(2026, 10, 20, 12);
const DAY: SpendBudget = { period: "day", amountMicroUsd: 1_000 };

const row = (more: Partial<SpendRow> = {}): SpendRow => ({
  at: 0,
  variant: "opus",
  isShadow: false,
  attributes: null,
  calls: 1,
  unpriced: 0,
  costMicroUsd: 10,
  ...more,
});
const spent = (more: Partial<SpentCalls> = {}): SpentCalls => ({
  ...row(),
  at: NOON,
  flag: "chat",
  attributes: undefined,
  ...more,
});

function open(spend: SnapshotFlag["spend"], shadow?: SnapshotFlag["shadow"]) {
  const world = { now: NOON, rows: [] as readonly SpendRow[], asked: 0, onAsked: () => {}, news: 0 };
  const held = { flags: {} as Record<string, unknown> };
  const set = (next: SnapshotFlag["spend"]) => {
    held.flags = { chat: { ...(next === undefined ? {} : { spend: next }), ...(shadow === undefined ? {} : { shadow }) } };
  };
  set(spend);
  const ledger = openLedger({
    store: {
      async spend() {
        world.asked++;
        const { rows } = world;
        await Promise.resolve();
        world.onAsked();
        return rows;
      },
    },
    clock: () => world.now,
    snapshotOf: () => ({ flags: held.flags }) as unknown as Snapshot,
  });
  ledger.onNews(() => void world.news++);
  const of = (budget: string | null = "total", value: string | null = null) =>
    ledger.of(PLACE, "chat")?.unit(budget, value).spentMicroUsd;
  return { ledger, world, of, set };
}

test("[dollar-budget] nothing is known until it was read; then what is received counts at once", async () => {
  const { ledger, world, of } = open({ total: DAY });
  expect([of(), world.news]).toEqual([undefined, 1]);
  world.rows = [row({ costMicroUsd: 300 })];
  await ledger.read(PLACE);
  expect(of()).toBe(300);
  const batch = [spent(), spent({ flag: "other" }), spent({ at: NOON - DAY_MS })];
  ledger.received(PLACE, batch);
  expect([of(), world.news]).toEqual([310, 3]);
  ledger.settled(PLACE, batch, false);
  expect(of(), "it had come before").toBe(300);
});

test("[dollar-budget] what is on its way while the store is asked is in the sum whether the answer has it or not", async () => {
  const { ledger, world, of } = open({ total: DAY });
  const [before, during] = [[spent()], [spent({ costMicroUsd: 5 })]];
  ledger.received(PLACE, before);
  world.onAsked = () => {
    ledger.settled(PLACE, before, true);
    ledger.received(PLACE, during);
  };
  await ledger.read(PLACE);
  expect(of()).toBe(15);
});

test("it is read anew after a minute or when the budgets are others, and not before", async () => {
  const { ledger, world, of, set } = open({ total: DAY });
  await ledger.read(PLACE);
  await ledger.read(PLACE);
  expect(world.asked).toBe(1);
  world.now += READ_EVERY_MS;
  await ledger.read(PLACE);
  expect(world.asked).toBe(2);
  set({ total: { ...DAY, amountMicroUsd: 2_000 }, monthly: { ...DAY, period: "month" } });
  expect(of()).toBeUndefined();
  await ledger.read(PLACE);
  expect([world.asked, of(), of("monthly")]).toEqual([4, 0, 0]);
  set(undefined);
  await ledger.read(PLACE);
  expect(ledger.of(PLACE, "chat")).toBeUndefined();
});

test("with the next day a day's budget is whole again, and a month's is not", async () => {
  const { ledger, world, of } = open({ total: DAY, monthly: { ...DAY, period: "month" } });
  await ledger.read(PLACE);
  ledger.received(PLACE, [spent()]);
  expect([of(), of("monthly")]).toEqual([10, 10]);
  world.now += DAY_MS;
  expect([of(), of("monthly")]).toEqual([0, 10]);
});

test("a variant, the values of an attribute and a shadow have sums of their own", async () => {
  const shadow = { variant: "haiku", percent: 1, callsPerMinute: 1, dailyBudgetMicroUsd: 50 };
  const { ledger, world, of } = open({ opus: { ...DAY, variant: "opus" }, each: { ...DAY, attribute: "plan" } }, shadow);
  world.rows = [row({ attributes: '{"plan":"free"}' }), row({ variant: "haiku", isShadow: true, costMicroUsd: 3 })];
  await ledger.read(PLACE);
  ledger.received(PLACE, [spent({ attributes: { plan: "pro" } })]);
  expect([of("opus"), of("each", "free"), of("each", "pro"), of(null)]).toEqual([20, 10, 10, 3]);
  const flag = ledger.of(PLACE, "chat");
  expect([...(flag?.calls ?? [])]).toEqual([
    ["opus", 10],
    ["haiku", 3],
  ]);
  const flood = Array.from({ length: SPEND_LIMITS.values + 5 }, (_, at) => spent({ attributes: { plan: `p${at}` } }));
  ledger.received(PLACE, flood);
  expect(ledger.of(PLACE, "chat")?.of("each")).toHaveLength(SPEND_LIMITS.values);
});

test("what a call costs is told of late: hundreds of dearer ones outweigh what was before", async () => {
  const { ledger } = open({ total: DAY });
  await ledger.read(PLACE);
  ledger.received(PLACE, [
    spent({ calls: 400, costMicroUsd: 400 }),
    spent({ calls: 300, costMicroUsd: 3_000 }),
    spent({ unpriced: 1 }),
  ]);
  expect(ledger.of(PLACE, "chat")?.calls.get("opus")).toBeCloseTo(7.75);
});

const call = (costMicroUsd: number, more: object = {}) =>
  ({
    id: "i",
    at: NOON,
    kind: "generation",
    operation: "chat",
    attempt: 1,
    durationMs: 1,
    costMicroUsd,
    served: { flag: "chat", variant: "opus" },
    ...more,
  }) as const;

test("[dollar-budget] all leases together are never more than what is left, whoever asks how often", async () => {
  const { ledger, world } = open({ total: { ...DAY, cheaper: "haiku" } });
  await ledger.read(PLACE);
  const leases = openLeases({ ledger, clock: () => world.now });
  const ask = (instance: string | undefined, cost = 0) => {
    const events = [call(cost)];
    ledger.received(PLACE, [spent({ costMicroUsd: cost })]);
    return leases.lease(PLACE, instance, events)[0];
  };
  expect(ask(undefined), "without a name there is none").toBeUndefined();
  expect(ask("a")).toMatchObject({
    microUsd: 1_000,
    cheaperMicroUsd: 1_200,
    amountMicroUsd: 1_000,
    hourlyMicroUsd: 100,
    periodMs: DAY_MS / 2,
  });
  expect(ask("b"), "it is all given away").toMatchObject({ microUsd: 0, cheaperMicroUsd: 0 });
  expect(ask("a", 400)).toMatchObject({ microUsd: 300 });
  expect(ask("b"), "what may be under way elsewhere stays away").toMatchObject({ microUsd: 0 });
  world.now += 15_000;
  expect(ask("b"), "who tells of nothing gives it back").toMatchObject({ microUsd: 600 });
  expect(ask("a", 600)).toMatchObject({ microUsd: 0, hourlyMicroUsd: 8 });
});

test("leases are of the budgets that the events are about", async () => {
  const shadow = { variant: "haiku", percent: 1, callsPerMinute: 1, dailyBudgetMicroUsd: 50 };
  const { ledger, world } = open({ opus: { ...DAY, variant: "opus" }, each: { ...DAY, attribute: "plan" } }, shadow);
  await ledger.read(PLACE);
  const leases = openLeases({ ledger, clock: () => world.now });
  const units = leases
    .lease(PLACE, "a", [
      call(1, { attributes: { plan: "free" } }),
      call(1, { attributes: { plan: "free" } }),
      call(1, { attributes: { plan: "pro" } }),
      call(1, { served: { flag: "other", variant: "x" } }),
      call(1, { served: undefined }),
    ])
    .map(({ budget, value }) => [budget, value]);
  expect(units).toEqual([
    ["opus", null],
    ["each", "free"],
    [null, null],
    ["each", "pro"],
  ]);
});
