/** The intake of events: each read on its own, priced, stored once, and accounted for. */

import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { GenerationEvent } from "@dimmer/protocol";
import { type EventCounts, type EventIntake, type EventIntakePorts, openEventIntake } from "./event-intake.ts";
import type { ReceivedEvents } from "./event-store.ts";
import { HASHED_KEY, hashKey } from "./hash-key.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";
import { unpackEvents } from "./packed-events.ts";
import { StoreGoneError } from "./telemetry-store.ts";
import { DAY_MS } from "./times.ts";

const FROM = { project: "p", environment: "production", source: "server" } as const;
const NOW = Date.UTC(2026, 10, 20, 12);
const SERVED = { flag: "summarizer", variant: "opus" };

let drawn = 0;
const exposure = (more: object = {}) => ({
  kind: "exposure",
  id: `event-of-intake-${drawn++}`,
  at: NOW,
  served: SERVED,
  ...more,
});
const generation = (more: Partial<GenerationEvent> = {}) => ({
  ...exposure({ kind: "generation" }),
  operation: "chat",
  attempt: 1,
  durationMs: 5,
  ...more,
});

interface World {
  readonly intake: EventIntake;
  readonly appended: ReceivedEvents[][];
  readonly failures: unknown[];
  /** Variants whose calls were heard to be kept. */
  readonly stored: readonly string[];
  /** What was added up of budgets. */
  readonly spending: readonly string[];
  /** Its counts, which must add up. */
  readonly counts: () => EventCounts;
}

function open(
  append: (received: readonly ReceivedEvents[], nth: number) => readonly number[] | Error = (all) => all.map(() => 0),
  secretOf: EventIntakePorts["secretOf"] = () => Promise.resolve(undefined),
): World {
  const appended: ReceivedEvents[][] = [];
  const failures: unknown[] = [];
  const stored: string[] = [];
  const spending: string[] = [];
  const intake = openEventIntake({
    store: {
      async appendEvents(packed) {
        await nextTurn();
        const received = packed.map(unpackEvents);
        appended.push(received);
        const answer = append(received, appended.length);
        if (answer instanceof Error) throw answer;
        return { repeated: answer };
      },
    },
    clock: () => NOW,
    price: (_project, { requestModel }) => (requestModel === "priced" ? { costMicroUsd: 12, priceFrom: "table 1" } : undefined),
    secretOf,
    onStored: (_place, { calls }) => void stored.push(...calls.map(({ variant }) => variant)),
    ledger: {
      received: (_place, spent) => void spending.push(`${spent.length} received`),
      settled: (_place, spent, isNew) => void spending.push(`${spent.length} ${isNew ? "kept" : "not kept"}`),
    },
    onFailure: (error) => void failures.push(error),
  });
  const counts = () => {
    const all = intake.counts();
    const { received, stored, repeated, inFlight, droppedInvalid, droppedFull, droppedFailed } = all;
    expect(received).toBe(stored + repeated + inFlight + droppedInvalid + droppedFull + droppedFailed);
    return all;
  };
  return { intake, appended, failures, stored, spending, counts };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

test("[events-counted] what is taken is stored together a moment later; what had come before is counted as such", async () => {
  const { intake, appended, counts } = open(() => [0, 1]);
  expect(intake.take(FROM, [exposure(), generation()])).toEqual({ accepted: 2, dropped: 0, issues: [] });
  intake.take(FROM, [exposure()]);
  expect(counts()).toMatchObject({ received: 3, inFlight: 3 });
  await vi.advanceTimersByTimeAsync(TELEMETRY_LIMITS.gatherMs);
  await intake.settled();
  expect(appended.map((received) => received.map(({ events }) => events.length))).toEqual([[2, 1]]);
  expect(counts()).toMatchObject({ stored: 2, repeated: 1, inFlight: 0 });
});

test("what calls cost counts at once, and no more where it had come before; those that were kept from being made cost nothing", async () => {
  const { intake, spending } = open(() => [0, 1]);
  const taken: number[] = [];
  intake.take(FROM, [generation(), generation({ errorType: "budget" })], (events) => void taken.push(events.length));
  expect([taken, spending]).toEqual([[2], ["1 received"]]);
  intake.take(FROM, [generation()]);
  await vi.advanceTimersByTimeAsync(TELEMETRY_LIMITS.gatherMs);
  await intake.settled();
  expect(spending).toEqual(["1 received", "1 received", "1 kept", "1 not kept"]);
});

test("[nothing-is-known] settled is what was taken before, however much comes after; with the store away it is said not to be", async () => {
  let more = 3;
  const { intake, appended } = open((all) => {
    if (more-- > 0) intake.take(FROM, [exposure()]);
    return all.map(() => 0);
  });
  intake.take(FROM, [exposure()]);
  expect(await intake.settled()).toBe(true);
  expect(appended).toHaveLength(1);
  const away = open(() => new StoreGoneError("away"));
  away.intake.take(FROM, [exposure()]);
  expect(await away.intake.settled()).toBe(false);
});

test("[one-bad-event] one that is none sinks no other and is told by its place; a name that is not known is left out and told", () => {
  const { intake, counts } = open();
  const answer = intake.take(FROM, [
    exposure({ served: undefined }),
    { ...generation(), inputToken: 4, served: { ...SERVED, colour: "red" } },
    "no event",
    exposure(),
  ]);
  expect(answer).toMatchObject({ accepted: 2, dropped: 2 });
  expect(answer.issues).toEqual([
    { index: 0, path: "served", message: expect.any(String), dropped: true },
    { index: 1, path: "served.colour", message: '"colour" is not known here and was left out.', dropped: false },
    { index: 1, path: "inputToken", message: '"inputToken" is not known here and was left out.', dropped: false },
    { index: 2, path: "", message: expect.any(String), dropped: true },
  ]);
  expect(counts()).toMatchObject({ droppedInvalid: 2 });
  const many = intake.take(
    FROM,
    Array.from({ length: 500 }, () => ({})),
  );
  expect([many.dropped, many.issues.length]).toEqual([500, 20]);
});

test("a call is priced when it comes, by the app where it says so; a clock that is wrong hides nothing", async () => {
  const { intake, appended } = open();
  intake.take(FROM, [
    generation({ requestModel: "priced" }),
    generation({ requestModel: "priced", costMicroUsd: 7 }),
    generation({ requestModel: "unknown" }),
    { ...exposure({ kind: "step", served: undefined }), operation: "retrieval", durationMs: 3, costMicroUsd: 5 },
    exposure({ at: NOW - 2 * DAY_MS }),
    exposure({ at: NOW - 1_000.4 }),
  ]);
  await intake.settled();
  const events = appended[0]?.[0]?.events ?? [];
  expect(events.map((event) => ["costMicroUsd" in event ? event.costMicroUsd : undefined, event.priceFrom])).toEqual([
    [12, "table 1"],
    [7, "app"],
    [undefined, undefined],
    [5, "app"],
    [undefined, undefined],
    [undefined, undefined],
  ]);
  expect(events.slice(-2).map(({ at }) => at)).toEqual([NOW, NOW - 1_000]);
});

test("a store that fails is tried again, and stores once; what breaks it again and again is dropped, and counted", async () => {
  const { intake, counts, failures } = open((received, nth) =>
    nth === 1 ? new StoreGoneError("gone", true) : nth === 2 ? received.map(({ events }) => events.length) : new Error("broken"),
  );
  intake.take(FROM, [exposure(), exposure()]);
  await intake.settled();
  expect(counts()).toMatchObject({ inFlight: 2 });
  await vi.advanceTimersByTimeAsync(TELEMETRY_LIMITS.retryMs);
  await intake.settled();
  // The first attempt had stored them, and only its answer was lost.
  expect(counts()).toMatchObject({ stored: 2, repeated: 0 });
  intake.take(FROM, [exposure()]);
  for (let attempt = 0; attempt < TELEMETRY_LIMITS.attempts; attempt++) {
    await vi.advanceTimersByTimeAsync(TELEMETRY_LIMITS.retryMs);
    await intake.settled();
  }
  expect(counts()).toMatchObject({ droppedFailed: 1, inFlight: 0 });
  expect(failures).toHaveLength(1 + TELEMETRY_LIMITS.attempts);
});

test("what finds no room is dropped whole, and counted; after the close nothing more is stored", async () => {
  const { intake, counts, appended } = open(() => new StoreGoneError("not there"));
  const long = "x".repeat(2_000);
  const comments = Array.from({ length: 500 }, () => ({ ...exposure({ kind: "feedback" }), name: "comment", comment: long }));
  let taken = 0;
  while (intake.take(FROM, comments).accepted > 0) taken++;
  expect(taken * 500 * 2_000).toBeLessThan(TELEMETRY_LIMITS.waitingChars);
  expect(taken).toBeGreaterThan(10);
  expect(counts()).toMatchObject({ droppedFull: 500, inFlight: taken * 500 });
  await intake.close(false);
  const before = appended.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(appended.length).toBe(before);
});

test("[keys-hashed] a project's keys are stored as it asks by then, hashed alike; without its secret nothing is stored", async () => {
  const secret = new Uint8Array(32).fill(1);
  let isOn = false;
  const { intake, appended, counts } = open(undefined, (project) =>
    Promise.resolve(isOn && project === "p" ? secret : undefined),
  );
  intake.take(FROM, [exposure({ targetingKey: "ada" }), exposure({ targetingKey: "ada" }), exposure()]);
  intake.take({ ...FROM, project: "other" }, [exposure({ targetingKey: "ada" })]);
  expect(intake.oldest()).toBe(NOW);
  isOn = true;
  await intake.settled();
  const keys = appended.flat().map(({ events }) => events.map(({ targetingKey }) => targetingKey));
  const hashed = hashKey(secret, "ada");
  expect(hashed).toMatch(HASHED_KEY);
  expect(keys).toEqual([[hashed, hashed, undefined], ["ada"]]);
  expect(counts()).toMatchObject({ stored: 4 });
  expect(intake.oldest()).toBeUndefined();

  const without = open(undefined, () => Promise.reject(new Error("sealed with another key")));
  without.intake.take(FROM, [exposure({ targetingKey: "ada" })]);
  await without.intake.settled();
  expect(without.appended).toEqual([]);
  expect(without.counts()).toMatchObject({ inFlight: 1 });
});

test("what is kept is heard of once, what had come before is not", async () => {
  const { intake, stored } = open(() => [0, 2]);
  const of = (variant: string) => generation({ served: { ...SERVED, variant } });
  intake.take(FROM, [of("opus"), of("opus")]);
  intake.take(FROM, [of("sonnet"), exposure()]);
  await intake.settled();
  expect(stored).toEqual(["opus"]);
});
