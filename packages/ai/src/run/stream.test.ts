/** Streams: what falls back unseen, what cannot any more, and that each is told of exactly once. */

import { describe, expect, test } from "vitest";
import { openAi, type AiOptions } from "../ai.ts";
import { AI_LIMITS } from "../limits.ts";
import { fakeFlags, fakeHost, fakeModel, recordingPort, type FakeFlag, type FakeStep } from "../testing/testing.ts";
import { StreamBrokenError } from "./errors.ts";
import type { AnsweredRun, Run } from "./run.ts";

const config = { provider: "openai", model: "gpt-5-mini", instructions: "Sum up." };
const chat: FakeFlag = {
  variant: "mini",
  value: config,
  fallback: [{ variant: "other", value: { ...config, model: "other" }, valueVersion: 1 }],
};

function open(more: Partial<AiOptions> = {}) {
  const host = fakeHost();
  const port = recordingPort({ chat });
  const ai = openAi({ client: fakeFlags({ chat }), port, host, ...more });
  const run = async (...steps: readonly FakeStep[]) =>
    (await ai.config("chat", {}, { fallback: { reply: "Resting." } })).run(fakeModel(steps, { host }).stream);
  return { ai, host, port, run };
}

async function textOf(run: Run<unknown>): Promise<string> {
  const pieces: string[] = [];
  for await (const piece of run.textStream()) pieces.push(piece);
  return pieces.join("|");
}

const chunksOf = async <T>(stream: AsyncIterable<T>): Promise<T[]> => {
  const chunks: T[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
};

test("gives every chunk, and tells of itself when it has been read", async () => {
  const { port, run } = open();
  const answered = (await run({ pieces: ["a", " b", " c"], outputTokens: 3 })) as AnsweredRun<AsyncIterable<object>>;
  expect(port.events.map(({ kind }) => kind)).toEqual(["exposure"]);
  expect(answered.text).toBeUndefined();
  expect(await chunksOf(answered.answer)).toHaveLength(4);
  expect(port.of("generation")).toMatchObject([
    { stream: true, timeToFirstChunkMs: 0, outputTokens: 3, finishReasons: ["stop"] },
  ]);
  expect(port.of("run")).toMatchObject([{ outcome: "model" }]);
  expect(await chunksOf(answered.answer), "it is read once").toEqual([]);
});

test("the text in pieces, whatever answered", async () => {
  const { ai, run } = open();
  expect(await textOf(await run({ pieces: ["a", " b"] }))).toBe("a| b");
  expect(await textOf(await run({ error: 500 }, { error: 500 }))).toBe("Resting.");
  const whole = await (await ai.config("chat", {}, { fallback: { reply: "" } })).run(fakeModel([{ text: "whole" }]).call);
  expect(await textOf(whole)).toBe("whole");
});

test("the time to the first chunk is that of the first with something to show", async () => {
  const { host, port, ai } = open();
  async function* slow() {
    yield { greeting: true };
    await new Promise<void>((resolve) => void host.setTimer(300, resolve));
    yield { text: "a" };
    await new Promise<void>((resolve) => void host.setTimer(200, resolve));
    yield { finishReasons: ["stop"] };
  }
  const reader = { chunk: (chunk: object) => ("text" in chunk ? { ...chunk, hasContent: true } : chunk) };
  const running = (await ai.config("chat", {}, { fallback: { reply: "" } })).run((attempt) => attempt.track(slow(), reader));
  await host.advance(300);
  const reading = chunksOf(((await running) as AnsweredRun<AsyncIterable<object>>).answer);
  await host.advance(200);
  expect(await reading).toHaveLength(3);
  expect(port.of("generation")).toMatchObject([{ timeToFirstChunkMs: 300, durationMs: 500 }]);
});

describe("before anything is shown, the next takes its place", () => {
  const CASES: readonly (readonly [string, FakeStep, object])[] = [
    ["refused at the door", { error: 429 }, { errorType: "rate_limited" }],
    ["broken before the first piece", { pieces: ["a"], breaksAfter: 0, error: 529 }, { errorType: "overloaded", stream: true }],
    ["cut off before the first piece", { pieces: ["a"], breaksAfter: 0 }, { errorType: "network" }],
    ["a refusal", { refusal: "No." }, { refused: true, stream: true }],
  ];
  test.each(CASES)("%s", async (_name, first, expected) => {
    const { port, run } = open();
    const answered = await run(first, { pieces: ["fine"] });
    expect(answered).toMatchObject({ kind: "answer", outcome: "fallback", served: { variant: "other" } });
    expect(await textOf(answered)).toBe("fine");
    expect(port.of("generation")).toHaveLength(2);
    expect(port.of("generation")[0]).toMatchObject(expected);
    expect(port.of("run")).toMatchObject([{ outcome: "fallback", attempts: 2 }]);
  });
});

describe("after something was shown, nothing takes its place", () => {
  test("the loop throws what to say instead, and the run is told of as failed", async () => {
    for (const [step, errorType] of [
      [{ pieces: ["a", "b"], breaksAfter: 1, error: 529 }, "overloaded"],
      [{ pieces: ["a", "b"], breaksAfter: 1 }, "network"],
    ] as const) {
      const { port, run } = open({ breaker: { failures: 1 } });
      const answered = await run(step, { pieces: ["never"] });
      expect(answered).toMatchObject({ kind: "answer", outcome: "model" });
      const pieces: string[] = [];
      const thrown = await (async () => {
        for await (const piece of answered.textStream()) pieces.push(piece);
        return undefined;
      })().catch((error: unknown) => error);
      expect(pieces).toEqual(["a"]);
      expect(thrown).toBeInstanceOf(StreamBrokenError);
      expect(thrown).toMatchObject({ reply: "Resting.", errorType });
      expect((thrown as Error).cause).toBeInstanceOf(Error);
      expect(answered.outcome).toBe("error");
      expect(port.of("generation")).toMatchObject([{ errorType, stream: true }]);
      expect(port.of("run")).toMatchObject([{ outcome: "error", attempts: 1 }]);
      const { failures } = await run({ pieces: ["b"] });
      expect(failures, "it counts for the breaker").toMatchObject([{ errorType: "breaker_open" }]);
    }
  });

  test("a silence that is too long", async () => {
    const { host, port, ai } = open({ timeoutMs: 100 });
    async function* stuck() {
      yield "a";
      await new Promise<never>(() => undefined);
    }
    const running = (await ai.config("chat", {}, { fallback: { reply: "Resting." } })).run((attempt) => attempt.track(stuck()));
    await host.advance(0);
    const answered = (await running) as AnsweredRun<AsyncIterable<string>>;
    // The app may take its time: only waiting for the model counts.
    await host.advance(5_000);
    const reading = textOf(answered).catch((error: unknown) => error);
    await host.advance(100);
    expect(await reading).toMatchObject({ name: "StreamBrokenError", errorType: "timeout" });
    expect(port.of("generation")).toMatchObject([{ errorType: "timeout" }]);
    expect(host.pending).toBe(0);
  });
});

test("a call that reads its stream itself has the attempt's time for all of it", async () => {
  const { host, port, ai } = open({ timeoutMs: 100 });
  const tick = () => new Promise<void>((resolve) => void host.setTimer(60, resolve));
  async function* slow() {
    yield "a";
    await tick();
    yield "b";
    await tick();
    yield "c";
  }
  const config = await ai.config("chat", {}, { fallback: { reply: "Resting." } });
  const running = config.run(async ({ number, track }) => (number === 1 ? chunksOf(await track(slow())) : ["fine"]));
  await host.advance(120);
  expect(await running).toMatchObject({ answer: ["fine"], outcome: "fallback" });
  expect(port.of("generation")[0]).toMatchObject({ errorType: "timeout", durationMs: 100 });
});

test("the app may take its time between chunks: only waiting for the model counts", async () => {
  const { host, port, ai } = open({ timeoutMs: 100 });
  async function* letters() {
    yield "a";
    yield "b";
    yield "c";
  }
  const run = await (await ai.config("chat", {}, { fallback: { reply: "" } })).run(({ track }) => track(letters()));
  const pieces = run.textStream()[Symbol.asyncIterator]();
  const read: unknown[] = [];
  for (let count = 0; count < 4; count++) {
    read.push((await pieces.next()).value);
    await host.advance(1_000);
  }
  expect(read).toEqual(["a", "b", "c", undefined]);
  expect(port.of("run")).toMatchObject([{ outcome: "model" }]);
});

test.each([
  ["before anything was shown", 0],
  ["after", 1],
])("a source that is broken off %s is closed", async (_when, chunks) => {
  const { host, ai } = open({ timeoutMs: 100 });
  let [sent, isClosed] = [0, false];
  const source: AsyncIterable<string> = {
    [Symbol.asyncIterator]: () => ({
      next: () => (sent++ < chunks ? Promise.resolve({ done: false, value: "a" }) : new Promise<never>(() => undefined)),
      async return() {
        isClosed = true;
        return { done: true, value: undefined };
      },
    }),
  };
  const running = (await ai.config("chat", {}, { fallback: { reply: "" } })).run(({ track }) => track(source));
  const reading = running.then(textOf).catch(() => undefined);
  await host.advance(500);
  await reading;
  expect((await running).outcome).toBe("error");
  expect(isClosed).toBe(true);
});

test("an answer that says that it failed is a failure", async () => {
  const { ai, port } = open();
  const reader = { answer: () => ({ error: Object.assign(new Error("slow down"), { code: "rate_limit_exceeded" }) }) };
  const run = await (
    await ai.config("chat", {}, { fallback: { reply: "" } })
  ).run(({ track }) => track({ status: "failed" }, reader));
  expect(run).toMatchObject({ outcome: "error", failures: [{ errorType: "rate_limited" }, {}] });
  expect(port.of("generation")[0]).toMatchObject({ errorType: "rate_limited" });
});

test("a loop without end is not told of without end", async () => {
  const { ai, port } = open();
  const run = await (
    await ai.config("chat", {}, { fallback: { reply: "" } })
  ).run(async ({ track }) => {
    for (let count = 0; count < AI_LIMITS.generationsPerAttempt + 5; count++) await track("step");
    return "done";
  });
  expect([run.text, port.of("generation").length]).toEqual(["done", AI_LIMITS.generationsPerAttempt]);
});

test("an app that stops reading ends the stream, and holds nothing against the model", async () => {
  const { port, run, host } = open({ breaker: { failures: 1 } });
  let isClosed = false;
  const answered = await run({ pieces: ["a", "b", "c"] });
  for await (const piece of answered.textStream()) {
    isClosed = piece === "a";
    break;
  }
  expect(isClosed).toBe(true);
  expect(port.of("generation")).toMatchObject([{ errorType: "aborted", stream: true }]);
  expect(port.of("run")).toMatchObject([{ outcome: "model" }]);
  expect(host.pending).toBe(0);
  expect((await run({ pieces: ["a"] })).failures).toEqual([]);
});

test("[run-aborted] an app that aborts sees its own reason", async () => {
  const { ai, port } = open();
  const controller = new AbortController();
  const model = fakeModel([{ pieces: ["a", "b"] }]);
  const settings = { fallback: { reply: "" } };
  const answered = await (await ai.config("chat", {}, settings)).run(model.stream, { signal: controller.signal });
  const reading = (async () => {
    const pieces = answered.textStream()[Symbol.asyncIterator]();
    await pieces.next();
    controller.abort(new Error("gone"));
    await pieces.next();
  })();
  await expect(reading).rejects.toThrow("gone");
  expect(port.of("generation")).toMatchObject([{ errorType: "aborted" }]);
  expect(port.of("run")).toMatchObject([{ outcome: "error", errorType: "aborted" }]);
  expect(answered.outcome).toBe("error");
});

test("a stream that nobody reads ends with the run's time", async () => {
  const { host, port, run } = open({ totalTimeoutMs: 1_000 });
  await run({ pieces: ["a", "b"] });
  expect(port.of("generation")).toEqual([]);
  await host.advance(1_000);
  expect(port.of("generation")).toMatchObject([{ errorType: "timeout", durationMs: 1_000 }]);
  expect(port.of("run")).toMatchObject([{ outcome: "error" }]);
  expect(host.pending).toBe(0);
});

test("a stream that the call gives untracked is watched all the same", async () => {
  const { ai, port } = open();
  async function* letters() {
    yield "a";
    yield "b";
  }
  const run = await (await ai.config("chat", {}, { fallback: { reply: "" } })).run(() => letters());
  expect(await textOf(run)).toBe("a|b");
  expect(port.of("generation")).toMatchObject([{ stream: true }]);
  expect(port.of("generation")[0]).not.toHaveProperty("outputTokens");
});

test("a refusal after the first words is told of, and the words stay", async () => {
  const { ai, port } = open();
  async function* changesItsMind() {
    yield { text: "Well", hasContent: true };
    yield { finishReasons: ["refusal"], refused: true as const };
  }
  const settings = { fallback: { reply: "" } };
  const run = await (
    await ai.config("chat", {}, settings)
  ).run((attempt) => attempt.track(changesItsMind(), { chunk: (chunk) => chunk as object }));
  expect(await textOf(run)).toBe("Well");
  expect(port.of("generation")).toMatchObject([{ refused: true, finishReasons: ["refusal"] }]);
  expect(port.of("run")).toMatchObject([{ outcome: "model" }]);
});

test("a reader that throws makes measures unknown, and nothing else", async () => {
  const { ai, port } = open();
  const fail = () => {
    throw new Error("renamed");
  };
  const settings = { fallback: { reply: "" } };
  const run = await (
    await ai.config("chat", {}, settings)
  ).run((attempt) => attempt.track(Promise.resolve("fine"), { answer: fail }));
  expect(run).toMatchObject({ answer: "fine", outcome: "model" });
  expect(port.of("generation")[0]).not.toHaveProperty("errorType");
});
