/** A run from the flag to the events: what is read, what is credited, and what works without Dimmer. */

import { InMemoryProvider, OpenFeature, type Client } from "@openfeature/server-sdk";
import { afterEach, describe, expect, test } from "vitest";
import { context, fallback, openSummarizer, opus, plain, script, summarizer } from "../test/summarizer.ts";
import { openAi } from "./ai.ts";
import { fakeFlags, fakeHost, recordingPort } from "./testing/testing.ts";

describe("an answer of what the flag served", () => {
  test("with its measures, credited to flag, variant and rule", async () => {
    const { port, read } = openSummarizer();
    const model = script({
      text: "Short.",
      inputTokens: 9,
      outputTokens: 3,
      cacheReadInputTokens: 0,
      responseModel: "claude-opus-4-6-20260101",
    });
    const config = await read();
    expect(config.value).toEqual({ ...opus, messages: [{ role: "user", content: "Sum up: War and Peace" }] });
    const run = await config.run(model.call);

    expect(run).toMatchObject({ kind: "answer", outcome: "model", text: "Short.", failures: [] });
    expect(model.calls).toEqual([{ variant: "opus", config: config.value }]);
    const served = {
      flag: "summarizer",
      variant: "opus",
      valueVersion: 3,
      version: "12",
      path: "rule",
      rule: "paid",
      reason: "TARGETING_MATCH",
    };
    const common = { run: run.id, targetingKey: "user-7", served };
    expect(port.events).toMatchObject([
      { kind: "exposure", ...common },
      {
        kind: "generation",
        ...common,
        operation: "chat",
        provider: "anthropic",
        requestModel: "claude-opus-4-6",
        responseModel: "claude-opus-4-6-20260101",
        attempt: 1,
        inputTokens: 9,
        outputTokens: 3,
        cacheReadInputTokens: 0,
        finishReasons: ["stop"],
      },
      { kind: "run", ...common, outcome: "model", attempts: 1 },
    ]);
    expect(port.events.every(({ id, at }) => /^[0-9A-Za-z-]{16,64}$/.test(id) && at > 0)).toBe(true);
    expect(new Set(port.events.map(({ id }) => id)).size).toBe(port.events.length);
  });

  test("what is not told is absent, and what is no count too", async () => {
    const { port, read } = openSummarizer();
    await (await read()).run(script({ text: "Short.", inputTokens: Number.NaN, outputTokens: -1 }).call);
    const [generation] = port.of("generation");
    for (const field of ["inputTokens", "outputTokens", "cacheReadInputTokens", "reasoningOutputTokens", "responseModel"])
      expect(generation).not.toHaveProperty(field);
  });

  test("a call that tracks nothing is one generation whose duration is known", async () => {
    const { host, port, read } = openSummarizer();
    const config = await read();
    const running = config.run(async () => {
      await new Promise<void>((resolve) => void host.setTimer(250, resolve));
      return "Short.";
    });
    await host.advance(250);
    expect(await running).toMatchObject({ kind: "answer", answer: "Short.", text: "Short.", outcome: "model" });
    expect(port.of("generation")).toMatchObject([{ durationMs: 250, requestModel: "claude-opus-4-6" }]);
  });

  test("a loop of calls is as many generations", async () => {
    const { port, read } = openSummarizer();
    const run = await (
      await read()
    ).run(async (attempt) => {
      await attempt.track(Promise.resolve("call the tool"), { answer: () => ({ toolCalls: 1, outputTokens: 5 }) });
      return attempt.track(Promise.resolve("done"), { answer: () => ({ toolCalls: 0, outputTokens: 7, text: "done" }) });
    });
    expect(run).toMatchObject({ kind: "answer", text: "done", outcome: "model" });
    expect(port.of("generation")).toMatchObject([{ toolCalls: 1, outputTokens: 5 }, { outputTokens: 7 }]);
    expect(port.of("run")).toMatchObject([{ attempts: 1 }]);
  });

  test("a reply needs no call", async () => {
    const { port, read } = openSummarizer({ variant: "plain", value: { reply: "Hello {{ text }}" } });
    const model = script();
    const run = await (await read({ text: "Ann" })).run(model.call);
    expect(run).toMatchObject({
      kind: "reply",
      reply: "Hello Ann",
      text: "Hello Ann",
      outcome: "reply",
      served: { variant: "plain" },
    });
    expect(model.calls).toEqual([]);
    expect(port.events.map(({ kind }) => kind)).toEqual(["exposure", "run"]);
  });
});

describe("without a value", () => {
  test("the app's answer, or its default model", async () => {
    const { ai, port } = openSummarizer();
    const nothing = await ai.config("nobody", context, { fallback });
    expect(nothing.value).toEqual(fallback);
    const model = script({ text: "Short." });
    expect(await nothing.run(model.call, { throws: true })).toMatchObject({
      kind: "reply",
      reply: fallback.reply,
      outcome: "default",
    });
    const config = await ai.config("nobody", context, { fallback, default: { provider: "openai", model: "gpt-5-mini" } });
    expect(await config.run(model.call)).toMatchObject({ text: "Short.", outcome: "default" });
    expect(port.of("exposure")).toEqual([]);
    expect(port.of("run").map(({ outcome }) => outcome)).toEqual(["default", "default"]);
  });

  test("a client that rejects is one that has nothing", async () => {
    const client = { getObjectDetails: () => Promise.reject(new Error("down")) };
    const { ai } = openSummarizer(summarizer, { client });
    const config = await ai.config("summarizer", context, { fallback });
    expect(config.details).toMatchObject({ errorCode: "GENERAL", errorMessage: "down" });
    expect((await config.run(script().call)).text).toBe(fallback.reply);
  });

  test("nobody in particular asks", async () => {
    const { ai } = openSummarizer();
    const config = await ai.config("summarizer", undefined, { fallback, variables: { text: "a" } });
    expect((await config.run(script({ text: "Short." }).call)).text).toBe("Short.");
  });

  test("a fallback is asked for at once", async () => {
    const { ai } = openSummarizer();
    await expect(ai.config("summarizer", context, {} as never)).rejects.toThrow(/needs \{ fallback/);
  });
});

describe("without Dimmer", () => {
  test("everything works but what only it can give, which is said once", async () => {
    const host = fakeHost();
    const ai = openAi({ client: fakeFlags({ summarizer }), host });
    for (let count = 0; count < 2; count++) {
      const run = await (
        await ai.config("summarizer", context, { fallback, variables: { text: "a" } })
      ).run(script({ error: 500 }).call);
      expect(run).toMatchObject({ reply: fallback.reply, outcome: "error" });
      run.feedback({ thumbs: "up" });
      expect(await run.token()).toBeUndefined();
      run.sample({ output: "Short." });
    }
    expect(host.warnings).toEqual([
      "Dimmer AI: there is no port to Dimmer: no fallback lists, and nothing is recorded. This is said once.",
      "Dimmer AI: run tokens come from Dimmer; without its port `run.token()` gives nothing. This is said once.",
      "Dimmer AI: judges come from Dimmer; without its port samples go nowhere. This is said once.",
    ]);
  });

  test("a port that throws hurts nobody", async () => {
    const fail = () => {
      throw new Error("broken");
    };
    const port = {
      record: fail,
      fallback: fail,
      takeBudget: fail,
      sample: fail,
      runToken: () => Promise.reject(new Error("no")),
    };
    const { host, read } = openSummarizer(summarizer, { port });
    const run = await (await read()).run(script({ text: "Short." }).call);
    expect(run).toMatchObject({ text: "Short.", outcome: "model" });
    expect(await run.token()).toBeUndefined();
    run.sample({ output: "Short." });
    expect((await (await read()).run(script({ error: 500 }).call)).outcome).toBe("error");
    expect(host.warnings).toHaveLength(3);
  });
});

describe("after the answer", () => {
  test("feedback and scores go to the variant that answered", async () => {
    const { port, read } = openSummarizer();
    const run = await (await read()).run(script({ error: 500 }, { text: "Short." }).call);
    run.feedback({ thumbs: "down", rating: 0.75, accepted: false, edited: 0.25, retried: true, comment: "x".repeat(3_000) });
    run.feedback({});
    run.score("faithful", 0.9, "good");
    run.score("broken", Number.NaN);
    expect(port.of("feedback").map(({ name, value }) => [name, value])).toEqual([
      ["thumbs", 0],
      ["rating", 0.75],
      ["accepted", 0],
      ["edited", 0.25],
      ["retried", 1],
      ["comment", undefined],
    ]);
    expect(port.of("feedback").at(-1)?.comment).toHaveLength(2_000);
    expect(port.of("score")).toMatchObject([{ name: "faithful", value: 0.9, label: "good" }]);
    for (const event of [...port.of("feedback"), ...port.of("score")])
      expect(event).toMatchObject({ run: run.id, targetingKey: "user-7", served: { variant: "mini" } });
  });

  test("a sample is given as the app wants it seen, of the variant that answered; of the app's own answer there is none", async () => {
    const given: unknown[] = [];
    const port = recordingPort({ summarizer }, { sample: (sample) => void given.push(sample) });
    const { read } = openSummarizer(summarizer, { port });
    const run = await (await read()).run(script({ text: "Short." }).call);
    run.sample({ input: "asked", output: "Short." });
    run.sample({ output: "Short." });
    const of = { run: run.id, targetingKey: "user-7", served: expect.objectContaining({ variant: "opus" }) as unknown };
    expect(given).toEqual([
      { ...of, input: "asked", output: "Short." },
      { ...of, output: "Short." },
    ]);
    const ai = openAi({ client: fakeFlags({}), port, host: fakeHost() });
    const own = await (await ai.config("absent", context, { fallback })).run(script({ text: "Short." }).call);
    own.sample({ output: "Sorry." });
    expect(given).toHaveLength(2);
  });

  test("a token vouches for the run", async () => {
    const port = recordingPort({ summarizer }, { runToken: async (claims, seconds) => JSON.stringify({ claims, seconds }) });
    const { read } = openSummarizer(summarizer, { port });
    const run = await (await read()).run(script({ text: "Short." }).call);
    expect(JSON.parse((await run.token(60)) ?? "")).toMatchObject({
      seconds: 60,
      claims: { run: run.id, targetingKey: "user-7", served: { flag: "summarizer", variant: "opus" } },
    });
  });
});

describe("over OpenFeature's own client", () => {
  afterEach(() => OpenFeature.close());

  async function inMemory(disabled = false): Promise<Client> {
    const flag = { variants: { opus, plain }, defaultVariant: "opus", disabled };
    await OpenFeature.setProviderAndWait("ai", new InMemoryProvider({ summarizer: flag }));
    return OpenFeature.getClient("ai");
  }

  test("a value is read with its variant, a disabled flag and an unknown one give the app's answer", async () => {
    const host = fakeHost();
    const ai = openAi({ client: await inMemory(), host });
    const options = { fallback, variables: { text: "War and Peace" } };
    const run = await (await ai.config("summarizer", context, options)).run(script({ text: "Short." }).call);
    expect(run).toMatchObject({
      text: "Short.",
      outcome: "model",
      served: { flag: "summarizer", variant: "opus", reason: "STATIC" },
    });
    expect((await (await ai.config("nobody", context, options)).run(script().call)).outcome).toBe("default");
    const off = openAi({ client: await inMemory(true), host });
    expect((await (await off.config("summarizer", context, options)).run(script().call)).text).toBe(fallback.reply);
  });
});
