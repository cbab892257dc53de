/** What every telemetry store does, whatever is behind it. */

import { afterAll, beforeAll, expect, test } from "vitest";
import type { EvaluationCount, PeopleCount, TelemetryBatch } from "@dimmer/protocol";
import { TELEMETRY_LIMITS } from "./limits.ts";
import type { ReceivedBatch, TelemetryStore } from "./telemetry-store.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "./times.ts";

/** Noon, so that an hour more is the same day. */
export const NOW = Date.UTC(2026, 10, 20, 12);

const EMPTY = { format: 1, dropped: 0, evaluations: [], people: [], attributes: [] } as const;

export const received = (batch: string, more: Partial<TelemetryBatch> = {}, environment = "production"): ReceivedBatch => ({
  project: "p",
  environment,
  source: "server",
  receivedAt: NOW,
  batch: { ...EMPTY, batch, minute: NOW, ...more },
});

export const counted = (count: number, more: Partial<EvaluationCount> = {}): EvaluationCount => ({
  flag: "model",
  variant: "opus",
  valueVersion: 2,
  path: "rule",
  rule: "paid",
  reason: "SPLIT",
  count,
  ...more,
});

const ALL = { since: 0, until: NOW + 1_000 * DAY_MS };
const everybody = (sketch: string): PeopleCount => ({ sketch });
const place = (environment: string) => ({ project: "p", environment });

/** Each test has an environment of its own. */
export function telemetryStoreContract(open: () => Promise<TelemetryStore>): void {
  let store: TelemetryStore;
  beforeAll(async () => (store = await open()));
  afterAll(() => store.close());

  test("nothing was ever told of an environment", async () => {
    const nowhere = place("nowhere");
    const answers = [store.totals(nowhere, ALL), store.series(nowhere, ALL, HOUR_MS, "f"), store.people(nowhere, ALL)];
    expect(await Promise.all([...answers, store.attributes(nowhere)])).toEqual([[], [], [], []]);
  });

  test("counts of the same answer are one sum, the most frequent first, and only of the asked time", async () => {
    const one = received("sum-1", { evaluations: [counted(3), counted(9, { variant: "sonnet" })] }, "sums");
    const other = received("sum-2", { minute: NOW + MINUTE_MS, evaluations: [counted(4)] }, "sums");
    const early = received("sum-3", { minute: NOW - HOUR_MS, evaluations: [counted(100)] }, "sums");
    expect(await store.append([one, other, early])).toEqual({ repeated: [] });
    expect(await store.totals(place("sums"), { since: NOW, until: NOW + 2 * MINUTE_MS })).toEqual([
      { ...counted(9, { variant: "sonnet" }), lastAt: NOW },
      { ...counted(7), lastAt: NOW + MINUTE_MS },
    ]);
    expect(await store.totals(place("sums"), { since: NOW, until: NOW + MINUTE_MS }, "model")).toHaveLength(2);
    expect(await store.totals(place("sums"), ALL, "other")).toEqual([]);
  });

  test("what an answer does not have is not there", async () => {
    const failed: EvaluationCount = { flag: "absent", reason: "ERROR", errorCode: "FLAG_NOT_FOUND", count: 1 };
    await store.append([received("absent-1", { evaluations: [failed] }, "absences")]);
    expect(await store.totals(place("absences"), ALL)).toEqual([{ ...failed, lastAt: NOW }]);
    expect(await store.series(place("absences"), ALL, HOUR_MS, "absent")).toEqual([{ variant: null, at: NOW, count: 1 }]);
  });

  test("a series has a point for each step in which something was counted", async () => {
    const at = (minutes: number, count: number) =>
      received(`series-${minutes}`, { minute: NOW + minutes * MINUTE_MS, evaluations: [counted(count)] }, "series");
    await store.append([at(0, 1), at(1, 2), at(61, 4)]);
    const steps = async (stepMs: number) =>
      (await store.series(place("series"), ALL, stepMs, "model")).map(({ at: from, count }) => [(from - NOW) / MINUTE_MS, count]);
    expect(await steps(MINUTE_MS)).toEqual([
      [0, 1],
      [1, 2],
      [61, 4],
    ]);
    expect(await steps(HOUR_MS)).toEqual([
      [0, 3],
      [60, 4],
    ]);
  });

  test("when each flag was last asked for, and on which days anything was", async () => {
    const at = (batch: string, minute: number, flag: string) =>
      received(batch, { minute, evaluations: [counted(1, { flag })] }, "uses");
    const today = NOW - 12 * HOUR_MS;
    await store.append([at("uses-1", NOW - 3 * DAY_MS, "model"), at("uses-2", NOW - DAY_MS, "old"), at("uses-3", NOW, "model")]);
    await store.append([received("uses-4", { minute: NOW - 2 * DAY_MS }, "uses")]);
    expect(await store.uses(place("uses"), ALL)).toEqual([
      { flag: "model", lastAt: NOW },
      { flag: "old", lastAt: NOW - DAY_MS },
    ]);
    expect(await store.uses(place("uses"), { since: 0, until: NOW })).toEqual([
      { flag: "old", lastAt: NOW - DAY_MS },
      { flag: "model", lastAt: NOW - 3 * DAY_MS },
    ]);
    // The batch without an evaluation tells of none, and its day is none.
    expect(await store.days(place("uses"), ALL)).toEqual([today - 3 * DAY_MS, today - DAY_MS, today]);
    expect(await store.days(place("uses"), { since: NOW, until: NOW + DAY_MS })).toEqual([today]);
    expect([await store.uses(place("nobody"), ALL), await store.days(place("nobody"), ALL)]).toEqual([[], []]);
  });

  test("[telemetry-counted] the same batch counts once, beside others and alone; another environment may have one of that id", async () => {
    const batch = (environment: string) => received("same-batch", { evaluations: [counted(5)] }, environment);
    await store.append([batch("once")]);
    expect(await store.append([received("another", {}, "once"), batch("once")])).toEqual({ repeated: ["same-batch"] });
    expect(await store.append([batch("elsewhere")])).toEqual({ repeated: [] });
    for (const environment of ["once", "elsewhere"])
      expect(await store.totals(place(environment), ALL)).toMatchObject([{ count: 5 }]);
  });

  test("of batches that cannot all be stored none is", async () => {
    const broken = received("broken", { evaluations: [counted(Number.NaN)] }, "whole");
    await expect(store.append([received("sound", { evaluations: [counted(5)] }, "whole"), broken])).rejects.toThrow(/./u);
    expect(await store.totals(place("whole"), ALL)).toEqual([]);
    expect(await store.append([received("sound", { evaluations: [counted(5)] }, "whole")])).toEqual({ repeated: [] });
    expect(await store.totals(place("whole"), ALL)).toMatchObject([{ count: 5 }]);
  });

  test("sketches of a day are merged, each address apart, and what is no sketch counts nobody", async () => {
    const address = { flag: "model", path: "rule", rule: "paid" } as const;
    const people = (sketch: string) => ({ people: [everybody(sketch), { ...address, sketch }, { ...address, sketch: "junk!" }] });
    await store.append([received("people-1", people("AAB"), "people"), received("people-2", people("ABC"), "people")]);
    await store.append([received("people-3", people("AAB"), "people")]);
    await store.append([received("people-4", { minute: NOW - DAY_MS, people: [everybody("AAD")] }, "people")]);
    const day = NOW - 12 * HOUR_MS;
    expect(await store.people(place("people"), ALL)).toEqual([
      { day, flag: null, path: null, rule: null, sketch: "AABABC" },
      { day: day - DAY_MS, flag: null, path: null, rule: null, sketch: "AAD" },
      { day, ...address, sketch: "AABABC" },
    ]);
    expect(await store.people(place("people"), { since: NOW, until: NOW + DAY_MS })).toHaveLength(2);
  });

  test("attributes have every type they were seen with, and the last day", async () => {
    const seen = (batch: string, minute: number, types: readonly ("string" | "number")[]) =>
      received(batch, { minute, attributes: [{ path: "plan", types }] }, "attributes");
    await store.append([seen("attributes-1", NOW, ["string", "number"]), seen("attributes-2", NOW - DAY_MS, ["string"])]);
    const lastDay = NOW - 12 * HOUR_MS;
    expect(await store.attributes(place("attributes"))).toEqual([
      { path: "plan", type: "number", lastDay },
      { path: "plan", type: "string", lastDay },
    ]);
  });

  test("how contexts fitted is summed by attribute over the days asked for", async () => {
    const counts = (batch: string, minute: number, seen: number) => {
      const plan = { path: "plan", seen, missing: 1, mistyped: 0, notAllowed: 2, values: [{ value: "pro", count: seen - 3 }] };
      const email = { path: "email", seen, missing: 0, mistyped: 0, notAllowed: 0, values: [] };
      return received(batch, { minute, contexts: [plan, email] }, "contexts");
    };
    await store.append([counts("contexts-1", NOW, 10), counts("contexts-2", NOW, 5)]);
    await store.append([counts("contexts-3", NOW - DAY_MS, 100), counts("contexts-1", NOW, 10)]);
    const none = { missing: 0, mistyped: 0, notAllowed: 0, values: [] };
    expect(await store.contexts(place("contexts"), { since: NOW, until: NOW + DAY_MS })).toEqual([
      { ...none, path: "email", seen: 15 },
      { ...none, path: "plan", seen: 15, missing: 2, notAllowed: 4, values: [{ value: "pro", count: 9 }] },
    ]);
    expect((await store.contexts(place("contexts"), ALL))[0]).toMatchObject({ path: "email", seen: 115 });
    expect(await store.contexts(place("elsewhere"), ALL)).toEqual([]);
  });

  // The last one, as time passes in it.
  test("what is old is put together, then forgotten, and sums stay", async () => {
    const evaluations = [counted(1)];
    const minutes = Array.from({ length: 5 }, (_, at) =>
      received(`old-${at}`, { minute: NOW + at * MINUTE_MS, evaluations, people: [everybody("AAB")] }, "old"),
    );
    await store.append(minutes);
    const later = async (batch: string, afterMs: number) =>
      await store.append([{ ...received(batch, { minute: NOW + afterMs }, "old"), receivedAt: NOW + afterMs }]);
    const points = async () => (await store.series(place("old"), ALL, MINUTE_MS, "model")).map(({ count }) => count);
    await later("an-hour", HOUR_MS);
    expect(await points()).toEqual([1, 1, 1, 1, 1]);
    await later("a-week", TELEMETRY_LIMITS.minutesKeptMs + 2 * HOUR_MS);
    expect(await points()).toEqual([5]);
    expect(await store.totals(place("old"), ALL)).toMatchObject([{ count: 5 }]);
    expect(await store.people(place("old"), ALL)).toHaveLength(1);
    await later("a-month", TELEMETRY_LIMITS.peopleKeptMs + DAY_MS);
    expect(await store.people(place("old"), ALL)).toEqual([]);
    await later("years", TELEMETRY_LIMITS.hoursKeptMs + DAY_MS);
    expect(await points()).toEqual([]);
  });
}
