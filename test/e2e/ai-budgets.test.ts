/** Budgets in dollars with the real server and two instances of the real SDK: what they spend together, and what a shadow may. */

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { FlagDefinition } from "@dimmer/evaluation";
import { openManagement, type Operation } from "@dimmer/protocol";
import { type Dimmer, openDimmer } from "@dimmer/sdk-server";
import { expect, onTestFinished, test } from "vitest";
import { startServerProcess } from "./processes.ts";

const PROJECT = "demo";
const USER = { targetingKey: "user-1" };
const CALL_MICRO_USD = 2_000;
const CALLS = 1_200;
const AMOUNT = CALLS * CALL_MICRO_USD;
const DEFINITION: FlagDefinition = {
  type: "string",
  purpose: "release",
  owner: "search",
  permanent: true,
  variants: { opus: { value: "opus" }, haiku: { value: "haiku" }, plain: { value: "plain" } },
  environments: { production: { enabled: true, fallback: "plain", default: { variant: "opus" } } },
};

test("[dollar-budget] [shadow-spend-cap] budgets in dollars, of two instances and of a shadow", async () => {
  const server = await startServerProcess();
  const management = openManagement({ url: server.url, token: server.token });
  const change = async (operation: Operation): Promise<void> => {
    expect(await management.submitChange(PROJECT, { operations: [operation] })).toMatchObject({ status: "applied" });
  };
  for (const flag of ["chat", "summary"]) await change({ kind: "create-flag", flag, definition: DEFINITION });
  const open = async (): Promise<Dimmer> => {
    const dimmer = openDimmer({ url: server.url, key: server.key });
    onTestFinished(() => dimmer.close());
    await dimmer.ready();
    return dimmer;
  };
  const instances = [await open(), await open()] as const;
  await spendTogether(change, instances);
  await spendUnseen(change, instances[0]);
}, 60_000);

/** Hardly more than the budget: what a moment's calls cost. */
async function spendTogether(change: (operation: Operation) => Promise<void>, instances: readonly Dimmer[]): Promise<void> {
  const here = { flag: "chat", environment: "production" } as const;
  await change({ kind: "set-spend", ...here, budget: "total", spend: { period: "day", amountMicroUsd: AMOUNT } });
  let spent = 0;
  const call = (dimmer: Dimmer): boolean => {
    if (!dimmer.takeBudget("chat", "opus", USER)) return false;
    tell(dimmer, "chat", "opus");
    spent += CALL_MICRO_USD;
    return true;
  };
  // Until the first lease nothing is known: a budget is usually older than a burst.
  for (let turn = 0; turn < 5; turn++) {
    await sleep(300);
    for (const dimmer of instances) call(dimmer);
    await Promise.all(instances.map((dimmer) => dimmer.flush()));
  }
  let deniedInARow = 0;
  for (let turn = 0; turn < 1_500 && deniedInARow < 100; turn++) {
    await sleep(10);
    for (const dimmer of instances) {
      const isAny = [call(dimmer), call(dimmer)].includes(true);
      deniedInARow = isAny ? 0 : deniedInARow + 1;
    }
  }
  expect(deniedInARow, "it ends").toBeGreaterThanOrEqual(100);
  expect(spent / AMOUNT, "no more than it").toBeLessThanOrEqual(1.02);
  expect(spent / AMOUNT, "and nearly all of it").toBeGreaterThan(0.9);
}

/** A shadow is asked no more once its calls have cost what they may in a day, and again when that is more. */
async function spendUnseen(change: (operation: Operation) => Promise<void>, dimmer: Dimmer): Promise<void> {
  const here = { flag: "summary", environment: "production" } as const;
  const shadow = { variant: "haiku", percent: 100, callsPerMinute: 100_000, dailyBudgetMicroUsd: 10 * CALL_MICRO_USD };
  await change({ kind: "set-shadow", ...here, shadow });
  await expect.poll(() => dimmer.shadow("summary", USER)?.variant).toBe("haiku");
  const ask = (): boolean => {
    const isAsked = dimmer.shadow("summary", USER) !== undefined;
    if (isAsked) tell(dimmer, "summary", "haiku", { shadow: true });
    else tell(dimmer, "summary", "opus");
    return isAsked;
  };
  for (let call = 0; call < 10; call++) expect(ask()).toBe(true);
  await expect.poll(ask, { timeout: 10_000, interval: 200 }).toBe(false);
  await change({ kind: "set-shadow", ...here, shadow: { ...shadow, dailyBudgetMicroUsd: 1_000 * CALL_MICRO_USD } });
  await expect.poll(ask, { timeout: 10_000, message: "a larger one lets it go on" }).toBe(true);
}

/** Tells of a call that has just ended. */
function tell(dimmer: Dimmer, flag: string, variant: string, more: object = {}): void {
  dimmer.record({
    id: randomUUID(),
    at: Date.now(),
    kind: "generation",
    operation: "chat",
    attempt: 1,
    durationMs: 10,
    costMicroUsd: CALL_MICRO_USD,
    served: { flag, variant },
    ...more,
  });
}
