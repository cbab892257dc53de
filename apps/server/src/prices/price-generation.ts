/** What a call of a model cost, by the price table that ships with the server. */

import { calcPrice, type Usage } from "@pydantic/genai-prices";
import { type GenerationEvent, isNameOf } from "@dimmer/protocol";

/** Shape: whole micro-dollars, and which table says so, so that a later price rewrites no history. */
export interface Price {
  readonly costMicroUsd: number;
  readonly priceFrom: string;
}

/**
 * Prices a call at the time it was made.
 *
 * Shape:  undefined is *unknown*, never 0: usage that the provider did not tell, or a model that the table does not have. What counts is
 *         the model that really answered; the one that was asked for counts where the other is a dated name of it, or untold.
 * Errors: none.
 * Source: ADR-0045.
 */
export function priceGeneration(event: GenerationEvent): Price | undefined {
  const { inputTokens, outputTokens, requestModel, responseModel = requestModel } = event;
  if (responseModel === undefined || inputTokens === undefined || outputTokens === undefined) return undefined;
  const price = priceBy(event, responseModel);
  if (price !== undefined || requestModel === undefined || !isNameOf(requestModel, responseModel)) return price;
  return priceBy(event, requestModel);
}

function priceBy(event: GenerationEvent, model: string): Price | undefined {
  const { provider, at } = event;
  try {
    const result = calcPrice(usageOf(event), model, { ...tableProvider(provider), timestamp: new Date(at) });
    return result === null ? undefined : { costMicroUsd: Math.round(result.total_price * 1e6), priceFrom: TABLE };
  } catch {
    // Numbers that do not add up, more cached tokens than tokens say, have no price.
    return undefined;
  }
}

/** The table's names of providers, where OpenTelemetry's `gen_ai.provider.name` has others. */
const TABLE_PROVIDERS: Readonly<Record<string, string>> = {
  "aws.bedrock": "aws",
  "azure.ai.inference": "azure",
  "azure.ai.openai": "azure",
  "gcp.gemini": "google",
  "gcp.gen_ai": "google",
  "gcp.vertex_ai": "google",
  mistral_ai: "mistral",
  x_ai: "x-ai",
};

/** What the table calls a provider; it finds a model without one too. */
export const tableProvider = (provider: string | undefined): { readonly providerId?: string } =>
  provider === undefined ? {} : { providerId: TABLE_PROVIDERS[provider] ?? provider };

function usageOf({ inputTokens, outputTokens, cacheReadInputTokens, cacheCreationInputTokens }: GenerationEvent): Usage {
  return {
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    ...(cacheReadInputTokens === undefined ? {} : { cache_read_tokens: cacheReadInputTokens }),
    ...(cacheCreationInputTokens === undefined ? {} : { cache_write_tokens: cacheCreationInputTokens }),
  };
}

/** The package does not say its version; a test holds this to the one that is installed. */
export const TABLE = "genai-prices 0.1.8";
