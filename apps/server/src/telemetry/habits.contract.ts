/** What every store says of what is usual, and of who spends. */

import { afterAll, beforeAll, expect, test } from "vitest";
import type { EvaluationCount } from "@dimmer/protocol";
import { base, call, NOW, OPUS, place, received, SONNET } from "./sample-events.contract.ts";
import type { TelemetryStore } from "./telemetry-store.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "./times.ts";

/** Each test has an environment of its own. */
export function habitsContract(open: () => Promise<TelemetryStore>): void {
  let store: TelemetryStore;
  beforeAll(async () => (store = await open()));
  afterAll(() => store.close());

  let drawn = 0;
  const count = async (environment: string, minute: number, evaluations: readonly Partial<EvaluationCount>[]) => {
    const filled = evaluations.map((one) => ({ flag: "summarizer", reason: "SPLIT", count: 1, ...one }) as const);
    const batch = {
      format: 1,
      batch: `batch-of-the-contract-${drawn++}`,
      minute,
      dropped: 0,
      people: [],
      attributes: [],
    } as const;
    await store.append([{ ...place(environment), source: "server", receivedAt: NOW, batch: { ...batch, evaluations: filled } }]);
  };

  test("signals are those of the last hours and of the same hours of the days before, by variant", async () => {
    const at = (ms: number) => ({ at: NOW - ms });
    const events = [
      call(at(1)),
      call({ ...at(HOUR_MS), outputTokens: undefined }),
      call({ ...at(HOUR_MS), errorType: "timeout" }),
      call({ ...at(2), shadow: true }),
      { ...base(), ...at(3), kind: "exposure" },
      { ...base(SONNET), ...at(3), kind: "feedback", name: "thumbs", value: 1 },
      // Out of the hours, and too long ago.
      call(at(HOUR_MS + 1)),
      call({ ...at(DAY_MS + 1), outputTokens: 0 }),
      call(at(DAY_MS + 2 * HOUR_MS)),
      call(at(3 * DAY_MS + 1)),
    ] as const;
    await store.appendEvents([received("signals", events)]);
    const question = { until: NOW, windowMs: HOUR_MS, days: 2 };
    const of = { flag: "summarizer", exposures: 0, calls: 0, metered: 0, feedback: 0 };
    expect(await store.signals(place("signals"), question)).toEqual([
      { ...of, variant: "opus", daysBefore: 0, exposures: 1, calls: 2, metered: 1 },
      { ...of, variant: "sonnet", daysBefore: 0, feedback: 1 },
      { ...of, variant: "opus", daysBefore: 1, calls: 1 },
    ]);
    await count("signals", NOW - MINUTE_MS, [{ count: 5 }]);
    await count("signals", NOW - MINUTE_MS - DAY_MS, [{ count: 7 }, { flag: "other" }]);
    await count("signals", NOW - 2 * HOUR_MS, [{ count: 100 }]);
    expect(await store.asked(place("signals"), question)).toEqual([
      { flag: "summarizer", daysBefore: 0, evaluations: 5 },
      { flag: "other", daysBefore: 1, evaluations: 1 },
      { flag: "summarizer", daysBefore: 1, evaluations: 7 },
    ]);
  });

  test("premium answers are counted by hour and by the rule or path that gave them, without what was forced", async () => {
    const hour = Math.floor(NOW / HOUR_MS) * HOUR_MS;
    await count("premium", hour, [
      { variant: "opus", path: "rule", rule: "paid", count: 3 },
      { variant: "sonnet", path: "rule", rule: "paid", count: 4 },
      { variant: "opus", path: "override", count: 9 },
      { variant: "sonnet", path: "default", count: 20 },
      { flag: "other", variant: "opus", path: "default", count: 50 },
    ]);
    await count("premium", hour - MINUTE_MS, [{ variant: "opus", path: "default", count: 1 }]);
    const question = { since: 0, until: NOW + DAY_MS, flag: "summarizer", variants: ["opus"] };
    expect(await store.premium(place("premium"), question)).toEqual([
      { tier: "default", at: hour, premium: 0, evaluations: 20 },
      { tier: "paid", at: hour, premium: 3, evaluations: 7 },
      { tier: "default", at: hour - HOUR_MS, premium: 1, evaluations: 1 },
    ]);
  });

  test("spenders come by what they cost, each with its part, shadows and steps as well", async () => {
    const events = [
      call({ costMicroUsd: 100 }),
      call({ costMicroUsd: 50, shadow: true, targetingKey: "user-2" }, SONNET),
      call({ costMicroUsd: undefined, targetingKey: "user-2" }, SONNET),
      call({ costMicroUsd: 30, targetingKey: undefined }, { ...OPUS, flag: "other", path: "default", rule: undefined }),
      { ...base(), kind: "step", operation: "rerank", durationMs: 1, costMicroUsd: 7 },
      { ...base(), kind: "exposure" },
    ] as const;
    await store.appendEvents([received("spenders", events)]);
    const span = { since: 0, until: NOW + DAY_MS };
    const ask = async (by: "person" | "flag" | "variant" | "rule" | "model", more: object = {}) =>
      (await store.spenders(place("spenders"), { ...span, by, flag: "", limit: 9, ...more })).map(
        ({ name, costMicroUsd }) => `${name} ${costMicroUsd}`,
      );
    expect(await ask("person")).toEqual(["user-1 107", "user-2 50", "null 30"]);
    expect(await ask("variant")).toEqual(["summarizer:opus 107", "summarizer:sonnet 50", "other:opus 30"]);
    expect(await ask("rule")).toEqual(["summarizer/paid 157", "other/default 30"]);
    expect(await ask("flag", { flag: "summarizer" })).toEqual(["summarizer 157"]);
    const [first] = await store.spenders(place("spenders"), { ...span, by: "flag", flag: "", limit: 1 });
    expect(first).toEqual({
      name: "summarizer",
      costMicroUsd: 157,
      calls: 4,
      priced: 3,
      inputTokens: 3_000,
      outputTokens: 300,
      people: 2,
      allMicroUsd: 187,
    });
  });
}
