/** Which of a project's own prices counts for a call, and what the call costs by it. */

import type { GenerationEvent, ModelPrice } from "@dimmer/protocol";
import { tableProvider } from "./table-provider.ts";

export interface PriceQuestion {
  readonly provider: string | undefined;
  readonly model: string;
  /** Epoch milliseconds of the call. */
  readonly at: number;
}

/**
 * Finds the price of a model at a time.
 *
 * Shape:  the whole name before the beginning of one, a longer beginning before a shorter, then the latest day that has come. A call
 *         whose provider nobody told has the price of that model at any.
 * Errors: none; undefined where the project has none.
 */
export function findPrice(prices: readonly ModelPrice[], { provider, model, at }: PriceQuestion): ModelPrice | undefined {
  const day = new Date(at).toISOString().slice(0, 10);
  const asked = tableProvider(provider).providerId;
  const fitting = prices.filter(
    (price) =>
      price.from <= day &&
      (asked === undefined || tableProvider(price.provider).providerId === asked) &&
      fits(price.model, model),
  );
  return fitting.reduce<ModelPrice | undefined>(
    (best, price) => (best === undefined || isCloser(price, best) ? price : best),
    undefined,
  );
}

const fits = (pattern: string, model: string): boolean =>
  pattern.endsWith("*") ? model.startsWith(pattern.slice(0, -1)) : model === pattern;

/** All fit the same name, so the longer is the closer. */
const closeness = ({ model }: ModelPrice): number => (model.endsWith("*") ? model.length - 1 : Number.POSITIVE_INFINITY);
const isCloser = (one: ModelPrice, other: ModelPrice): boolean =>
  closeness(one) === closeness(other) ? one.from > other.from : closeness(one) > closeness(other);

/** Whole micro-dollars: a dollar a million tokens is one a token. Undefined where the counts of tokens do not add up. */
export function costBy(
  { inputUsd, outputUsd, cacheReadUsd = inputUsd, cacheWriteUsd = inputUsd }: ModelPrice,
  { inputTokens = 0, outputTokens = 0, cacheReadInputTokens = 0, cacheCreationInputTokens = 0 }: GenerationEvent,
): number | undefined {
  const fresh = inputTokens - cacheReadInputTokens - cacheCreationInputTokens;
  if (fresh < 0) return undefined;
  return Math.round(
    fresh * inputUsd + cacheReadInputTokens * cacheReadUsd + cacheCreationInputTokens * cacheWriteUsd + outputTokens * outputUsd,
  );
}
