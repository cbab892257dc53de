/** Lays percentages out over the slots for the first time, and reads them back. */

import { SLOT_ALGORITHM, SLOTS, type SlotRange, type StoredSplit } from "./split.ts";

/** Variant → number of slots, in authored order. */
export type Shares = ReadonlyMap<string, number>;

/** A percentage as slots: 0.001 % is one slot. */
export function toSlots(percent: number): number {
  return Math.round(percent * (SLOTS / 100));
}

/** Slots as a percentage with at most three decimals. */
export function toPercent(slots: number): number {
  return slots / (SLOTS / 100);
}

/** The shares of an authored map of percentages. */
export function sharesOf(split: Readonly<Record<string, number>>): Shares {
  return new Map(Object.entries(split).map(([variant, percent]) => [variant, toSlots(percent)]));
}

/**
 * The stored form of a new split: percentages laid out from slot 0 in the order of their map.
 *
 * Shape:  percentages that the parser accepted → sorted, touching ranges; variants at 0 % have none.
 * Errors: none.
 * Source: ADR-0004.
 */
export function storeSplit(
  split: Readonly<Record<string, number>>,
  more: { readonly salt: string; readonly by?: string | undefined; readonly offset?: number | undefined },
): StoredSplit {
  const ranges: SlotRange[] = [];
  let from = 0;
  for (const [variant, slots] of sharesOf(split)) {
    if (slots > 0) ranges.push([from, from + slots, variant]);
    from += slots;
  }
  return {
    algorithm: SLOT_ALGORITHM,
    slots: SLOTS,
    salt: more.salt,
    by: more.by ?? "targetingKey",
    offset: more.offset ?? 0,
    ranges,
  };
}

/** Variant → slots that some ranges hold; variants without a range are absent. */
export function heldShares(ranges: readonly SlotRange[]): Map<string, number> {
  const shares = new Map<string, number>();
  for (const [from, to, variant] of ranges) shares.set(variant, (shares.get(variant) ?? 0) + to - from);
  return shares;
}

/** Variant → percent, by the stored ranges; variants at 0 % are absent. */
export function percentagesOf(stored: Pick<StoredSplit, "ranges">): Record<string, number> {
  return Object.fromEntries([...heldShares(stored.ranges)].map(([variant, slots]) => [variant, toPercent(slots)]));
}
