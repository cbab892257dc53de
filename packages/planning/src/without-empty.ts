/** One way to write a block: what may be empty is left out where it is. */

import type { FlagEnvironment } from "@dimmer/evaluation";

/**
 * A copy without empty lists and maps that say the same as none, so that what an undo brings back equals what was there.
 *
 * Shape:  an empty `fallback` stays: it says that the caller's default applies.
 * Errors: none.
 */
export function withoutEmpty<T extends Partial<FlagEnvironment>>(config: T): T {
  const kept = Object.entries(config).filter(
    ([name, value]) => !MAY_BE_EMPTY.has(name) || Object.keys(value as object).length > 0,
  );
  return Object.fromEntries(kept) as T;
}

const MAY_BE_EMPTY: ReadonlySet<string> = new Set(["stopped", "requires", "targets", "rules", "published", "pinEpochs"]);
