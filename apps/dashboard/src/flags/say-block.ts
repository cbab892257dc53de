/** All that a flag does in an environment, one sentence a fact, to hold two environments against each other. */

import { type FlagEnvironment, listOf, sayFallback, sayServing } from "@dimmer/evaluation";
import { sayBudgets, sayShadow } from "./budgets.ts";

/** Shape: as the flag would do it if it were on, then fallback, needs, sessions, budgets and versions. */
export function sayBlock(config: FlagEnvironment): readonly string[] {
  const { requires = [], pin, budgets = {}, shadow, published = {} } = config;
  return [
    ...sayServing({ ...config, enabled: true }),
    `fallback: ${sayFallback({ fallback: config.fallback })}`,
    ...requires.map(({ flag, variant }) => `needs ${flag} to serve ${listOf([variant].flat(), "or")}`),
    ...(pin === undefined ? [] : [`each ${pin.by} keeps its variant for ${pin.for}`]),
    ...sayBudgets(budgets),
    ...(shadow === undefined ? [] : [sayShadow(shadow)]),
    ...Object.entries(published).map(([variant, version]) => `version ${version} of ${variant}`),
  ];
}

export interface SentenceChange {
  readonly gone: readonly string[];
  readonly added: readonly string[];
}

export function compareSentences(before: readonly string[], after: readonly string[]): SentenceChange {
  return {
    gone: before.filter((sentence) => !after.includes(sentence)),
    added: after.filter((sentence) => !before.includes(sentence)),
  };
}
