/** AI configs through the Vercel AI SDK and its OpenAI provider, against the local model server. */

import { createOpenAI, type OpenAIProvider } from "@ai-sdk/openai";
import { openAi, type Attempt, type ModelConfig } from "@dimmer/ai";
import { fakeFlags, recordingPort } from "@dimmer/ai/testing";
import { started, toPrompt, trackingMiddleware } from "@dimmer/ai/vercel";
import { generateText, jsonSchema, stepCountIs, streamText, tool, wrapLanguageModel } from "ai";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startModelServer, type ModelServer } from "../../examples/model-server/model-server.ts";

let server: ModelServer;
let openai: OpenAIProvider;
beforeEach(async () => {
  server = await startModelServer({ behaviour: { inputTokens: 100, outputTokens: 20, cachedTokens: 60, reasoningTokens: 5 } });
  openai = createOpenAI({ apiKey: "local", baseURL: `${server.url}/v1` });
});
afterEach(() => server.close());

const small: ModelConfig = {
  provider: "openai",
  model: "gpt-5-mini",
  messages: [
    { role: "system", content: "Sum up." },
    { role: "user", content: "one two three" },
  ],
  parameters: { maxTokens: 50 },
};
const flags = {
  chat: {
    variant: "small",
    value: small,
    fallback: [{ variant: "large", value: { ...small, model: "gpt-5" }, valueVersion: 1 }],
  },
};

function open() {
  const port = recordingPort(flags);
  const ai = openAi({ client: fakeFlags(flags), port, host: { warn: () => undefined } });
  return { port, read: () => ai.config("chat", {}, { fallback: { reply: "Resting." } }) };
}

const modelOf = (attempt: Attempt) =>
  wrapLanguageModel({ model: openai.chat(attempt.config.model), middleware: trackingMiddleware(attempt) });
const common = (attempt: Attempt) => ({
  model: modelOf(attempt),
  ...toPrompt(attempt.config),
  maxRetries: 0,
  abortSignal: attempt.signal,
});

const tokens = { inputTokens: 100, outputTokens: 20, cacheReadInputTokens: 60, reasoningOutputTokens: 5 };

test("a whole text, with everything that the SDK tells", async () => {
  const { port, read } = open();
  server.behave("*", { responseModel: "gpt-5-mini-2026-01-01" });
  const run = await (await read()).run((attempt) => generateText(common(attempt)));
  expect(run).toMatchObject({ kind: "answer", text: "one two three", answer: { text: "one two three" } });
  expect(server.requests[0]?.body).toMatchObject({ max_completion_tokens: 50, messages: [{ content: "Sum up." }, {}] });
  expect(port.of("generation")).toMatchObject([
    { ...tokens, requestModel: "gpt-5-mini", responseModel: "gpt-5-mini-2026-01-01", finishReasons: ["stop"], toolCalls: 0 },
  ]);
});

test("each step of a tool loop is a generation", async () => {
  const { port, read } = open();
  server.behave("*", { toolCall: { name: "search", arguments: { words: "a" } } });
  const search = tool({
    inputSchema: jsonSchema<{ words: string }>({ type: "object", properties: { words: { type: "string" } } }),
    execute: () => {
      server.behave("*", { toolCall: undefined } as unknown as object);
      return "page 3";
    },
  });
  const run = await (
    await read()
  ).run((attempt) => generateText({ ...common(attempt), tools: { search }, stopWhen: stepCountIs(3) }));
  expect(run).toMatchObject({ kind: "answer", text: "one two three" });
  expect(port.of("generation")).toMatchObject([
    { toolCalls: 1, finishReasons: ["tool_calls"] },
    { toolCalls: 0, finishReasons: ["stop"] },
  ]);
});

test("errors, and the next of the chain", async () => {
  const { port, read } = open();
  server.behave("gpt-5-mini", { errorRate: 1, errorStatus: 429 });
  const run = await (await read()).run((attempt) => generateText(common(attempt)));
  expect(run).toMatchObject({ outcome: "fallback", served: { variant: "large" }, failures: [{ errorType: "rate_limited" }] });
  expect(port.of("generation")).toMatchObject([{ errorType: "rate_limited", httpStatus: 429 }, { requestModel: "gpt-5" }]);
});

test("a stream, measured to its end", async () => {
  const { port, read } = open();
  const run = await (await read()).run((attempt) => started(attempt, streamText(common(attempt))));
  if (run.kind !== "answer") throw new Error("It answers.");
  let text = "";
  for await (const piece of run.answer.textStream) text += piece;
  expect(text).toBe("one two three");
  expect(await run.answer.usage).toMatchObject({ inputTokens: 100 });
  expect(port.of("generation")).toMatchObject([{ ...tokens, stream: true, finishReasons: ["stop"] }]);
  expect(port.of("generation")[0]).toHaveProperty("timeToFirstChunkMs");
  expect(port.of("run")).toMatchObject([{ outcome: "model" }]);
});

test("a stream that fails before it has something to show falls back", async () => {
  const { port, read } = open();
  server.behave("gpt-5-mini", { errorRate: 1, errorStatus: 500 });
  const onError = () => undefined;
  const run = await (await read()).run((attempt) => started(attempt, streamText({ ...common(attempt), onError })));
  if (run.kind !== "answer") throw new Error("It answers.");
  expect(await run.answer.text).toBe("one two three");
  expect(run).toMatchObject({ outcome: "fallback", failures: [{ errorType: "server_error", variant: "small" }] });
  expect(port.of("generation")).toMatchObject([{ errorType: "server_error" }, { stream: true }]);
});
