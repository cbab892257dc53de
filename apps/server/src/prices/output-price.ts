/** What a model's output costs now, to hold it against a project's limit. */

import { calcPrice } from "@pydantic/genai-prices";
import type { ModelPrice } from "@dimmer/protocol";
import { findPrice, type PriceQuestion } from "./find-price.ts";
import { tableProvider } from "./table-provider.ts";

/** Enough for the rounding not to show, and of the lowest tier where there are tiers. */
const TOKENS = 1_000;

/** Dollars for a million output tokens, by the project's own prices, else by the table; undefined where neither has the model. */
export function outputPrice(own: readonly ModelPrice[], question: PriceQuestion): number | undefined {
  const price = findPrice(own, question);
  if (price !== undefined) return price.outputUsd;
  const { provider, model, at } = question;
  const usage = { input_tokens: 1, output_tokens: TOKENS };
  const priced = calcPrice(usage, model, { ...tableProvider(provider), timestamp: new Date(at) });
  // Without the dust of floats, as it is shown to people.
  return priced === null ? undefined : Math.round((priced.output_price / TOKENS) * 1e12) / 1e6;
}
