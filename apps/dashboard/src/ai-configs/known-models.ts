/** Models that the project names already, and those of the table of prices, offered while one types. */

import type { KnownModelsView, ModelUse } from "@dimmer/protocol";
import { sayOffered } from "../prices/say-price.ts";

export interface Offered {
  readonly name: string;
  /** What it costs, and whether it is leaving; empty where nothing is known. */
  readonly about: string;
}

export interface OfferedModels {
  readonly providers: readonly Offered[];
  /** Of the provider, where one is given that is known. */
  readonly models: readonly Offered[];
}

/** Shape: by name, those that are being withdrawn last. `table` is of the provider that is written. */
export function offerModels(uses: readonly ModelUse[], table: KnownModelsView | undefined, provider: unknown): OfferedModels {
  const named = uses.map((use) => use.provider);
  const providers = sorted([...named, ...(table?.providers ?? [])]).map((name) => ({ name, about: "" }));
  const isKnown = typeof provider === "string" && providers.some(({ name }) => name === provider);
  const inUse = uses.filter((use) => !isKnown || use.provider === provider || use.provider === null).map(({ model }) => model);
  const priced = new Map((table?.items ?? []).map((one) => [one.model, one]));
  const models = sorted([...inUse, ...priced.keys()]).map((name) => {
    const known = priced.get(name);
    return { name, about: known === undefined ? "" : sayOffered(known), isLeaving: known?.isLeaving ?? false };
  });
  return {
    providers,
    models: models
      .sort((one, other) => Number(one.isLeaving) - Number(other.isLeaving))
      .map(({ name, about }) => ({ name, about })),
  };
}

const sorted = (names: readonly (string | null)[]): readonly string[] =>
  [...new Set(names.filter((name) => name !== null))].sort();
