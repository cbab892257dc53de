/** What a project says of prices: its own, which come before the table that ships with the server, and its limit. */

import { z } from "zod";

export const PRICE_LIMITS = {
  /** Prices of one project. */
  prices: 500,
  /** Dollars for a million tokens. */
  usd: 100_000,
  /** UTF-16 code units of a provider's or a model's name. */
  name: 256,
} as const;

const usd = z.number().min(0).max(PRICE_LIMITS.usd).describe("Dollars for a million tokens.");
const from = z.iso.date().describe("The first day (UTC) on which it counts.");
const provider = z.string().min(1).max(PRICE_LIMITS.name).describe("As events name it, such as `openai` or `aws.bedrock`.");
const model = z
  .string()
  .min(1)
  .max(PRICE_LIMITS.name)
  .regex(/^[^*]+\*?$/u, "A model's name, or how names begin with one * behind it.")
  .describe("A model's name, or how names begin, with `*` behind it: `gpt-4o*`.");

/** Shape: a provider, a model and a day have one price; setting it again replaces it. Cached tokens cost what others do unless said. */
export const PriceRequest = z.strictObject({
  provider,
  model,
  from: from.optional().describe("Today unless given; a day in the past prices only what arrives from now on."),
  inputUsd: usd,
  outputUsd: usd,
  cacheReadUsd: usd.optional(),
  cacheWriteUsd: usd.optional(),
});
export type PriceRequest = z.infer<typeof PriceRequest>;

export const PriceAddress = z.strictObject({ provider, model, from });
export type PriceAddress = z.infer<typeof PriceAddress>;

export const PriceLimitRequest = z.strictObject({
  outputUsd: usd.nullable().describe("Above it a variant must say with `only` who may have it. Null for no limit."),
});

/** A price of the project's own, in dollars for a million tokens. */
export interface ModelPrice extends PriceAddress {
  readonly inputUsd: number;
  readonly outputUsd: number;
  readonly cacheReadUsd?: number | undefined;
  readonly cacheWriteUsd?: number | undefined;
}

export interface PricesView {
  /** Dollars for a million output tokens; null for no limit. */
  readonly outputLimitUsd: number | null;
  readonly items: readonly ModelPrice[];
}

/** A model that answered, and whose calls have no price: they are in no sum of cost. */
export interface UnpricedModel {
  readonly environment: string;
  readonly provider: string | null;
  readonly requestModel: string | null;
  readonly responseModel: string | null;
  /** Calls without a price. */
  readonly generations: number;
  readonly lastAt: string;
  /** There is a price by now: those calls came before it, or told no count of tokens. */
  readonly hasPrice: boolean;
}

/** A model that one can write into a config. */
export interface KnownModel {
  readonly model: string;
  /** Dollars for a million tokens; null where they are not known. */
  readonly inputUsd: number | null;
  readonly outputUsd: number | null;
  /** Its provider moves the name to other models when it likes. */
  readonly isMoving: boolean;
  /** Its provider withdraws it. */
  readonly isLeaving: boolean;
}

export interface KnownModelsView {
  /** That the table of prices has, and the project's own prices. */
  readonly providers: readonly string[];
  /** Of the provider that was asked for. */
  readonly items: readonly KnownModel[];
}
