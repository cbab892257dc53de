/** The stored form of a split: which slots belong to which variant. */

/** The only algorithm so far; its name is stored, so that an upgrade of Dimmer never moves a user. */
export const SLOT_ALGORITHM = "sha1-slot-v1";

/** Slots of a split; one slot is 0.001 %. */
export const SLOTS = 100_000;

/** Half open: slots `from ≤ slot < to` get `variant`. */
export type SlotRange = readonly [from: number, to: number, variant: string];

/**
 * Where a split's percentages lie. Permanent: written once, never recomputed from percentages.
 *
 * Shape:  `ranges` are sorted, do not overlap and are never empty; they cover [0, slots) unless there is a rest.
 * Errors: `checkSplit` refuses what breaks that; the flag is then PARSE_ERROR, never a wrong variant.
 * Source: ADR-0004.
 */
export interface StoredSplit {
  readonly algorithm: typeof SLOT_ALGORITHM;
  readonly slots: typeof SLOTS;
  readonly salt: string;
  /** Attribute hashed; `targetingKey` unless the author said otherwise. */
  readonly by: string;
  /** Added to a key's slot, modulo `slots`, before it is looked up; fresh people are another offset. */
  readonly offset: number;
  readonly ranges: readonly SlotRange[];
  /** The ranges before the last edit of percentages; returning to their shares restores exactly them. */
  readonly previous?: readonly SlotRange[];
}
