/** The intake: what it takes, what it leaves out, and that every evaluation is accounted for. */

import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { SnapshotFlag } from "@dimmer/evaluation";
import type { EvaluationCount, TelemetryBatch } from "@dimmer/protocol";
import { flagsIn } from "./admit-batch.ts";
import { openIntake, type Intake, type IntakeCounts } from "./intake.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";
import { type ReceivedBatch, StoreGoneError } from "./telemetry-store.ts";

const FROM = { project: "p", environment: "production", source: "server" } as const;
const FLAGS = flagsIn({
  flags: { model: {} as SnapshotFlag },
  context: {
    plan: { type: "string", values: ["free", "pro"] },
    tier: { type: "string", values: ["gold"], private: true },
    name: { type: "string" },
  },
});
const NOW = Date.UTC(2026, 10, 20, 12);

const counted = (count: number, flag = "model"): EvaluationCount => ({ flag, variant: "on", reason: "STATIC", count });
const batchOf = (batch: string, evaluations: readonly EvaluationCount[], more: Partial<TelemetryBatch> = {}): TelemetryBatch => ({
  format: 1,
  batch,
  minute: NOW,
  dropped: 0,
  evaluations,
  people: [],
  attributes: [],
  ...more,
});

interface World {
  readonly intake: Intake;
  /** What each append was given. */
  readonly appended: ReceivedBatch[][];
  readonly failures: unknown[];
  readonly time: { now: number };
  /** Its counts, which must add up. */
  readonly counts: () => IntakeCounts;
}

function open(append: (batches: readonly ReceivedBatch[], nth: number) => readonly string[] | Error = () => []): World {
  const appended: ReceivedBatch[][] = [];
  const failures: unknown[] = [];
  const time = { now: NOW };
  const store = {
    async append(batches: readonly ReceivedBatch[]) {
      await nextTurn();
      appended.push([...batches]);
      const answer = append(batches, appended.length);
      if (answer instanceof Error) throw answer;
      return { repeated: answer };
    },
  };
  const intake = openIntake({ store, clock: () => time.now, onFailure: (error) => void failures.push(error) });
  const counts = () => {
    const all = intake.counts();
    const { received, stored, repeated, inFlight, droppedNames, droppedFull, droppedFailed } = all;
    expect(received).toBe(stored + repeated + inFlight + droppedNames + droppedFull + droppedFailed);
    return all;
  };
  return { intake, appended, failures, time, counts };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

describe("[telemetry-counted] taken", () => {
  test("is stored together a moment later", async () => {
    const { intake, appended, counts } = open();
    expect(intake.take(FROM, batchOf("one", [counted(3)]), FLAGS)).toEqual({ accepted: 3, dropped: 0 });
    intake.take(FROM, batchOf("two", [counted(4)], { dropped: 9 }), FLAGS);
    expect(counts()).toMatchObject({ received: 7, inFlight: 7, shed: 9 });
    await vi.advanceTimersByTimeAsync(TELEMETRY_LIMITS.gatherMs);
    await intake.settled();
    expect(appended.map((batches) => batches.map(({ batch }) => batch.batch))).toEqual([["one", "two"]]);
    expect(counts()).toMatchObject({ stored: 7, inFlight: 0 });
  });

  test("once and again is stored once, the second after the first", async () => {
    const known = new Set<string>();
    const { intake, appended, counts } = open((batches) =>
      batches.flatMap(({ batch: { batch } }) => (known.has(batch) ? [batch] : (known.add(batch), []))),
    );
    for (const _ of [1, 2]) intake.take(FROM, batchOf("same", [counted(3)]), FLAGS);
    await intake.settled();
    expect(appended).toHaveLength(2);
    expect(counts()).toMatchObject({ received: 6, stored: 3, repeated: 3 });
  });

  test("while the store is away waits, and is given to it when it is back", async () => {
    const { intake, appended, failures, counts } = open((_batches, nth) => (nth <= 30 ? new StoreGoneError("away") : []));
    intake.take(FROM, batchOf("one", [counted(3)]), FLAGS);
    await intake.settled();
    expect(counts()).toMatchObject({ inFlight: 3 });
    for (let at = 0; at < 40; at++) {
      await vi.advanceTimersByTimeAsync(TELEMETRY_LIMITS.retryMs);
      await nextTurn();
      await nextTurn();
    }
    expect([counts().stored, counts().droppedFailed, failures]).toEqual([3, 0, []]);
    expect(appended).toHaveLength(31);
  });

  test("of which only the answer was lost was stored, and is no repetition", async () => {
    const { intake, counts } = open((_batches, nth) => (nth === 1 ? new StoreGoneError("died", true) : ["one"]));
    intake.take(FROM, batchOf("one", [counted(3)]), FLAGS);
    await intake.settled();
    await intake.settled();
    expect(counts()).toMatchObject({ stored: 3, repeated: 0 });
  });

  test("but what breaks the store is dropped alone, after some attempts", async () => {
    const { intake, failures, counts } = open((batches) =>
      batches.some(({ batch }) => batch.batch === "bad") ? new StoreGoneError("died", true) : [],
    );
    intake.take(FROM, batchOf("bad", [counted(3)]), FLAGS);
    intake.take(FROM, batchOf("good", [counted(4)]), FLAGS);
    for (let at = 0; at <= TELEMETRY_LIMITS.attempts; at++) await intake.settled();
    expect(counts()).toMatchObject({ stored: 4, droppedFailed: 3, inFlight: 0 });
    expect(failures).toHaveLength(TELEMETRY_LIMITS.attempts);
  });

  test("beyond what may wait is refused at once", () => {
    const { intake, counts } = open(() => new StoreGoneError("away"));
    for (let at = 0; at < TELEMETRY_LIMITS.waitingBatches; at++) intake.take(FROM, batchOf(`b-${at}`, [counted(1)]), FLAGS);
    expect(intake.take(FROM, batchOf("more", [counted(7)]), FLAGS)).toEqual({ accepted: 0, dropped: 7 });
    expect(counts()).toMatchObject({ inFlight: TELEMETRY_LIMITS.waitingBatches, droppedFull: 7 });
  });
});

describe("left out", () => {
  const minuteStored = async (minute: number): Promise<number | undefined> => {
    const { intake, appended } = open();
    intake.take(FROM, batchOf("one", [counted(1)], { minute }), FLAGS);
    await intake.settled();
    return appended[0]?.[0]?.batch.minute;
  };
  const DECADE = 315_360_000_000;

  test.each([
    ["now", 0, 0],
    ["an hour ago", -3_600_000, -3_600_000],
    ["ten years ago", -DECADE, 0],
    ["in ten years", DECADE, 0],
    ["before all time", -NOW - DECADE, 0],
  ])("%s counts for a time that can be meant", async (_name, offset, counts) => {
    expect(await minuteStored(NOW + offset)).toBe(NOW + counts);
  });

  test("is a flag that there is not, beyond a thousand an hour, whatever is said of it", async () => {
    const { intake, time, counts } = open();
    const flood = (from: number) =>
      Array.from({ length: TELEMETRY_LIMITS.unknownFlags }, (_, at) => counted(1, `made-up-${from + at}`));
    expect(intake.take(FROM, batchOf("one", flood(0)), FLAGS)).toEqual({ accepted: 1_000, dropped: 0 });
    const more = [...flood(1_000), counted(5), counted(2, "made-up-7")];
    expect(intake.take(FROM, batchOf("two", more), FLAGS)).toEqual({ accepted: 7, dropped: 1_000 });
    expect(intake.take({ ...FROM, environment: "staging" }, batchOf("three", flood(1_000)), FLAGS).dropped).toBe(0);
    time.now += 3_600_000;
    expect(intake.take(FROM, batchOf("four", flood(1_000)), FLAGS).dropped).toBe(0);
    expect(counts().droppedNames).toBe(1_000);
  });

  test("are the people and the attributes beyond the bounds", async () => {
    const { intake, appended } = open();
    const attributes = Array.from({ length: TELEMETRY_LIMITS.attributes + 3 }, (_, at) => ({
      path: `a-${at}`,
      types: ["string" as const],
    }));
    const people = [{ sketch: "AAB" }, { flag: "model", sketch: "AAB" }, { flag: "made-up", sketch: "AAB" }];
    intake.take(FROM, batchOf("one", [], { people, attributes }), FLAGS);
    await intake.settled();
    const stored = appended[0]?.[0]?.batch;
    expect(stored?.people).toEqual(people.slice(0, 2));
    expect(stored?.attributes).toHaveLength(TELEMETRY_LIMITS.attributes);
  });
});

test("[private-attributes] how contexts fit is taken of declared attributes alone, and values of those that are listed for all to see", async () => {
  const { intake, appended } = open();
  const counts = { seen: 5, missing: 1, mistyped: 0, notAllowed: 0 };
  const values = ["pro", "gold", "canary"].map((value) => ({ value, count: 1 }));
  const contexts = ["plan", "tier", "name", "elsewhere", "constructor"].map((path) => ({ path, ...counts, values }));
  intake.take(FROM, batchOf("one", [counted(1)], { contexts }), FLAGS);
  await intake.settled();
  expect(appended[0]?.[0]?.batch.contexts).toEqual([
    { path: "plan", ...counts, values: [{ value: "pro", count: 1 }] },
    { path: "tier", ...counts, values: [] },
    { path: "name", ...counts, values: [] },
  ]);
});

test("[private-attributes] what is named within a private attribute is a part of its value, and is left out", async () => {
  const { intake, appended } = open();
  const paths = ["tier", "tier.canary", "tier.canary.x", "tiers.x", "targetingKey", "targetingKey.canary", "org.tier.x"];
  const attributes = paths.map((path) => ({ path, types: ["string"] as const }));
  intake.take(FROM, batchOf("one", [counted(1)], { attributes }), FLAGS);
  await intake.settled();
  const stored = appended[0]?.[0]?.batch.attributes.map(({ path }) => path);
  expect(stored).toEqual(["tier", "tiers.x", "targetingKey", "org.tier.x"]);
});

test("closing stores what is left, where it is worth it", async () => {
  for (const [isWorthStoring, stored] of [
    [true, 3],
    [false, 0],
  ] as const) {
    const { intake, counts } = open();
    intake.take(FROM, batchOf("one", [counted(3)]), FLAGS);
    await intake.close(isWorthStoring);
    expect(counts().stored).toBe(stored);
    expect(vi.getTimerCount()).toBe(0);
  }
});
