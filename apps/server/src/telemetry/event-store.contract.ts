/** What every store of events does, whatever is behind it. */

import { afterAll, beforeAll, expect, test } from "vitest";
import type { Served } from "@dimmer/protocol";
import type { KeptEvent, MetricQuestion } from "./event-store.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";
import { ALL, base, call, NOW, OPUS, place, received, SONNET } from "./sample-events.contract.ts";
import type { TelemetryStore } from "./telemetry-store.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "./times.ts";

/** Each test has an environment of its own. */
export function eventStoreContract(open: () => Promise<TelemetryStore>): void {
  let store: TelemetryStore;
  beforeAll(async () => (store = await open()));
  afterAll(() => store.close());

  test("an event counts once by its id: in one request, beside others, later; and in each environment for itself", async () => {
    const one = call();
    expect(await store.appendEvents([received("once", [one, one, call()]), received("once", [one])])).toEqual({
      repeated: [1, 1],
    });
    expect(await store.appendEvents([received("once", [one])])).toEqual({ repeated: [1] });
    expect(await store.appendEvents([received("elsewhere", [one])])).toEqual({ repeated: [0] });
    expect(await store.metrics(place("once"), ALL)).toMatchObject([{ generations: 2 }]);
    expect(await store.metrics(place("elsewhere"), ALL)).toMatchObject([{ generations: 1 }]);
  });

  test("each variant has its own measures, and what was not told is unknown and not nothing", async () => {
    const untold = call({ durationMs: 3_000, inputTokens: undefined, outputTokens: undefined, costMicroUsd: undefined });
    const failed = call({
      durationMs: 60_000,
      errorType: "timeout",
      inputTokens: undefined,
      outputTokens: undefined,
      costMicroUsd: undefined,
    });
    const events: KeptEvent[] = [
      { ...base(), kind: "exposure" },
      call({ timeToFirstChunkMs: 200, cacheReadInputTokens: 400, reasoningOutputTokens: 50, toolCalls: 2 }),
      untold,
      failed,
      call({ errorType: "aborted" }),
      call({ refused: true }),
      { ...base(), kind: "run", outcome: "model", attempts: 1, durationMs: 1_000 },
      { ...base(), kind: "run", outcome: "reply", attempts: 2, durationMs: 61_000 },
      { ...base(), kind: "run", outcome: "default", attempts: 2, durationMs: 61_000 },
      { ...base(), kind: "run", outcome: "error", errorType: "aborted", attempts: 1, durationMs: 10 },
      call({ costMicroUsd: 900 }, SONNET),
      { ...base(SONNET), kind: "step", operation: "rerank", durationMs: 5, costMicroUsd: 40 },
      { ...base(SONNET), targetingKey: "user-2", kind: "feedback", name: "thumbs", value: 1 },
      { ...base(SONNET), targetingKey: "user-3", kind: "feedback", name: "thumbs", value: 0 },
      { ...base(SONNET), kind: "feedback", name: "rating", value: 0.75 },
      { ...base(SONNET), kind: "feedback", name: "retried" },
    ];
    await store.appendEvents([received("measures", events)]);
    const [opus, sonnet] = await store.metrics(place("measures"), ALL);
    expect(opus).toMatchObject({
      variant: "opus",
      part: null,
      exposures: 1,
      people: 1,
      runs: 4,
      runsFallback: 1,
      runsDefault: 1,
      generations: 5,
      errors: 1,
      timeouts: 1,
      refusals: 1,
      durationMs: { p50: 1_000, p95: 3_000, p99: 3_000 },
      firstChunkMs: { p50: 200, p95: 200, p99: 200 },
      inputTokens: 3_000,
      outputTokens: 300,
      cacheReadTokens: 400,
      reasoningTokens: 50,
      usageUnknown: 1,
      costMicroUsd: 22_500,
      priced: 3,
      costUnknown: 1,
      toolCalls: 2,
    });
    expect(sonnet).toMatchObject({
      variant: "sonnet",
      people: 3,
      generations: 1,
      costMicroUsd: 900,
      priced: 1,
      thumbsUp: 1,
      thumbsDown: 1,
      ratings: 1,
      ratingSum: 0.75,
      retried: 1,
      accepted: 0,
      durationMs: { p50: 1_000 },
      firstChunkMs: { p50: null, p95: null, p99: null },
    });
  });

  test("a point has what a line is drawn of; what a step of a task cost is not in it, and where no call was nothing was told of them", async () => {
    const step = { ...base(), kind: "step", operation: "retrieval", durationMs: 40, costMicroUsd: 500 } as const;
    await store.appendEvents([
      received("points", [
        call({ durationMs: 200 }),
        call({ errorType: "timeout", inputTokens: undefined, costMicroUsd: undefined }),
        step,
        { ...base(), kind: "feedback", name: "thumbs", value: 0 },
        { ...base(), at: NOW + HOUR_MS, kind: "feedback", name: "thumbs", value: 1 },
      ]),
    ]);
    const none = { generations: 0, errors: 0, inputTokens: 0, outputTokens: 0, usageUnknown: 0, costMicroUsd: 0, priced: 0 };
    expect(await store.points(place("points"), { ...ALL, stepMs: HOUR_MS })).toEqual([
      {
        variant: "opus",
        at: NOW + HOUR_MS,
        ...none,
        durationMsP50: null,
        durationMsP95: null,
        durationMsP99: null,
        thumbsUp: 1,
        thumbsDown: 0,
      },
      {
        variant: "opus",
        at: NOW,
        generations: 2,
        errors: 1,
        durationMsP50: 200,
        durationMsP95: 200,
        durationMsP99: 200,
        inputTokens: 1_000,
        outputTokens: 200,
        usageUnknown: 0,
        costMicroUsd: 7_500,
        priced: 1,
        thumbsUp: 0,
        thumbsDown: 1,
      },
    ]);
    expect(await store.metrics(place("points"), ALL)).toMatchObject([{ costMicroUsd: 7_500, priced: 1 }]);
  });

  test("a quantile is one of the times that were told, and at most a hundredth more than the exact one", async () => {
    const times = Array.from({ length: 499 }, (_, at) => Number((1.03 ** at).toFixed(3)));
    await store.appendEvents([
      received(
        "quantiles",
        [0, ...times].map((durationMs) => call({ durationMs })),
      ),
    ]);
    const [row] = await store.metrics(place("quantiles"), ALL);
    const exactly = [times[248], times[473], times[493]] as const;
    for (const [at, share] of (["p50", "p95", "p99"] as const).entries()) expect(row?.durationMs[share]).toBe(exactly[at]);
    await store.appendEvents([
      received(
        "near",
        Array.from({ length: 400 }, (_, at) => call({ durationMs: 1_000 + at / 4, timeToFirstChunkMs: 0 })),
      ),
    ]);
    const [near] = await store.metrics(place("near"), ALL);
    expect(near?.durationMs.p50).toBeGreaterThanOrEqual(1_049.75);
    expect(near?.durationMs.p50).toBeLessThan(1_049.75 * 1.0101);
    expect(near?.firstChunkMs).toEqual({ p50: 0, p95: 0, p99: 0 });
  });

  test("[exposure-hourly] somebody whose exposure came before the time asked counts by their calls in it", async () => {
    const later = NOW + HOUR_MS;
    await store.appendEvents([
      received("people", [
        { ...base(), kind: "exposure" },
        { ...base(), targetingKey: "user-2", kind: "exposure" },
        call({ at: later }),
        { ...base(), at: later, kind: "run", outcome: "model", attempts: 1, durationMs: 5 },
      ]),
    ]);
    expect(await store.metrics(place("people"), { ...ALL, since: later })).toMatchObject([{ people: 1, exposures: 0 }]);
    expect(await store.bases(place("people"), { since: later, until: later + 1 }, "summarizer")).toMatchObject([
      { variant: "opus", people: 1, exposures: 0 },
    ]);
    expect(await store.metrics(place("people"), ALL)).toMatchObject([{ people: 2, exposures: 2 }]);
  });

  test("what an override forced is in no metric; another flag's and another time's neither", async () => {
    const other: Served = { ...OPUS, flag: "writer" };
    await store.appendEvents([
      received("evidence", [
        call({}, { ...OPUS, overridden: true }),
        call({ shadow: true }),
        call({}, other),
        call({ at: NOW - DAY_MS }),
        call(),
      ]),
    ]);
    expect(await store.metrics(place("evidence"), { ...ALL, since: NOW })).toMatchObject([{ variant: "opus", generations: 1 }]);
  });

  test("[shadow-apart] what nobody saw has rows of its own, and is among the models only where all flags are asked for", async () => {
    const unseen = { shadow: true, requestModel: "house-model-2", responseModel: undefined } as const;
    await store.appendEvents([
      received("shadows", [
        call(),
        call({ ...unseen, durationMs: 200 }, SONNET),
        call({ ...unseen, durationMs: 400, costMicroUsd: undefined, outputTokens: undefined }, SONNET),
        call({ ...unseen, durationMs: 900, errorType: "server_error", costMicroUsd: undefined }, SONNET),
        call({ ...unseen, errorType: "aborted" }, OPUS),
        call(unseen, { ...SONNET, overridden: true }),
        call(unseen, { ...SONNET, flag: "writer" }),
      ]),
    ]);
    const where = place("shadows");
    expect(await store.metrics(where, ALL)).toMatchObject([{ variant: "opus", generations: 1 }]);
    expect(await store.shadows(where, ALL, "summarizer")).toEqual([
      expect.objectContaining({ variant: "opus", generations: 1, errors: 0, durationMs: { p50: null, p95: null, p99: null } }),
      {
        variant: "sonnet",
        generations: 3,
        errors: 1,
        durationMs: { p50: 200, p95: 400, p99: 400 },
        inputTokens: 3_000,
        outputTokens: 200,
        usageUnknown: 1,
        costMicroUsd: 7_500,
        priced: 1,
        costUnknown: 1,
      },
    ]);
    expect(await store.shadows(where, { since: NOW + 1, until: NOW + 2 }, "summarizer")).toEqual([]);
    expect(await store.modelsAnswered(where, ALL, "summarizer")).toMatchObject([{ variant: "opus", generations: 1 }]);
    const models = await store.modelsAnswered(where, ALL, "");
    expect(models.filter(({ unpriced }) => unpriced > 0)).toMatchObject([
      { variant: "sonnet", requestModel: "house-model-2", unpriced: 1 },
    ]);
  });

  test("of the feedback of one run the last word counts, of each name", async () => {
    const say = (at: number, name: "thumbs" | "rating", value: number, run: string): KeptEvent => ({
      ...base(),
      at,
      run,
      kind: "feedback",
      name,
      value,
    });
    await store.appendEvents([
      received("words", [
        say(NOW + 1, "thumbs", 1, "r1"),
        say(NOW + 2, "thumbs", 0, "r1"),
        say(NOW, "rating", 1, "r1"),
        say(NOW, "thumbs", 1, "r2"),
      ]),
    ]);
    expect(await store.metrics(place("words"), ALL)).toMatchObject([{ thumbsUp: 1, thumbsDown: 1, ratings: 1, ratingSum: 1 }]);
  });

  test("a variant splits by rule, by value version and by the model that really answered; and has a point for each step", async () => {
    await store.appendEvents([
      received("parts", [
        call({}, { ...OPUS, rule: undefined, path: "default" }),
        call({ at: NOW + HOUR_MS }, { ...OPUS, valueVersion: 4 }),
        call({ responseModel: undefined }),
      ]),
    ]);
    const parts = async (by: MetricQuestion["by"]) =>
      (await store.metrics(place("parts"), { ...ALL, by })).map(({ part, generations }) => [part, generations]);
    expect(await parts("rule")).toEqual([
      ["default", 1],
      ["paid", 2],
    ]);
    expect(await parts("valueVersion")).toEqual([
      ["3", 2],
      ["4", 1],
    ]);
    expect(await parts("model")).toEqual([
      ["claude-opus-4-5", 1],
      ["claude-opus-4-5-20251101", 2],
    ]);
    const steps = await store.points(place("parts"), { ...ALL, stepMs: HOUR_MS });
    expect(steps.map(({ at, generations }) => [at, generations])).toEqual([
      [NOW + HOUR_MS, 1],
      [NOW, 2],
    ]);
  });

  test("models are listed as asked and as answered, with the calls that have no price", async () => {
    const unknown = call({ responseModel: "house-model-2", costMicroUsd: undefined, at: NOW + MINUTE_MS });
    const forced = call({ responseModel: "house-model-3", costMicroUsd: undefined }, { ...OPUS, overridden: true });
    await store.appendEvents([received("models", [call(), call(), unknown, forced])]);
    expect(await store.modelsAnswered(place("models"), ALL, "summarizer")).toMatchObject([
      { variant: "opus", responseModel: "claude-opus-4-5-20251101", generations: 2, unpriced: 0, lastAt: NOW },
      { responseModel: "house-model-2", generations: 1, unpriced: 1, lastAt: NOW + MINUTE_MS },
    ]);
    expect(await store.modelsAnswered(place("models"), ALL, "other")).toEqual([]);
    expect((await store.modelsAnswered(place("models"), ALL, "")).filter(({ unpriced }) => unpriced > 0)).toHaveLength(2);
  });

  test("a run comes back as it was told, in order; a person's events the newest first", async () => {
    const whole: KeptEvent = {
      ...call({
        at: NOW + 2,
        stream: true,
        finishReasons: ["stop"],
        httpStatus: 200,
        responseId: "msg_1",
        cacheCreationInputTokens: 9,
      }),
      run: "run-1",
      task: "task-1",
      conversation: "conversation-1",
      priceFrom: "table 1",
    };
    const end: KeptEvent = {
      ...base(),
      at: NOW + 3,
      run: "run-1",
      kind: "run",
      outcome: "model",
      attempts: 1,
      durationMs: 5,
      missingTools: ["search"],
    };
    const comment: KeptEvent = { ...base(), at: NOW + 4, run: "run-1", kind: "feedback", name: "comment", comment: "Too long." };
    const task: KeptEvent = { ...base(), at: NOW + 5, run: "run-1", kind: "task", success: false };
    await store.appendEvents([
      received("runs", [comment, end, whole, task, { ...base(), targetingKey: "user-9", kind: "exposure" }]),
    ]);
    const told = [whole, end, comment, task].map((event) => ({ ...event, receivedAt: NOW, source: "server" }));
    expect(await store.run(place("runs"), "run-1")).toEqual(told);
    expect(await store.run(place("elsewhere"), "run-1")).toEqual([]);
    const mine = await store.events(place("runs"), { ...ALL, flag: "", targetingKeys: ["user-1", "nobody"], limit: 2 });
    expect(mine).toEqual([...told].reverse().slice(0, 2));
    expect(await store.events(place("runs"), { ...ALL, flag: "summarizer", targetingKeys: [], limit: 10 })).toHaveLength(5);
  });

  // The last one, as time passes in it.
  test("events are forgotten when they are old", async () => {
    await store.appendEvents([received("old", [call()])]);
    await store.appendEvents([
      received("old", [call({ at: NOW + TELEMETRY_LIMITS.eventsKeptMs })], NOW + TELEMETRY_LIMITS.eventsKeptMs + DAY_MS),
    ]);
    expect(await store.metrics(place("old"), ALL)).toMatchObject([{ generations: 1 }]);
  });
}
