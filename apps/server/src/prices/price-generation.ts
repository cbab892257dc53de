/** What a call of a model cost, by the project's own prices or the table that ships with the server. */

import { type GenerationEvent, isNameOf, type ModelPrice } from "@dimmer/protocol";
import { costBy, findPrice } from "./find-price.ts";
import { costByTable } from "./price-by-table.ts";

/** Shape: whole micro-dollars, and which table says so, so that a later price rewrites no history. */
export interface Price {
  readonly costMicroUsd: number;
  readonly priceFrom: string;
}

/** What `priceFrom` says of a price of the project's own. */
export const OWN_PRICE = "project";

/**
 * Prices a call at the time it was made.
 *
 * Shape:  `own` are the project's prices, which come before the table's. Undefined is *unknown*, never 0: usage that the provider did
 *         not tell, or a model that neither has. What counts is the model that really answered; the one that was asked for counts where
 *         the other is a dated name of it, or untold.
 * Errors: none.
 * Source: ADR-0045.
 */
export function priceGeneration(event: GenerationEvent, own: readonly ModelPrice[] = []): Price | undefined {
  const { inputTokens, outputTokens, requestModel, responseModel = requestModel } = event;
  if (responseModel === undefined || inputTokens === undefined || outputTokens === undefined) return undefined;
  const isSame = requestModel !== undefined && isNameOf(requestModel, responseModel);
  const names = isSame ? [responseModel, requestModel] : [responseModel];
  return firstOf(names, (model) => priceByProject(event, model, own)) ?? firstOf(names, (model) => priceBy(event, model));
}

function firstOf(names: readonly string[], priceOf: (model: string) => Price | undefined): Price | undefined {
  for (const name of names) {
    const price = priceOf(name);
    if (price !== undefined) return price;
  }
  return undefined;
}

function priceByProject(event: GenerationEvent, model: string, own: readonly ModelPrice[]): Price | undefined {
  const price = own.length === 0 ? undefined : findPrice(own, { provider: event.provider, model, at: event.at });
  const costMicroUsd = price && costBy(price, event);
  return costMicroUsd === undefined ? undefined : { costMicroUsd, priceFrom: OWN_PRICE };
}

function priceBy(event: GenerationEvent, model: string): Price | undefined {
  const costMicroUsd = costByTable(event, model);
  return costMicroUsd === undefined ? undefined : { costMicroUsd: Math.round(costMicroUsd), priceFrom: TABLE };
}

/** The package does not say its version; a test holds this to the one that is installed. */
export const TABLE = "genai-prices 0.1.8";
