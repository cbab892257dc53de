/** Down the chain: errors, refusals, time, aborts, budgets, the breaker, and what the app gets at its end. */

import { describe, expect, test, vi } from "vitest";
import { fallback, mini, openSummarizer, opus, plain, script, summarizer } from "../../test/summarizer.ts";
import { fakeModel, recordingPort, type FakeStep } from "../testing/testing.ts";
import { RunFailedError } from "./errors.ts";

describe("down the chain", () => {
  const CASES: readonly (readonly [string, FakeStep, object, object])[] = [
    ["an error", { error: 500 }, { errorType: "server_error", httpStatus: 500 }, { errorType: "server_error" }],
    ["a limit", { error: 429 }, { errorType: "rate_limited", httpStatus: 429 }, { errorType: "rate_limited" }],
    ["a refusal", { refusal: "No." }, { refused: true, finishReasons: ["refusal"] }, { errorType: "refusal" }],
  ];
  test.each(CASES)("%s", async (_name, first, expected, failure) => {
    const { port, read } = openSummarizer();
    const run = await (await read()).run(script(first, { text: "Short." }).call);
    expect(run).toMatchObject({
      kind: "answer",
      text: "Short.",
      outcome: "fallback",
      served: { variant: "mini", path: "fallback" },
    });
    expect(run.failures).toMatchObject([{ attempt: 1, variant: "opus", ...failure }]);
    const [one, other] = port.of("generation");
    expect(one).toMatchObject({ attempt: 1, served: { variant: "opus" }, ...expected });
    expect(other).toMatchObject({ attempt: 2, served: { variant: "mini", valueVersion: 1, path: "fallback", version: "12" } });
    expect(other).not.toHaveProperty("errorType");
    expect(port.of("run")).toMatchObject([{ outcome: "fallback", attempts: 2, served: { variant: "opus" } }]);
  });

  test("a refusal is no error", async () => {
    const { port, read } = openSummarizer();
    await (await read()).run(script({ refusal: "No." }, { text: "Short." }).call);
    expect(port.of("generation")[0]).not.toHaveProperty("errorType");
  });

  test("its plain answer, after its models", async () => {
    const { port, read } = openSummarizer();
    const run = await (await read()).run(script({ error: 500 }, { error: 529 }).call);
    expect(run).toMatchObject({
      kind: "reply",
      reply: plain.reply,
      outcome: "fallback",
      served: { variant: "plain", valueVersion: 2 },
    });
    expect(port.of("run")).toMatchObject([{ outcome: "fallback", attempts: 2 }]);
  });

  test("the app's own answer when all have failed, or an error where the app asked for one", async () => {
    const { port, read } = openSummarizer({ ...summarizer, fallback: [{ variant: "mini", value: mini, valueVersion: 1 }] });
    const config = await read();
    const run = await config.run(script({ error: 500 }, { error: 529 }).call);
    expect(run).toMatchObject({ kind: "reply", reply: fallback.reply, outcome: "error" });
    expect(run).not.toHaveProperty("served");
    expect(run.failures.map(({ errorType }) => errorType)).toEqual(["server_error", "overloaded"]);
    expect(port.of("run")).toMatchObject([{ outcome: "error", attempts: 2, served: { variant: "opus" } }]);
    const thrown = await config
      .run(script({ error: 500 }, { error: 529 }).call, { throws: true })
      .catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(RunFailedError);
    expect((thrown as RunFailedError).failures).toHaveLength(2);
  });

  test("code of the app that finds an answer unusable throws, and the next is tried", async () => {
    const { host, port, read } = openSummarizer();
    const model = script({ text: "not JSON" }, { text: '{"ok":true}' });
    const run = await (
      await read()
    ).run(async (attempt, signal) => {
      const { text } = await model.call(attempt, signal);
      return JSON.parse(text) as unknown;
    });
    expect(run).toMatchObject({ answer: { ok: true }, outcome: "fallback" });
    expect(port.of("generation")).toHaveLength(2);
    expect(host.warnings).toEqual([
      "Dimmer AI: summarizer · opus gave no answer (unknown). SyntaxError was thrown. This is said once.",
    ]);
  });

  test("a prompt that cannot be filled and a value that is none are passed over, told and never sent", async () => {
    for (const [value, errorType] of [
      [opus, "template"],
      [{ provider: "anthropic" }, "invalid_value"],
    ] as const) {
      const { host, port, read } = openSummarizer({ ...summarizer, value });
      const model = script({ text: "Short." });
      const run = await (await read({})).run(model.call);
      expect(run).toMatchObject({ text: "Short.", outcome: "fallback", failures: [{ errorType, variant: "opus" }] });
      expect(model.calls.map(({ variant }) => variant)).toEqual(["mini"]);
      expect(port.of("generation")[0]).toMatchObject({ errorType, durationMs: 0, attempt: 1, served: { variant: "opus" } });
      expect(port.of("run")).toMatchObject([{ attempts: 1 }]);
      expect(host.warnings).toHaveLength(1);
    }
  });

  test("a tool that the app lacks", async () => {
    const { port, read } = openSummarizer(
      { ...summarizer, value: { ...mini, tools: [{ name: "search" }, { name: "pay" }] } },
      { tools: ["search"] },
    );
    const run = await (await read()).run(script({ text: "Short." }).call);
    expect(run).toMatchObject({
      outcome: "fallback",
      failures: [{ errorType: "missing_tools", message: "The app does not have the tools pay." }],
    });
    expect(port.of("run")).toMatchObject([{ missingTools: ["pay"] }]);
  });

  test("a budget that is spent", async () => {
    const port = recordingPort({ summarizer }, { takeBudget: (_flag, variant) => variant !== "opus" });
    const { read } = openSummarizer(summarizer, { port });
    const run = await (await read()).run(script({ text: "Short." }).call);
    expect(run).toMatchObject({ outcome: "fallback", failures: [{ errorType: "budget", variant: "opus" }] });
    expect(port.of("generation")[0]).toMatchObject({ errorType: "budget", durationMs: 0 });
  });

  test("no variant twice, and no more than the limit", async () => {
    const list = Array.from({ length: 40 }, (_, index) => ({ variant: `v${index % 30}`, value: mini, valueVersion: 1 }));
    const { read } = openSummarizer({ ...summarizer, fallback: [{ variant: "opus", value: opus, valueVersion: 3 }, ...list] });
    const model = fakeModel(() => ({ error: 500 }));
    await (await read()).run(model.call);
    expect(model.calls.map(({ variant }) => variant)).toEqual(["opus", ...Array.from({ length: 15 }, (_, index) => `v${index}`)]);
  });
});

describe("time", () => {
  test("an attempt's own limit, the option's, and the next is tried", async () => {
    const { host, port, read } = openSummarizer(
      { ...summarizer, value: { ...opus, parameters: { timeoutMs: 500 } } },
      { timeoutMs: 2_000 },
    );
    const model = fakeModel(
      [
        { text: "late", delayMs: 9_000 },
        { text: "late too", delayMs: 9_000 },
      ],
      { host },
    );
    const running = (await read()).run(model.call);
    await host.advance(2_500);
    const run = await running;
    expect(run).toMatchObject({ kind: "reply", reply: plain.reply, outcome: "fallback" });
    expect(port.of("generation")).toMatchObject([
      { errorType: "timeout", durationMs: 500 },
      { errorType: "timeout", durationMs: 2_000 },
    ]);
    await host.advance(9_000);
    expect(host.pending).toBe(0);
    expect(port.events).toHaveLength(4);
  });

  test("the run's limit ends the chain with the app's answer", async () => {
    const { host, port, read } = openSummarizer(summarizer, { totalTimeoutMs: 700 });
    const model = fakeModel(
      [
        { error: 500, delayMs: 500 },
        { text: "late", delayMs: 500 },
      ],
      { host },
    );
    const running = (await read()).run(model.call);
    await host.advance(700);
    expect(await running).toMatchObject({ kind: "reply", reply: fallback.reply, outcome: "error" });
    expect(port.of("generation")).toMatchObject([{ errorType: "server_error" }, { errorType: "timeout", durationMs: 200 }]);
    await host.advance(1_000);
    expect(host.pending).toBe(0);
  });

  test("a call that does not listen to its signal is left behind", async () => {
    const { host, read } = openSummarizer(summarizer, { timeoutMs: 100 });
    let calls = 0;
    const running = (await read()).run(() => (++calls === 1 ? new Promise<string>(() => undefined) : "Short."));
    await host.advance(100);
    expect(await running).toMatchObject({ answer: "Short.", outcome: "fallback" });
  });
});

test("what a failed call has begun besides is told to stop", async () => {
  const { read } = openSummarizer();
  const signals: AbortSignal[] = [];
  const run = await (
    await read()
  ).run(async (_attempt, signal) => {
    signals.push(signal);
    if (signals.length === 1) throw new Error("one of two failed");
    return "Short.";
  });
  expect(run).toMatchObject({ answer: "Short.", outcome: "fallback" });
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
});

describe("aborted by the app", () => {
  test("[run-aborted] rejects with its reason, tries nothing else, and holds nothing against the model", async () => {
    const { host, port, read } = openSummarizer(summarizer, { breaker: { failures: 1 } });
    const config = await read();
    const model = fakeModel([{ text: "late", delayMs: 500 }, { text: "Short." }], { host });
    const controller = new AbortController();
    const running = config.run(model.call, { signal: controller.signal, throws: true });
    const thrown = running.catch((error: unknown) => error);
    await host.advance(100);
    controller.abort(new Error("gone"));
    expect(await thrown).toEqual(new Error("gone"));
    expect(model.calls).toHaveLength(1);
    expect(port.of("generation")).toMatchObject([{ errorType: "aborted", durationMs: 100 }]);
    expect(port.of("run")).toMatchObject([
      { outcome: "error", errorType: "aborted", attempts: 1, durationMs: 100, served: { variant: "opus" } },
    ]);
    await host.advance(1_000);
    expect(host.pending).toBe(0);
    expect(await config.run(model.call)).toMatchObject({ outcome: "model" });
    expect(port.of("run")[1]).not.toHaveProperty("errorType");
  });

  test("a signal that outlives many runs keeps nothing of them", async () => {
    const { read } = openSummarizer();
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, "addEventListener");
    const removed = vi.spyOn(signal, "removeEventListener");
    await (await read()).run(script({ text: "Short." }).call, { signal });
    await Promise.resolve();
    expect(added).toHaveBeenCalled();
    expect(removed).toHaveBeenCalledTimes(added.mock.calls.length);
  });

  test("before it began", async () => {
    const { port, read } = openSummarizer();
    const model = script();
    await expect((await read()).run(model.call, { signal: AbortSignal.abort(new Error("gone")) })).rejects.toThrow("gone");
    expect([model.calls, port.events]).toEqual([[], []]);
  });
});

describe("the breaker", () => {
  test("a refusal is an answer: the model is there", async () => {
    const { read } = openSummarizer(summarizer, { breaker: { failures: 2 } });
    const config = await read();
    for (const first of [{ error: 500 }, { refusal: "No." }, { error: 500 }]) await config.run(script(first, { text: "a" }).call);
    expect((await config.run(script({ text: "b" }).call)).failures).toEqual([]);
  });

  test("a probe that the budget holds back leaves the place to another", async () => {
    const isSpent = { opus: false };
    const port = recordingPort({ summarizer }, { takeBudget: (_flag, variant) => variant !== "opus" || !isSpent.opus });
    const { host, read } = openSummarizer(summarizer, { port, breaker: { failures: 1, openMs: 100 } });
    const config = await read();
    await config.run(script({ error: 500 }, { text: "a" }).call);
    await host.advance(100);
    isSpent.opus = true;
    expect((await config.run(script({ text: "a" }).call)).failures).toMatchObject([{ errorType: "budget" }]);
    isSpent.opus = false;
    expect((await config.run(script({ text: "a" }).call)).outcome).toBe("model");
  });

  test("after failures in a row the next of the chain is asked at once, until a probe succeeds", async () => {
    const { host, port, read } = openSummarizer(summarizer, { breaker: { failures: 2, openMs: 1_000 } });
    const config = await read();
    const isDown = { opus: true };
    const model = fakeModel(({ variant }) => (variant === "opus" && isDown.opus ? { error: 503 } : { text: "Short." }));
    for (let count = 0; count < 4; count++) expect((await config.run(model.call)).outcome).toBe("fallback");
    expect(model.calls.map(({ variant }) => variant)).toEqual(["opus", "mini", "opus", "mini", "mini", "mini"]);
    const { failures } = await config.run(model.call);
    expect(failures).toMatchObject([{ errorType: "breaker_open", variant: "opus" }]);
    expect(port.of("generation").filter(({ errorType }) => errorType !== undefined)).toHaveLength(2);
    isDown.opus = false;
    await host.advance(1_000);
    expect((await config.run(model.call)).outcome).toBe("model");
  });

  test("what is the request's fault does not open it; a model that is not there does", async () => {
    for (const [error, isOpen] of [
      [400, false],
      [404, true],
      [401, true],
    ] as const) {
      const { read } = openSummarizer(summarizer, { breaker: { failures: 1 } });
      const config = await read();
      await config.run(fakeModel([{ error }, { text: "Short." }]).call);
      const { failures } = await config.run(script({ text: "a" }).call);
      expect(failures.map(({ errorType }) => errorType)).toEqual(isOpen ? ["breaker_open"] : []);
    }
  });
});
