/** "Did you mean": the known names nearest to a mistyped one. */

import { editDistance, listOf } from "@dimmer/evaluation";

/** At most this many edits apart, and less than half of the name. */
const MAX_DISTANCE = 3;
const MAX_SUGGESTIONS = 3;

export function suggestNames(given: string, known: Iterable<string>): string[] {
  const reach = Math.min(MAX_DISTANCE, Math.ceil(given.length / 2));
  return [...known]
    .map((name) => ({
      name,
      distance: name.startsWith(given) && given !== "" ? 1 : editDistance(given.toLowerCase(), name.toLowerCase()),
    }))
    .filter(({ distance }) => distance <= reach)
    .sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, MAX_SUGGESTIONS)
    .map(({ name }) => name);
}

/** A sentence for the end of an error; empty names give none. */
export function didYouMean(given: string, known: readonly string[]): string | undefined {
  const near = suggestNames(given, known);
  if (near.length > 0) return `Did you mean ${listOf(near, "or")}?`;
  if (known.length === 0) return undefined;
  return known.length <= 12 ? `There is ${listOf(known, "and")}.` : undefined;
}
