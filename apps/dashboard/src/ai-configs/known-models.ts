/** Models that the project names already, offered while one types. */

import type { ModelUse } from "@dimmer/protocol";

export interface KnownModels {
  readonly providers: readonly string[];
  /** Of the provider, where one is given that is known. */
  readonly models: readonly string[];
}

export function knownModels(uses: readonly ModelUse[], provider: unknown): KnownModels {
  const providers = sorted(uses.map((use) => use.provider));
  const isKnown = typeof provider === "string" && providers.includes(provider);
  const models = sorted(
    uses.filter((use) => !isKnown || use.provider === provider || use.provider === null).map(({ model }) => model),
  );
  return { providers, models };
}

const sorted = (names: readonly (string | null)[]): readonly string[] =>
  [...new Set(names.filter((name) => name !== null))].sort();
