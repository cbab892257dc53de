/** What every store says of single hours of variants. */

import { afterAll, beforeAll, expect, test } from "vitest";
import type { KeptEvent } from "./event-store.ts";
import type { HourQuestion } from "./event-hours.ts";
import { base, call, NOW, OPUS, place, received, SONNET } from "./sample-events.contract.ts";
import type { TelemetryStore } from "./telemetry-store.ts";
import { HOUR_MS } from "./times.ts";

export function eventHoursContract(open: () => Promise<TelemetryStore>): void {
  let store: TelemetryStore;
  beforeAll(async () => (store = await open()));
  afterAll(() => store.close());

  const ask = (more: Partial<HourQuestion["asked"][number]> = {}): HourQuestion => ({
    since: NOW - HOUR_MS,
    until: NOW + 2 * HOUR_MS,
    asked: [{ flag: "summarizer", variant: "opus", valueVersion: 3, slowMs: 1_500, ...more }],
  });
  const thumbs = (value: number, more: object = {}): KeptEvent => ({
    ...base(),
    kind: "feedback",
    name: "thumbs",
    value,
    ...more,
  });

  test("an hour of a variant has its counts; what the app ended, another version and another variant are not in it", async () => {
    const untold = { inputTokens: undefined, outputTokens: undefined, costMicroUsd: undefined };
    await store.appendEvents([
      received("hours", [
        call({ durationMs: 1_600 }),
        call({ refused: true, outputTokens: 300 }),
        call({ errorType: "timeout", durationMs: 9, ...untold }),
        call({ errorType: "aborted" }),
        call({}, { ...OPUS, valueVersion: 2 }),
        call({}, SONNET),
        call({ shadow: true }),
        { ...base(), kind: "run", outcome: "model", attempts: 1, durationMs: 1 },
        { ...base(), kind: "run", outcome: "error", errorType: "aborted", attempts: 1, durationMs: 1 },
        thumbs(0, { run: "changes-minds" }),
        thumbs(0, { run: "changes-minds", at: NOW + HOUR_MS }),
        thumbs(0),
        thumbs(1),
        { ...base(), kind: "score", name: "friendly", value: 0.5 },
        { ...base(), kind: "score", name: "friendly", value: 1 },
        { ...base(), served: undefined, kind: "score", name: "friendly", value: 0 },
      ]),
    ]);
    const none = { generations: 0, errors: 0, refusals: 0, slow: 0, tokenCalls: 0, outputTokens: 0, priced: 0, costMicroUsd: 0 };
    const whose = { flag: "summarizer", variant: "opus" };
    expect(await store.hours(place("hours"), ask())).toEqual([
      {
        ...whose,
        at: NOW,
        runs: 1,
        generations: 3,
        errors: 1,
        refusals: 1,
        slow: 2,
        tokenCalls: 2,
        outputTokens: 400,
        priced: 2,
        costMicroUsd: 15_000,
        thumbsDown: 1,
      },
      { ...whose, at: NOW + HOUR_MS, runs: 0, ...none, thumbsDown: 1 },
    ]);
    expect(await store.hours(place("hours"), ask({ valueVersion: null, slowMs: null }))).toMatchObject([
      { generations: 4, slow: 0 },
      {},
    ]);
    expect(await store.hourScores(place("hours"), ask())).toEqual([{ ...whose, at: NOW, name: "friendly", count: 2, sum: 1.5 }]);
    expect(await store.hours(place("hours"), { ...ask(), asked: [] })).toEqual([]);
  });

  test("who answered is told by model with the first time, and inputs by their size", async () => {
    await store.appendEvents([
      received("answered", [
        call({ inputTokens: 1 }),
        call({ inputTokens: 1_000 }),
        call({ responseModel: "claude-opus-4-5-20261101", at: NOW + 5, inputTokens: 1_000 }),
        call({ responseModel: undefined, at: NOW + 7 }),
        call({ responseModel: "failed", errorType: "server_error", inputTokens: undefined }),
      ]),
    ]);
    const row = { flag: "summarizer", variant: "opus", provider: "anthropic" };
    expect(await store.answered(place("answered"), ask())).toEqual([
      { ...row, model: "claude-opus-4-5-20251101", calls: 2, firstAt: NOW },
      { ...row, model: "claude-opus-4-5", calls: 1, firstAt: NOW + 7 },
      { ...row, model: "claude-opus-4-5-20261101", calls: 1, firstAt: NOW + 5 },
    ]);
    expect(await store.inputSizes(place("answered"), ask())).toEqual([
      { bin: 0, calls: 1 },
      { bin: 139, calls: 3 },
    ]);
  });
}
