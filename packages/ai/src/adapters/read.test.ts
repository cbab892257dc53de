/** The readers on what servers really send, and on what they send when fields are renamed, missing or nonsense. */

import { describe, expect, test } from "vitest";
import type { Reader } from "../run/reading.ts";
import { messageReader } from "./anthropic/read.ts";
import { chatCompletionReader, responseReader } from "./openai/read.ts";
import { languageModelReader } from "./vercel/read.ts";

const NONSENSE: readonly unknown[] = [
  undefined,
  null,
  3,
  "text",
  [],
  {},
  { usage: null, choices: null, content: null, output: null },
  { usage: { prompt_tokens: "9", input_tokens: -1, output_tokens: 1.5 }, choices: [null], content: [null], output: [3] },
  { type: 3, delta: null, message: [], response: "x", content_block: 1 },
];
const TOKENS = ["inputTokens", "outputTokens", "cacheReadInputTokens", "cacheCreationInputTokens", "reasoningOutputTokens"];

describe.each([
  ["chat completions", chatCompletionReader],
  ["responses", responseReader],
  ["messages", messageReader],
  ["Vercel's language models", languageModelReader],
] as readonly (readonly [string, Reader])[])("%s", (_name, reader) => {
  test("nonsense is unknown, and never 0 tokens", () => {
    for (const nonsense of NONSENSE) {
      for (const read of [reader.answer, reader.chunk]) {
        const reading = read?.(nonsense) ?? {};
        for (const field of TOKENS) expect(reading).not.toHaveProperty(field);
        expect(reading.text ?? "").toBe("");
        expect(reading.refused).toBeUndefined();
      }
    }
  });
});

test("chat completions: counts that a server lacks are left out one by one", () => {
  const usage = { prompt_tokens: 9, completion_tokens: 4 };
  expect(chatCompletionReader.answer?.({ usage, choices: [] })).toEqual({ inputTokens: 9, outputTokens: 4 });
});

test("chat completions: reasons, of which a filter and a refusal are refusals", () => {
  const read = (message: object, finish_reason: string) =>
    chatCompletionReader.answer?.({ choices: [{ message, finish_reason }] });
  expect(read({ content: "a" }, "length")).toMatchObject({ finishReasons: ["length"], text: "a" });
  expect(read({ content: "a" }, "function_call")).toMatchObject({ finishReasons: ["tool_calls"] });
  expect(read({ content: "a" }, "brand_new")).toMatchObject({ finishReasons: ["brand_new"] });
  expect(read({ content: null }, "content_filter")).toMatchObject({ finishReasons: ["content_filter"], refused: true });
  expect(read({ content: null, refusal: "No." }, "stop")).toMatchObject({ finishReasons: ["refusal"], refused: true });
});

test("responses: one that failed is an error, though it came with status 200", () => {
  const reading = responseReader.answer?.({ status: "failed", error: { code: "rate_limit_exceeded", message: "slow down" } });
  expect(reading?.error).toMatchObject({ code: "rate_limit_exceeded", message: "slow down" });
  expect(responseReader.chunk?.({ type: "response.failed", response: { status: "failed" } })?.error).toMatchObject({
    code: "server_error",
  });
});

test("responses: an incomplete one", () => {
  const read = (reason: string) => responseReader.answer?.({ status: "incomplete", incomplete_details: { reason }, output: [] });
  expect(read("max_output_tokens")).toMatchObject({ finishReasons: ["length"] });
  expect(read("content_filter")).toMatchObject({ finishReasons: ["content_filter"], refused: true });
});

test("messages: input includes what was cached, with fields that may be null", () => {
  const read = (usage: object) => messageReader.answer?.({ usage });
  expect(read({ input_tokens: 10, cache_read_input_tokens: 90, cache_creation_input_tokens: 5, output_tokens: 7 })).toEqual({
    inputTokens: 105,
    cacheReadInputTokens: 90,
    cacheCreationInputTokens: 5,
    outputTokens: 7,
  });
  expect(read({ input_tokens: 10, cache_read_input_tokens: null, output_tokens: 7 })).toEqual({
    inputTokens: 10,
    outputTokens: 7,
  });
  expect(read({ cache_read_input_tokens: 90 })).toEqual({ cacheReadInputTokens: 90 });
});

test("messages: a stream's first count of output is not its last", () => {
  const start = { type: "message_start", message: { id: "m", model: "c", usage: { input_tokens: 3, output_tokens: 1 } } };
  expect(messageReader.chunk?.(start)).toEqual({ responseId: "m", responseModel: "c", inputTokens: 3, toolCalls: 0 });
});

test("messages: reasons", () => {
  const read = (stop_reason: string) => messageReader.answer?.({ stop_reason })?.finishReasons;
  expect(["end_turn", "stop_sequence", "max_tokens", "tool_use", "refusal", "pause_turn"].map(read)).toEqual([
    ["stop"],
    ["stop"],
    ["length"],
    ["tool_calls"],
    ["refusal"],
    ["pause_turn"],
  ]);
});

test("Vercel's: the vendor's own word where the common one says little", () => {
  const read = (unified: string, raw?: string) => languageModelReader.answer?.({ finishReason: { unified, raw } });
  expect(read("tool-calls", "tool_use")).toMatchObject({ finishReasons: ["tool_calls"] });
  expect(read("content-filter", "refusal")).toMatchObject({ finishReasons: ["refusal"], refused: true });
  expect(read("content-filter", "SAFETY")).toMatchObject({ finishReasons: ["content_filter"], refused: true });
  expect(read("other", "pause_turn")).toMatchObject({ finishReasons: ["pause_turn"] });
  expect(read("other")).toMatchObject({ finishReasons: ["other"] });
  expect(languageModelReader.chunk?.({ type: "error", error: "boom" })).toEqual({ error: "boom" });
});
