/** Who moves, by the splits alone: exact, over every slot, without a single context. */

import type { Rest } from "../flag.ts";
import { SLOTS, type SlotRange, type StoredSplit } from "./split.ts";

/** One side of the comparison: a variant for all, or a split with its rest. */
export type SplitSide =
  | { readonly variant: string }
  | { readonly split: Pick<StoredSplit, "ranges" | "offset" | "salt" | "by">; readonly rest?: Rest | undefined };

/** `null` is the way on to the next rule. */
export interface SplitMove {
  readonly from: string | null;
  readonly to: string | null;
  /** Expected slots of 100,000: exact where both sides hash alike, the product of the shares where they hash independently. */
  readonly slots: number;
}

/**
 * How many slots change variant between two sides of one address, from what to what; the largest first.
 *
 * Shape:  same salt and attribute → compared slot by slot; another salt or attribute → as independent draws.
 * Errors: none.
 * Source: ADR-0004.
 */
export function splitMoves(before: SplitSide, after: SplitSide): SplitMove[] {
  const moved = new Map<string, SplitMove>();
  for (const { from, to, slots } of isHashedAlike(before, after) ? overlaps(before, after) : products(before, after)) {
    if (from === to) continue;
    const name = JSON.stringify([from, to]);
    moved.set(name, { from, to, slots: (moved.get(name)?.slots ?? 0) + slots });
  }
  return [...moved.values()].filter((move) => move.slots > 0).sort((one, other) => other.slots - one.slots);
}

function isHashedAlike(before: SplitSide, after: SplitSide): boolean {
  if ("variant" in before || "variant" in after) return true;
  return before.split.salt === after.split.salt && before.split.by === after.split.by;
}

interface Held {
  readonly from: number;
  readonly to: number;
  readonly holder: string | null;
}

/** Walks both lists of pieces together, border by border. */
function overlaps(before: SplitSide, after: SplitSide): SplitMove[] {
  const left = piecesOf(before);
  const right = piecesOf(after);
  const moves: SplitMove[] = [];
  for (let i = 0, j = 0; i < left.length && j < right.length;) {
    const one = left[i] as Held;
    const other = right[j] as Held;
    moves.push({ from: one.holder, to: other.holder, slots: Math.min(one.to, other.to) - Math.max(one.from, other.from) });
    if (one.to <= other.to) i++;
    if (other.to <= one.to) j++;
  }
  return moves;
}

function products(before: SplitSide, after: SplitSide): SplitMove[] {
  return piecesOf(before).flatMap((one) =>
    piecesOf(after).map((other) => ({
      from: one.holder,
      to: other.holder,
      slots: ((one.to - one.from) * (other.to - other.from)) / SLOTS,
    })),
  );
}

/** A side as pieces over the slots of the keys themselves, the offset taken out. */
function piecesOf(side: SplitSide): Held[] {
  if ("variant" in side) return [{ from: 0, to: SLOTS, holder: side.variant }];
  const rest = side.rest === undefined || side.rest === "next-rule" ? null : side.rest.variant;
  const pieces = coverAll(side.split.ranges, rest);
  const { offset } = side.split;
  return pieces.flatMap((piece) => unshift(piece, offset)).sort((one, other) => one.from - other.from);
}

function coverAll(ranges: readonly SlotRange[], rest: string | null): Held[] {
  const pieces: Held[] = [];
  let end = 0;
  for (const [from, to, holder] of ranges) {
    if (from > end) pieces.push({ from: end, to: from, holder: rest });
    pieces.push({ from, to, holder });
    end = to;
  }
  if (end < SLOTS) pieces.push({ from: end, to: SLOTS, holder: rest });
  return pieces;
}

/** The slot looked up is `(slot + offset) mod SLOTS`, so a range lies `offset` lower among the keys' own slots. */
function unshift(piece: Held, offset: number): Held[] {
  const from = piece.from - offset;
  const to = piece.to - offset;
  if (to <= 0) return [{ ...piece, from: from + SLOTS, to: to + SLOTS }];
  if (from >= 0) return [{ ...piece, from, to }];
  return [
    { ...piece, from: from + SLOTS, to: SLOTS },
    { ...piece, from: 0, to },
  ];
}
