/** What a model costs now, to hold it against a project's limit and to say it to people. */

import { calcPrice } from "@pydantic/genai-prices";
import type { ModelPrice } from "@dimmer/protocol";
import { findPrice, type PriceQuestion } from "./find-price.ts";
import { tableProvider } from "./table-provider.ts";

/** Enough for the rounding not to show, and of the lowest tier where there are tiers. */
const TOKENS = 1_000;

/** Dollars for a million tokens. */
export interface PriceOfModel {
  readonly inputUsd: number;
  readonly outputUsd: number;
}

/** Shape: by the project's own prices, else by the table; undefined where neither has the model. Errors: none. */
export function modelPrice(own: readonly ModelPrice[], question: PriceQuestion): PriceOfModel | undefined {
  const price = findPrice(own, question);
  if (price !== undefined) return { inputUsd: price.inputUsd, outputUsd: price.outputUsd };
  const { provider, model, at } = question;
  const usage = { input_tokens: TOKENS, output_tokens: TOKENS };
  const priced = calcPrice(usage, model, { ...tableProvider(provider), timestamp: new Date(at) });
  return priced === null ? undefined : { inputUsd: clean(priced.input_price), outputUsd: clean(priced.output_price) };
}

/** Of a million tokens' output. */
export const outputPrice = (own: readonly ModelPrice[], question: PriceQuestion): number | undefined =>
  modelPrice(own, question)?.outputUsd;

/** Without the dust of floats, as it is shown to people. */
const clean = (usd: number): number => Math.round((usd / TOKENS) * 1e12) / 1e6;
