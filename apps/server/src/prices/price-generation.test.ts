/** Prices: right to the micro-dollar, unknown where it is, and from the table that is installed. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import type { GenerationEvent } from "@dimmer/protocol";
import { priceGeneration, TABLE } from "./price-generation.ts";

const call = (more: Partial<GenerationEvent> = {}): GenerationEvent => ({
  kind: "generation",
  id: "event-with-a-price-1",
  at: Date.UTC(2026, 8, 1),
  operation: "chat",
  attempt: 1,
  durationMs: 1,
  provider: "openai",
  requestModel: "gpt-4o-mini",
  inputTokens: 1_000,
  outputTokens: 100,
  ...more,
});
const costOf = (more: Partial<GenerationEvent>) => priceGeneration(call(more))?.costMicroUsd;

// By the providers' price lists: dollars for a million tokens.
test("a call costs its tokens at the model's price; cached ones cost theirs", () => {
  expect(costOf({})).toBe(1_000 * 0.15 + 100 * 0.6);
  expect(costOf({ responseModel: "gpt-4o-mini-2024-07-18" })).toBe(210);
  expect(costOf({ cacheReadInputTokens: 400 })).toBe(600 * 0.15 + 400 * 0.075 + 100 * 0.6);
  const claude = { provider: "anthropic", requestModel: "claude-sonnet-4-20250514" } as const;
  expect(costOf(claude)).toBe(1_000 * 3 + 100 * 15);
  expect(costOf({ ...claude, cacheCreationInputTokens: 500, cacheReadInputTokens: 500 })).toBe(500 * 3.75 + 500 * 0.3 + 100 * 15);
});

test("the model that answered counts, and not the one that was asked for, unless it is a dated name of that", () => {
  expect(costOf({ responseModel: "gpt-4o" })).toBe(1_000 * 2.5 + 100 * 10);
  expect(costOf({ responseModel: "house-model-2" })).toBeUndefined();
  expect(costOf({ responseModel: "gpt-4o-mini-of-the-house" })).toBeUndefined();
  const bedrock = { provider: "aws.bedrock", requestModel: "amazon.nova-lite-v1:0" };
  expect(costOf({ ...bedrock, responseModel: `${bedrock.requestModel}-2031-01-01` })).toBe(costOf(bedrock));
  expect(costOf(bedrock)).toBeGreaterThan(0);
});

test("[unknown-is-not-nothing] without a price, or without all of its tokens, the cost is unknown", () => {
  expect(costOf({ requestModel: "house-model-2", provider: "house" })).toBeUndefined();
  expect(costOf({ requestModel: undefined })).toBeUndefined();
  expect(costOf({ inputTokens: undefined })).toBeUndefined();
  expect(costOf({ outputTokens: undefined })).toBeUndefined();
  expect(costOf({ cacheReadInputTokens: 5_000 })).toBeUndefined();
});

test("OpenTelemetry's names of providers are known to the table", () => {
  for (const provider of ["azure.ai.openai", "azure.ai.inference"])
    expect([provider, costOf({ provider })]).toEqual([provider, 210]);
  const bedrock = { provider: "aws.bedrock", requestModel: "anthropic.claude-sonnet-4-20250514-v1:0" };
  expect(costOf(bedrock)).toBe(4_500);
  for (const provider of ["gcp.gemini", "gcp.gen_ai", "gcp.vertex_ai"])
    expect([provider, costOf({ provider, requestModel: "gemini-2.5-flash" }) ?? 0]).toEqual([provider, 1_000 * 0.3 + 100 * 2.5]);
});

test("says which table it is from", () => {
  const entry = createRequire(import.meta.url).resolve("@pydantic/genai-prices");
  const { version } = JSON.parse(readFileSync(new URL("../package.json", `file://${entry}`), "utf8")) as {
    readonly version: string;
  };
  expect(priceGeneration(call())?.priceFrom).toBe(TABLE);
  expect(TABLE).toBe(`genai-prices ${version}`);
});
