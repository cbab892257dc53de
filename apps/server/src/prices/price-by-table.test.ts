/** What is reckoned by kept rates is what the price table's own package says, for the models that it has. */

import { calcPrice, findProvider } from "@pydantic/genai-prices";
import { expect, test } from "vitest";
import type { GenerationEvent } from "@dimmer/protocol";
import { costByTable } from "./price-by-table.ts";

const PROVIDERS = [
  "anthropic",
  "openai",
  "google",
  "aws",
  "azure",
  "cohere",
  "deepseek",
  "groq",
  "mistral",
  "openrouter",
  "x-ai",
];
/** One of them resells hundreds. */
const MODELS = 100;
/** In and out, read from a cache and written to it; below tiers, at the edge of one, above them, and some that do not add up. */
const USAGES = [
  [1_000, 100],
  [1_000, 100, 400],
  [1_000, 100, 400, 300],
  [200_000, 7],
  [200_001, 7, 10_000, 500],
  [1_048_576, 65_536],
  [100, 5, 5_000],
  [0, 0],
] as const;
const TIMES = [Date.UTC(2025, 1, 1, 3), Date.UTC(2026, 8, 1, 12), Date.UTC(2026, 8, 1, 23, 59)];

const callOf = (provider: string, at: number, [input, output, read, written]: readonly number[]): GenerationEvent => ({
  kind: "generation",
  id: "event-with-a-price-1",
  at,
  operation: "chat",
  attempt: 1,
  durationMs: 1,
  provider,
  inputTokens: input,
  outputTokens: output,
  cacheReadInputTokens: read,
  cacheCreationInputTokens: written,
});

function byPackage(model: string, { provider = "", at, ...event }: GenerationEvent): number | undefined {
  const { inputTokens, outputTokens, cacheReadInputTokens, cacheCreationInputTokens } = event;
  const usage = {
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    cache_read_tokens: cacheReadInputTokens,
    cache_write_tokens: cacheCreationInputTokens,
  };
  try {
    const price = calcPrice(usage, model, { providerId: provider, timestamp: new Date(at) });
    return price === null ? undefined : price.total_price * 1e6;
  } catch {
    return undefined;
  }
}

test.each(PROVIDERS)("the models of %s", (provider) => {
  const models = (findProvider({ providerId: provider })?.models ?? []).slice(0, MODELS);
  expect(models.length).toBeGreaterThan(1);
  const ids = [...models.map(({ id }) => id), "no-such-model"];
  const calls = TIMES.flatMap((at) => USAGES.map((usage) => callOf(provider, at, usage)));
  const other = ids.flatMap((model) => calls.filter((call) => !isSame(costByTable(call, model), byPackage(model, call))));
  expect(other).toEqual([]);
});

/** But for the dust of floats. */
function isSame(ours: number | undefined, theirs: number | undefined): boolean {
  if (ours === undefined || theirs === undefined) return ours === theirs;
  return Math.abs(ours - theirs) < 1e-6 * Math.max(1, theirs);
}
