/** Where percentages come to lie: the one place that turns authored splits into stored ones. */

import { reallocateSplit, type Serve, type ServeSplit, storeSplit } from "@dimmer/evaluation";
import { isSameJson } from "./same-json.ts";

export const isSplit = (serve: Serve | undefined): serve is ServeSplit => serve !== undefined && "split" in serve;

/**
 * Gives a serve its stored form, as an edit of what is at that address now.
 *
 * A split that brings other ranges of its own is taken at its word: that is how undo, revert and files restore people exactly.
 * Percentages alone are an edit of the present split, and move the fewest. Ranges that are merely the present ones sent
 * back with other percentages (somebody read the flag, changed a number and wrote it) are such an edit too.
 */
export function layServe(next: Serve, present: Serve | undefined, salt: string): Serve {
  if (!isSplit(next)) return next;
  const before = isSplit(present) ? present : undefined;
  const { stored, ...authored } = next;
  if (stored !== undefined && !isSentBack(next, before)) return next;
  const by = next.by ?? "targetingKey";
  if (before?.stored !== undefined && before.stored.by === by) {
    return { ...authored, stored: reallocateSplit(before.stored, next.split) };
  }
  return { ...authored, stored: storeSplit(next.split, { salt, by }) };
}

function isSentBack(next: ServeSplit, before: ServeSplit | undefined): boolean {
  return before?.stored !== undefined && isSameJson(next.stored, before.stored) && !isSameJson(next.split, before.split);
}

/** Drops ranges that were only sent back, so that a parser does not find them at odds with the new percentages. */
export function withoutSentBack<T>(serve: T, present: Serve | undefined): T {
  if (typeof serve !== "object" || serve === null || !("split" in serve) || !("stored" in serve) || !isSplit(present))
    return serve;
  if (!isSentBack(serve as unknown as ServeSplit, present)) return serve;
  const { stored: _stored, ...authored } = serve as unknown as ServeSplit;
  return authored as T;
}
