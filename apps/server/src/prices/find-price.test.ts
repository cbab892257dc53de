/** Which of a project's own prices counts: by provider, name and day; and what a call costs by it. */

import { describe, expect, test } from "vitest";
import type { GenerationEvent, ModelPrice } from "@dimmer/protocol";
import { costBy, findPrice } from "./find-price.ts";
import { outputPrice } from "./output-price.ts";
import { OWN_PRICE, priceGeneration, TABLE } from "./price-generation.ts";

const price = (model: string, outputUsd: number, more: Partial<ModelPrice> = {}): ModelPrice => ({
  provider: "openai",
  model,
  from: "2026-01-01",
  inputUsd: 1,
  outputUsd,
  ...more,
});
const JUNE = Date.UTC(2026, 5, 15);
const PRICES = [
  price("gpt-4o-mini", 1),
  price("gpt-4o-mini", 2, { from: "2026-06-15" }),
  price("gpt-4o-mini", 3, { from: "2026-06-16" }),
  price("gpt-4o*", 4),
  price("gpt-*", 5, { from: "2026-06-01" }),
  price("anthropic.claude*", 6, { provider: "aws" }),
];

test.each<[string, string | undefined, string, number, number | undefined]>([
  ["the latest day that has come", "openai", "gpt-4o-mini", JUNE, 2],
  ["an earlier one before it", "openai", "gpt-4o-mini", JUNE - 1, 1],
  ["the longer beginning", "openai", "gpt-4o-2024-08-06", JUNE, 4],
  ["the shorter beginning", "openai", "gpt-5", JUNE, 5],
  ["none of a day to come", "openai", "gpt-5", Date.UTC(2026, 4, 31), undefined],
  ["none of another provider", "anthropic", "gpt-5", JUNE, undefined],
  ["any where nobody told the provider", undefined, "gpt-5", JUNE, 5],
  ["OpenTelemetry's name of the provider", "aws.bedrock", "anthropic.claude-opus", JUNE, 6],
  ["no part of a name", "openai", "my-gpt-5", JUNE, undefined],
])("%s", (_what, provider, model, at, outputUsd) => {
  expect(findPrice(PRICES, { provider, model, at })?.outputUsd).toBe(outputUsd);
  expect(findPrice([...PRICES].reverse(), { provider, model, at })?.outputUsd).toBe(outputUsd);
});

const call = (more: Partial<GenerationEvent> = {}): GenerationEvent => ({
  kind: "generation",
  id: "event-with-a-price-2",
  at: JUNE,
  operation: "chat",
  attempt: 1,
  durationMs: 1,
  provider: "openai",
  requestModel: "gpt-4o-mini",
  inputTokens: 1_000,
  outputTokens: 100,
  ...more,
});

describe("what a call costs by it", () => {
  test("cached tokens cost what it says, else what others do", () => {
    const cached = call({ cacheReadInputTokens: 600, cacheCreationInputTokens: 100 });
    expect(costBy(price("m", 2), cached)).toBe(1_000 + 200);
    expect(costBy(price("m", 2, { cacheReadUsd: 0.1, cacheWriteUsd: 1.25 }), cached)).toBe(300 + 60 + 125 + 200);
    expect(costBy(price("m", 2), call({ cacheReadInputTokens: 1_001 }))).toBeUndefined();
  });

  test("[own-prices] it comes before the table's, also for a dated name of the model, and is marked", () => {
    expect(priceGeneration(call(), PRICES)).toEqual({ costMicroUsd: 1_200, priceFrom: OWN_PRICE });
    const dated = call({ responseModel: "gpt-4o-mini-2024-07-18" });
    expect(priceGeneration(dated, [price("gpt-4o-mini", 2)])).toEqual({ costMicroUsd: 1_200, priceFrom: OWN_PRICE });
    expect(priceGeneration(call({ responseModel: "gpt-4o" }), [price("gpt-4o-mini", 2)])?.priceFrom).toBe(TABLE);
    expect(priceGeneration(call(), [])?.priceFrom).toBe(TABLE);
  });

  test("[unknown-is-not-nothing] a model that nobody knows has one once the project says it; tokens that are not told have none", () => {
    const house = call({ provider: "house", requestModel: "llama-9" });
    expect(priceGeneration(house)).toBeUndefined();
    const own = [price("llama*", 0, { provider: "house", inputUsd: 0 })];
    expect(priceGeneration(house, own)).toEqual({ costMicroUsd: 0, priceFrom: OWN_PRICE });
    expect(priceGeneration({ ...house, outputTokens: undefined }, own)).toBeUndefined();
  });
});

test("what output costs now: the project's own price, else the table's", () => {
  expect(outputPrice(PRICES, { provider: "openai", model: "gpt-4o-mini", at: JUNE })).toBe(2);
  expect(outputPrice([], { provider: "openai", model: "gpt-4o-mini", at: JUNE })).toBe(0.6);
  expect(outputPrice([], { provider: "anthropic", model: "claude-opus-4-20250514", at: JUNE })).toBe(75);
  expect(outputPrice([], { provider: "constructor", model: "llama-9", at: JUNE })).toBeUndefined();
  expect(outputPrice([], { provider: "house", model: "llama-9", at: JUNE })).toBeUndefined();
});
