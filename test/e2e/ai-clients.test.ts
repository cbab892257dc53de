/** AI configs through the vendors' own clients, against the local model server: whole answers, streams, faults, and what is told of each. */

import Anthropic from "@anthropic-ai/sdk";
import { byProvider, openAi, StreamBrokenError, type AnsweredRun, type Call, type ModelConfig, type Run } from "@dimmer/ai";
import { messageReader, messages, toMessages } from "@dimmer/ai/anthropic";
import { chatCompletionReader, chatCompletions, responses, toChatCompletion } from "@dimmer/ai/openai";
import { fakeFlags, recordingPort } from "@dimmer/ai/testing";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { DEFAULT_BEHAVIOUR, type Behaviour } from "../../examples/model-server/behaviour.ts";
import { startModelServer, type ModelServer } from "../../examples/model-server/model-server.ts";

let server: ModelServer;
let openai: OpenAI;
let anthropic: Anthropic;

beforeAll(async () => {
  server = await startModelServer();
  openai = new OpenAI({ apiKey: "local", baseURL: `${server.url}/v1`, maxRetries: 0 });
  anthropic = new Anthropic({ apiKey: "local", baseURL: server.url, maxRetries: 0 });
});
afterAll(() => server.close());

const gpt: ModelConfig = { provider: "openai", model: "gpt-5-mini", messages: [{ role: "user", content: "Sum up: {{ text }}" }] };
const claude: ModelConfig = { ...gpt, provider: "anthropic", model: "claude-sonnet-4-6" };
const flags = {
  gpt: { variant: "gpt", value: gpt, fallback: [{ variant: "claude", value: claude, valueVersion: 1 }] },
  claude: { variant: "claude", value: claude, fallback: [{ variant: "gpt", value: gpt, valueVersion: 1 }] },
};

function open(more: object = {}) {
  const port = recordingPort(flags);
  const ai = openAi({ client: fakeFlags(flags), port, breaker: { failures: 1_000 }, host: { warn: () => undefined }, ...more });
  const read = (flag: string) => ai.config(flag, {}, { fallback: { reply: "Resting." }, variables: { text: "one two three" } });
  return { port, read };
}

const counts: Partial<Behaviour> = {
  inputTokens: 100,
  outputTokens: 20,
  cachedTokens: 60,
  cacheCreationTokens: 10,
  reasoningTokens: 5,
};
const reset = (behaviour: Partial<Behaviour> = {}) => {
  for (const model of ["*", gpt.model, claude.model])
    server.behave(model, { ...DEFAULT_BEHAVIOUR, ...NOTHING_SET, ...counts, ...behaviour });
};
/** So that a test leaves nothing to the next. */
const NOTHING_SET = { reply: undefined, toolCall: undefined, responseModel: undefined } as unknown as Partial<Behaviour>;
beforeEach(() => reset());

async function textOf(run: Run<unknown>): Promise<string> {
  let text = "";
  for await (const piece of run.textStream()) text += piece;
  return text;
}

/** Each vendor's way to ask, whole and as a stream. */
const WAYS = [
  {
    way: "chat completions",
    flag: "gpt",
    whole: () => chatCompletions(openai),
    stream: () => chatCompletions(openai, { stream: true }),
  },
  { way: "responses", flag: "gpt", whole: () => responses(openai), stream: () => responses(openai, { stream: true }) },
  { way: "messages", flag: "claude", whole: () => messages(anthropic), stream: () => messages(anthropic, { stream: true }) },
] as const satisfies readonly { way: string; flag: string; whole: () => Call<unknown>; stream: () => Call<unknown> }[];

describe.each(WAYS)("$way", ({ flag, whole, stream }) => {
  const cached = flag === "claude" ? { cacheCreationInputTokens: 10 } : { reasoningOutputTokens: 5 };
  const tokens = { inputTokens: 100, outputTokens: 20, cacheReadInputTokens: 60, ...cached };
  const calls: readonly (readonly [string, () => Call<unknown>])[] = [
    ["whole", whole],
    ["stream", stream],
  ];

  describe.each(calls)("%s", (kind, call) => {
    const isStream = kind === "stream";

    test("[ai-measures] answers, with everything that the vendor tells", async () => {
      reset({ responseModel: "the-snapshot-20260101", latencyMs: 30, pieceMs: 5 });
      const { port, read } = open();
      const run = await (await read(flag)).run(call());
      expect(run).toMatchObject({ kind: "answer", outcome: "model", served: { variant: flag } });
      expect(await textOf(run)).toBe("Sum up: one two three");
      const [generation] = port.of("generation");
      expect(generation).toMatchObject({
        ...tokens,
        operation: "chat",
        provider: flags[flag].value.provider,
        requestModel: flags[flag].value.model,
        responseModel: "the-snapshot-20260101",
        finishReasons: ["stop"],
        toolCalls: 0,
        attempt: 1,
      });
      expect(generation?.responseId).toMatch(/^local-\d+$/);
      expect(generation?.durationMs).toBeGreaterThanOrEqual(29);
      expect(generation?.stream).toBe(isStream ? true : undefined);
      const firstMs = generation?.timeToFirstChunkMs;
      expect(firstMs !== undefined && firstMs >= 29 && firstMs < (generation?.durationMs ?? 0)).toBe(isStream);
      expect(firstMs === undefined).toBe(!isStream);
      expect(port.of("run")).toMatchObject([{ outcome: "model", attempts: 1 }]);
    });

    test("without usage the tokens are unknown", async () => {
      reset({ usage: false });
      const { port, read } = open();
      await textOf(await (await read(flag)).run(call()));
      const [generation] = port.of("generation");
      expect(generation).toMatchObject({ finishReasons: ["stop"] });
      for (const field of ["inputTokens", "outputTokens", "cacheReadInputTokens", "reasoningOutputTokens"])
        expect(generation).not.toHaveProperty(field);
    });

    test("a tool call", async () => {
      reset({ toolCall: { name: "search", arguments: { words: ["a"] } } });
      const { port, read } = open();
      const run = await (await read(flag)).run(call());
      expect(await textOf(run)).toBe("");
      expect(run.outcome).toBe("model");
      expect(port.of("generation")).toMatchObject([{ toolCalls: 1, finishReasons: ["tool_calls"] }]);
    });

    test("one that is cut short", async () => {
      reset({ isCutShort: true });
      const { port, read } = open();
      await textOf(await (await read(flag)).run(call()));
      expect(port.of("generation")).toMatchObject([{ finishReasons: ["length"] }]);
    });

    test.each([
      [429, "rate_limited"],
      [401, "unauthenticated"],
      [400, "invalid_request"],
      [500, "server_error"],
      [529, "overloaded"],
    ] as const)("status %i is %s, and the app's answer", async (errorStatus, errorType) => {
      reset({ errorRate: 1, errorStatus });
      const { port, read } = open();
      const run = await (await read(flag)).run(byProvider({ [flags[flag].value.provider]: call() }));
      expect(run).toMatchObject({ kind: "reply", text: "Resting.", outcome: "error" });
      expect(run.failures[0]).toMatchObject({ errorType, attempt: 1 });
      expect(port.of("generation")[0]).toMatchObject({ errorType, httpStatus: errorStatus });
    });

    test("a time limit ends the request", async () => {
      reset({ latencyMs: 2_000 });
      const { port, read } = open({ timeoutMs: 100 });
      const run = await (await read(flag)).run(byProvider({ [flags[flag].value.provider]: call() }));
      expect(run).toMatchObject({ text: "Resting.", failures: [{ errorType: "timeout" }, {}] });
      expect(port.of("generation")[0]).toMatchObject({ errorType: "timeout" });
      expect(port.of("generation")[0]?.durationMs).toBeLessThan(1_500);
    });

    test("an abort by the app", async () => {
      reset({ latencyMs: 2_000 });
      const { port, read } = open();
      const running = (await read(flag)).run(call(), { signal: AbortSignal.timeout(50) });
      await expect(running).rejects.toMatchObject({ name: "TimeoutError" });
      expect(port.of("generation")).toMatchObject([{ errorType: "aborted" }]);
    });

    test("[ai-falls-back] a refusal goes to the next of the chain", async () => {
      const model = flags[flag].value.model;
      server.behave(model, { refusalRate: 1 });
      const { port, read } = open();
      const other = isStream
        ? byProvider({ openai: chatCompletions(openai, { stream: true }), anthropic: messages(anthropic, { stream: true }) })
        : byProvider({ openai: chatCompletions(openai), anthropic: messages(anthropic) });
      const own = call();
      const run = await (
        await read(flag)
      ).run((attempt, signal) => (attempt.number === 1 ? own(attempt, signal) : other(attempt, signal)));
      expect(run).toMatchObject({ outcome: "fallback", failures: [{ errorType: "refusal" }] });
      expect(await textOf(run)).toBe("Sum up: one two three");
      expect(port.of("generation")[0]).toMatchObject({ refused: true });
      expect(port.of("generation")[0]).not.toHaveProperty("errorType");
    });
  });

  test("[ai-broken-stream] a stream that breaks off after its first words is an error of the loop, with what to say instead", async () => {
    reset({ truncateRate: 1, reply: "one two three four five six seven eight nine ten" });
    const { port, read } = open();
    const run = await (await read(flag)).run(stream() as Call<unknown>);
    const thrown = await textOf(run).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(StreamBrokenError);
    expect(thrown).toMatchObject({ reply: "Resting.", errorType: "network" });
    expect(port.of("generation")).toMatchObject([{ errorType: "network", stream: true }]);
    expect(port.of("run")).toMatchObject([{ outcome: "error" }]);
  });
});

test("a server that is gone", async () => {
  const gone = new OpenAI({ apiKey: "local", baseURL: "http://127.0.0.1:9/v1", maxRetries: 0 });
  const { port, read } = open();
  const run = await (await read("gpt")).run(byProvider({ openai: chatCompletions(gone), anthropic: messages(anthropic) }));
  expect(run).toMatchObject({ text: "Sum up: one two three", outcome: "fallback", served: { variant: "claude" } });
  expect(port.of("generation")).toMatchObject([{ errorType: "network", provider: "openai" }, { provider: "anthropic" }]);
});

test("a call of one's own, tracked by hand, with the vendor's own types", async () => {
  const { port, read } = open();
  const run = await (
    await read("gpt")
  ).run((attempt, signal) =>
    attempt.track(openai.chat.completions.create(toChatCompletion(attempt.config), { signal }), chatCompletionReader),
  );
  expect(run.text).toBe("Sum up: one two three");
  expect(port.of("generation")).toMatchObject([{ inputTokens: 100, outputTokens: 20 }]);
});

test("a stream is still the vendor's own, with what it can do besides", async () => {
  const { port, read } = open();
  const one = await (await read("gpt")).run(chatCompletions(openai, { stream: true }));
  const lines = await new Response((one as AnsweredRun<{ toReadableStream(): ReadableStream }>).answer.toReadableStream()).text();
  expect(
    lines
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { object: string }).object),
  ).toContain("chat.completion.chunk");
  const other = await (
    await read("claude")
  ).run((attempt, signal) => attempt.track(anthropic.messages.stream(toMessages(attempt.config), { signal }), messageReader));
  expect(await textOf(other)).toBe("Sum up: one two three");
  expect(await (other as AnsweredRun<{ finalText(): Promise<string> }>).answer.finalText()).toBe("Sum up: one two three");
  expect(port.of("generation")).toMatchObject([
    { stream: true, inputTokens: 100, outputTokens: 20 },
    { stream: true, inputTokens: 100, outputTokens: 20 },
  ]);
});

test("the answers have the vendors' types", () => {
  expectTypeOf(chatCompletions(openai)).returns.resolves.toExtend<OpenAI.ChatCompletion>();
  expectTypeOf(messages(anthropic)).returns.resolves.toExtend<Anthropic.Message>();
  expectTypeOf<AnsweredRun<OpenAI.ChatCompletion>["answer"]>().toEqualTypeOf<OpenAI.ChatCompletion>();
});

test("a stream asks for its tokens, and more goes in beside the config", async () => {
  const { read } = open();
  const more = { stream: true, messages: [{ role: "user", content: "And shorter." }], params: { user: "u-1" } } as const;
  await textOf(await (await read("gpt")).run(chatCompletions(openai, more)));
  expect(server.requests.at(-1)?.body).toMatchObject({
    stream: true,
    stream_options: { include_usage: true },
    user: "u-1",
    messages: [{ content: "Sum up: one two three" }, { content: "And shorter." }],
  });
});
