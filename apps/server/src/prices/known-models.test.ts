/** Which models are offered to whoever writes a config. */

import { expect, test } from "vitest";
import { findProvider } from "@pydantic/genai-prices";
import { knownModels, PROVIDERS } from "./known-models.ts";
import { tableProvider } from "./table-provider.ts";

const NOW = Date.parse("2026-06-01T00:00:00Z");
const own = [
  { provider: "house", model: "llama-9", from: "2026-01-01", inputUsd: 0.5, outputUsd: 2 },
  { provider: "house", model: "qwen*", from: "2026-01-01", inputUsd: 1, outputUsd: 1 },
  { provider: "openai", model: "gpt-4o-mini", from: "2026-01-01", inputUsd: 9, outputUsd: 9 },
];
const named = (provider: string, model: string) => knownModels(provider, own, NOW).find((one) => one.model === model);

test("each has its price, the project's own before the table's", () => {
  expect(named("openai", "gpt-4o-mini")).toEqual({
    model: "gpt-4o-mini",
    inputUsd: 9,
    outputUsd: 9,
    isMoving: false,
    isLeaving: false,
  });
  expect(named("openai", "gpt-4o")).toMatchObject({ outputUsd: 10 });
  expect(knownModels("house", own, NOW).map(({ model }) => model)).toEqual(["llama-9"]);
});

test("names that move and models that leave are said to", () => {
  expect(named("anthropic", "claude-3-5-haiku-latest")).toMatchObject({ isMoving: true });
  expect(knownModels("mistral_ai", [], NOW).some(({ isLeaving }) => isLeaving)).toBe(true);
});

test("nobody's provider has none, and each that is offered some", () => {
  expect(knownModels("nobody", own, NOW)).toEqual([]);
  expect(knownModels("openai-of-nobody", [], NOW)).toEqual([]);
  expect(PROVIDERS.filter((provider) => findProvider(tableProvider(provider)) === undefined)).toEqual([]);
});

test("the largest has all of its models", () => expect(knownModels("openrouter", [], NOW).length).toBeGreaterThan(300));
