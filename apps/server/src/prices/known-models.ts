/** The models of a provider that have a price, for whoever writes a config. */

import { findProvider } from "@pydantic/genai-prices";
import type { KnownModel, ModelPrice } from "@dimmer/protocol";
import { isMovingName } from "./judge-model.ts";
import { modelPrice } from "./output-price.ts";
import { tableProvider } from "./table-provider.ts";

/** As events and configs name them; the table knows more, and a project's own may be others. */
export const PROVIDERS: readonly string[] = [
  "anthropic",
  "aws.bedrock",
  "azure.ai.openai",
  "cohere",
  "deepseek",
  "gcp.gemini",
  "gcp.vertex_ai",
  "groq",
  "mistral_ai",
  "openai",
  "openrouter",
  "perplexity",
  "together",
  "x_ai",
];

/** Of one provider; the largest in the table has 701. */
const MOST = 1_000;

/**
 * Shape:  by name, `MOST` of them; names that providers move to other models are among them and said to be. Of the project's own prices those that
 *         name a whole model.
 * Errors: none; empty for a provider that nobody knows.
 */
export function knownModels(provider: string, own: readonly ModelPrice[], now: number): KnownModel[] {
  const { providerId = provider } = tableProvider(provider);
  const found = findProvider({ providerId });
  // The table finds a provider by likeness; its models are those of this one only where the name is the same.
  const inTable = found?.id === providerId ? found.models : [];
  const leaving = new Set(inTable.filter(({ deprecated }) => deprecated === true).map(({ id }) => id));
  const ofOwn = own.filter((price) => tableProvider(price.provider).providerId === providerId && !price.model.endsWith("*"));
  return [...new Set([...ofOwn.map(({ model }) => model), ...inTable.map(({ id }) => id)])]
    .sort()
    .slice(0, MOST)
    .map((model) => {
      const { inputUsd = null, outputUsd = null } = modelPrice(own, { provider, model, at: now }) ?? {};
      return { model, inputUsd, outputUsd, isMoving: isMovingName(model), isLeaving: leaving.has(model) };
    });
}
