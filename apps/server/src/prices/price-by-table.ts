/** What a call costs by the table that ships with the server; what the table says of a model is kept, as finding it is most of the work. */

import { calcPrice, type ModelPrice, type PriceCalculation, type Usage } from "@pydantic/genai-prices";
import type { GenerationEvent } from "@dimmer/protocol";
import { tableProvider } from "./table-provider.ts";

/** Names of models on a day that are kept; the oldest is asked for again. */
const KEPT = 1_000;
const DAY_MS = 86_400_000;

/** Dollars for a million tokens. */
type Rate = NonNullable<ModelPrice[string]>;

/** What of a model's prices our usage can come to. */
interface Rates {
  readonly input: Rate;
  readonly output: Rate;
  readonly cacheRead: Rate | undefined;
  readonly cacheWrite: Rate | undefined;
  /** Micro-dollars for a call. */
  readonly request: number;
}

/** `asked` each time: by the time of day, or in units that we do not reckon with ourselves. `unpriced`: the table has no price. */
const kept = new Map<string, Rates | "asked" | "unpriced">();

/**
 * Shape:  micro-dollars, not rounded. Undefined where the table does not have the model, and where the counts of tokens do not add up.
 *         A test holds the models of the table to what the package itself says.
 * Errors: none.
 * Source: ADR-0045.
 */
export function costByTable(event: GenerationEvent, model: string): number | undefined {
  const rates = ratesOf(event, model);
  if (rates === "unpriced") return undefined;
  if (rates !== "asked") return costAt(rates, event);
  const dollars = askTable(usageOf(event), event, model)?.total_price;
  return dollars === undefined ? undefined : dollars * 1e6;
}

/** Prices change with days. */
function ratesOf(event: GenerationEvent, model: string): Rates | "asked" | "unpriced" {
  const name = `${event.provider ?? ""}\0${model}\0${Math.floor(event.at / DAY_MS)}`;
  const known = kept.get(name);
  if (known !== undefined) return known;
  const found = findRates(event, model);
  kept.set(name, found);
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT) break;
    kept.delete(oldest);
  }
  return found;
}

function findRates(event: GenerationEvent, model: string): Rates | "asked" | "unpriced" {
  const found = askTable({ input_tokens: 1, output_tokens: 1 }, event, model);
  if (found === undefined) return "unpriced";
  const { prices } = found.model;
  if (Array.isArray(prices) && prices.some(({ constraint }) => constraint !== undefined && "start_time" in constraint))
    return "asked";
  const { input_mtok: input, output_mtok: output, cache_read_mtok: cacheRead, cache_write_mtok: cacheWrite } = found.model_price;
  const request = found.model_price["requests_kcount"] ?? 0;
  if (input === undefined || output === undefined || typeof request !== "number") return "asked";
  return { input, output, cacheRead, cacheWrite, request: request * 1e3 };
}

/** Cached tokens without a price of their own cost what others do. */
function costAt({ input, output, cacheRead, cacheWrite, request }: Rates, event: GenerationEvent): number | undefined {
  const { inputTokens = 0, outputTokens = 0, cacheReadInputTokens = 0, cacheCreationInputTokens = 0 } = event;
  const read = cacheRead === undefined ? 0 : cacheReadInputTokens;
  const written = cacheWrite === undefined ? 0 : cacheCreationInputTokens;
  const fresh = inputTokens - read - written;
  if (fresh < 0) return undefined;
  const at = (rate: Rate): number => rateAt(rate, inputTokens);
  return fresh * at(input) + read * at(cacheRead ?? 0) + written * at(cacheWrite ?? 0) + outputTokens * at(output) + request;
}

/** All tokens of a call cost what those of its tier do. */
function rateAt(rate: Rate, inputTokens: number): number {
  if (typeof rate === "number") return rate;
  let { base: dollars } = rate;
  let start = 0;
  for (const tier of rate.tiers) {
    if (inputTokens <= tier.start || tier.start < start) continue;
    ({ price: dollars, start } = tier);
  }
  return dollars;
}

function askTable(usage: Usage, { provider, at }: GenerationEvent, model: string): PriceCalculation | undefined {
  try {
    return calcPrice(usage, model, { ...tableProvider(provider), timestamp: new Date(at) }) ?? undefined;
  } catch {
    // Numbers that do not add up, more cached tokens than tokens say, have no price.
    return undefined;
  }
}

function usageOf({ inputTokens, outputTokens, cacheReadInputTokens, cacheCreationInputTokens }: GenerationEvent): Usage {
  return {
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    ...(cacheReadInputTokens === undefined ? {} : { cache_read_tokens: cacheReadInputTokens }),
    ...(cacheCreationInputTokens === undefined ? {} : { cache_write_tokens: cacheCreationInputTokens }),
  };
}
