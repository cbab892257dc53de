/** Configs as the vendors' parameters. */

import { expect, test } from "vitest";
import type { ModelConfig } from "../config/value.ts";
import { toMessages } from "./anthropic/anthropic.ts";
import { toChatCompletion, toResponse } from "./openai/openai.ts";
import { toPrompt } from "./vercel/vercel.ts";

const schema = { type: "object", properties: { title: { type: "string" } } };
const full: ModelConfig = {
  provider: "openai",
  model: "gpt-5-mini",
  messages: [
    { role: "system", content: "Be brief." },
    {
      role: "user",
      name: "ann",
      content: [
        { type: "text", text: "What is this?" },
        { type: "image", url: "https://pictures.example/1.png" },
      ],
    },
    { role: "assistant", content: [{ type: "text", text: "A cat." }] },
  ],
  parameters: {
    maxTokens: 100,
    temperature: 0.2,
    topP: 0.9,
    topK: 40,
    frequencyPenalty: 0.1,
    presencePenalty: 0.2,
    seed: 7,
    stop: ["END"],
    reasoningEffort: "low",
    thinkingTokens: 2_000,
    toolChoice: "required",
    extra: { service_tier: "flex" },
  },
  tools: [{ name: "search", description: "Finds pages.", parameters: schema }],
  responseFormat: { type: "json_schema", name: "title", schema, strict: true },
};

test("chat completions", () => {
  expect(toChatCompletion(full)).toEqual({
    model: "gpt-5-mini",
    messages: [
      { role: "system", content: "Be brief." },
      {
        role: "user",
        name: "ann",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image_url", image_url: { url: "https://pictures.example/1.png" } },
        ],
      },
      { role: "assistant", content: [{ type: "text", text: "A cat." }] },
    ],
    max_completion_tokens: 100,
    temperature: 0.2,
    top_p: 0.9,
    frequency_penalty: 0.1,
    presence_penalty: 0.2,
    seed: 7,
    stop: ["END"],
    reasoning_effort: "low",
    response_format: { type: "json_schema", json_schema: { name: "title", schema, strict: true } },
    tools: [{ type: "function", function: { name: "search", description: "Finds pages.", parameters: schema } }],
    tool_choice: "required",
    service_tier: "flex",
  });
});

test("chat completions of others who speak the format have the old name of the limit", () => {
  const config: ModelConfig = {
    provider: "mistral_ai",
    model: "m",
    instructions: "Hi",
    parameters: { maxTokens: 5, responseFormat: "json" },
  };
  expect(toChatCompletion(config)).toEqual({
    model: "m",
    messages: [{ role: "system", content: "Hi" }],
    max_tokens: 5,
    response_format: { type: "json_object" },
  });
});

test("responses", () => {
  expect(toResponse({ ...full, messages: full.messages?.slice(0, 2) ?? [] })).toEqual({
    model: "gpt-5-mini",
    input: [
      { role: "system", content: "Be brief." },
      {
        role: "user",
        content: [
          { type: "input_text", text: "What is this?" },
          { type: "input_image", image_url: "https://pictures.example/1.png", detail: "auto" },
        ],
      },
    ],
    max_output_tokens: 100,
    temperature: 0.2,
    top_p: 0.9,
    reasoning: { effort: "low" },
    text: { format: { type: "json_schema", name: "title", schema, strict: true } },
    tools: [{ type: "function", name: "search", description: "Finds pages.", parameters: schema, strict: false }],
    tool_choice: "required",
    service_tier: "flex",
  });
  expect(toResponse({ provider: "openai", model: "m", instructions: "Hi" })).toEqual({
    model: "m",
    instructions: "Hi",
    input: [],
  });
});

test("responses: what the assistant said before is a plain text", () => {
  expect(toResponse({ ...full, messages: full.messages?.slice(2) ?? [] }).input).toEqual([
    { role: "assistant", content: "A cat." },
  ]);
});

test("messages", () => {
  expect(toMessages({ ...full, provider: "anthropic", model: "claude-sonnet-4-6" })).toEqual({
    model: "claude-sonnet-4-6",
    max_tokens: 100,
    system: "Be brief.",
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image", source: { type: "url", url: "https://pictures.example/1.png" } },
        ],
      },
      { role: "assistant", content: [{ type: "text", text: "A cat." }] },
    ],
    temperature: 0.2,
    top_p: 0.9,
    top_k: 40,
    stop_sequences: ["END"],
    thinking: { type: "enabled", budget_tokens: 2_000 },
    tools: [{ name: "search", description: "Finds pages.", input_schema: schema }],
    tool_choice: { type: "any" },
    output_config: { format: { type: "json_schema", schema } },
    service_tier: "flex",
  });
  expect(toMessages({ provider: "anthropic", model: "m", instructions: "Hi" })).toEqual({
    model: "m",
    max_tokens: 4_096,
    system: "Hi",
    messages: [],
  });
});

test("the AI SDK's prompt", () => {
  expect(toPrompt(full)).toEqual({
    system: "Be brief.",
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image", image: "https://pictures.example/1.png" },
        ],
      },
      { role: "assistant", content: "A cat." },
    ],
    maxOutputTokens: 100,
    temperature: 0.2,
    topP: 0.9,
    topK: 40,
    frequencyPenalty: 0.1,
    presencePenalty: 0.2,
    seed: 7,
    stopSequences: ["END"],
  });
});

test("messages: a picture that is carried along", () => {
  const content = [{ type: "image", url: "data:image/png;base64,AAAA" }];
  expect(toMessages({ provider: "anthropic", model: "m", messages: [{ role: "user", content }] }).messages).toEqual([
    { role: "user", content: [{ type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } }] },
  ]);
});

test("what cannot be said is refused by name, never left out", () => {
  const config = (role: "user" | "system"): ModelConfig => ({
    provider: "openai",
    model: "m",
    messages: [{ role, content: [{ type: "hologram", data: "x" }] }],
  });
  for (const convert of [toChatCompletion, toResponse, toMessages, toPrompt]) {
    expect(() => convert(config("user"))).toThrow(/hologram/);
    expect(() => convert(config("system"))).toThrow(/hologram/);
  }
});
