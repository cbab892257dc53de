/** Says why a stored split is not well formed; a flag with such a split is PARSE_ERROR, never a wrong variant. */

import { SLOT_ALGORITHM, SLOTS } from "./split.ts";

/** Ranges of one split; far above what the allocator leaves behind (ADR-0004). */
export const MAX_RANGES = 10_000;

/**
 * Shape:  anything → undefined where it is a stored split, else one sentence with what is wrong.
 * Errors: none thrown.
 */
export function checkSplit(split: unknown): string | undefined {
  if (typeof split !== "object" || split === null) return "a stored split is an object";
  const { algorithm, slots, salt, by, offset, ranges, previous } = split as Record<string, unknown>;
  if (algorithm !== SLOT_ALGORITHM) return `the algorithm is not ${SLOT_ALGORITHM}`;
  if (slots !== SLOTS) return `slots is not ${SLOTS}`;
  if (typeof salt !== "string") return "the salt is not a text";
  if (typeof by !== "string" || by === "") return "by names no attribute";
  if (!isSlot(offset) || offset === SLOTS) return `the offset is not an integer in [0, ${SLOTS})`;
  return checkRanges(ranges) ?? (previous === undefined ? undefined : checkRanges(previous));
}

function checkRanges(ranges: unknown): string | undefined {
  if (!Array.isArray(ranges) || ranges.length > MAX_RANGES) return `ranges is not a list of at most ${MAX_RANGES}`;
  let end = 0;
  for (const range of ranges as readonly unknown[]) {
    if (!Array.isArray(range) || range.length !== 3) return "a range is [from, to, variant]";
    const [from, to, variant] = range as readonly unknown[];
    if (!isSlot(from) || !isSlot(to) || from < end || to <= from) return "the ranges are not sorted, apart and inside the slots";
    if (typeof variant !== "string") return "a range names no variant";
    end = to;
  }
  return undefined;
}

const isSlot = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= SLOTS;
