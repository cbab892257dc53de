/** What every store of events says of what calls cost, for the budgets in dollars. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { ALL, call, NOW, OPUS, place, received, SONNET } from "./sample-events.contract.ts";
import type { TelemetryStore } from "./telemetry-store.ts";
import { DAY_MS, dayOf } from "./times.ts";

export function spendingContract(open: () => Promise<TelemetryStore>): void {
  let store: TelemetryStore;
  beforeAll(async () => (store = await open()));
  afterAll(() => store.close());

  test("[dollar-budget] what calls cost is added up by step and attributes: unseen and forced ones too, none that was never made", async () => {
    const free = { attributes: { plan: "free" } };
    await store.appendEvents([
      received("spend", [
        call(free),
        call({ ...free, shadow: true, costMicroUsd: 100 }),
        call({ ...free, at: NOW + DAY_MS, costMicroUsd: undefined }),
        call({ costMicroUsd: 30 }, { ...SONNET, overridden: true }),
        call({ errorType: "timeout", costMicroUsd: undefined }),
        call({ errorType: "budget", costMicroUsd: undefined }),
        call({ ...free }, { ...OPUS, flag: "other" }),
      ]),
    ]);
    const question = { since: 0, until: NOW + 2 * DAY_MS, flag: "summarizer", stepMs: DAY_MS, byAttributes: true };
    const row = { at: dayOf(NOW), variant: "opus", isShadow: false, attributes: '{"plan":"free"}', calls: 1, unpriced: 0 };
    expect(await store.spend(place("spend"), question)).toEqual([
      { ...row, at: dayOf(NOW) + DAY_MS, unpriced: 1, costMicroUsd: 0 },
      { ...row, costMicroUsd: 7_500 },
      { ...row, isShadow: true, costMicroUsd: 100 },
      { ...row, variant: "sonnet", attributes: null, costMicroUsd: 30 },
      { ...row, attributes: null, costMicroUsd: 0 },
    ]);
    const all = await store.spend(place("spend"), { ...question, byAttributes: false, stepMs: 4 * DAY_MS * 100_000 });
    expect(all.map(({ variant, calls, costMicroUsd }) => [variant, calls, costMicroUsd])).toEqual([
      ["opus", 3, 7_500],
      ["opus", 1, 100],
      ["sonnet", 1, 30],
    ]);
    const [event] = await store.events(place("spend"), { ...ALL, flag: "other", targetingKeys: [], limit: 1 });
    expect(event).toMatchObject(free);
  });
}
