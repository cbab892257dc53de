/** The allocator: an edit of percentages moves the fewest people that it can. */

import { SLOTS, type SlotRange, type StoredSplit } from "./split.ts";
import { heldShares, type Shares, sharesOf } from "./store-split.ts";

/** What holds slots that no range covers: the split's rest takes and gives them like a variant. */
const REST = null;
type Holder = string | typeof REST;
interface Piece {
  readonly from: number;
  readonly to: number;
  readonly holder: Holder;
}

/**
 * Gives a stored split new percentages, moving the fewest keys.
 *
 * Shape:  a riser only gains, a faller only loses, and exactly half the L1 distance between old and new shares changes hands.
 *         Shares equal to the present ones return the same object; shares equal to `previous` restore exactly its ranges.
 * Errors: none; the parser has checked the percentages.
 * Source: ADR-0004, with the measured lengths of range lists.
 */
export function reallocateSplit(stored: StoredSplit, split: Readonly<Record<string, number>>): StoredSplit {
  const wanted = sharesOf(split);
  if (holdsShares(stored.ranges, wanted)) return stored;
  const { previous } = stored;
  const ranges = previous !== undefined && holdsShares(previous, wanted) ? previous : moveSlots(stored.ranges, wanted);
  return { ...stored, ranges, previous: stored.ranges };
}

function holdsShares(ranges: readonly SlotRange[], wanted: Shares): boolean {
  const held = heldShares(ranges);
  return (
    [...wanted].every(([variant, slots]) => (held.get(variant) ?? 0) === slots) &&
    [...held.keys()].every((variant) => wanted.has(variant))
  );
}

/** Moves slots from fallers to risers, one piece at a time, until everyone has what is wanted. */
function moveSlots(ranges: readonly SlotRange[], wanted: Shares): SlotRange[] {
  const order = orderOf(ranges, wanted);
  const surplus = surplusOf(ranges, wanted);
  let pieces = toPieces(ranges);
  for (;;) {
    const move = bestMove(pieces, surplus, order);
    if (move === undefined) return toRanges(pieces);
    const slots = move.to - move.from;
    surplus.set(move.faller, (surplus.get(move.faller) as number) - slots);
    surplus.set(move.riser, (surplus.get(move.riser) as number) + slots);
    pieces = handOver(pieces, move);
  }
}

/** Where each holder stands in the map; a variant that has left the map comes after it, the rest last of all. */
function orderOf(ranges: readonly SlotRange[], wanted: Shares): Map<Holder, number> {
  const order = new Map<Holder, number>([...wanted.keys()].map((variant, at) => [variant, at]));
  for (const [, , variant] of ranges) if (!order.has(variant)) order.set(variant, order.size);
  return order.set(REST, order.size);
}

/** Holder → slots it has too many of; negative for risers. Sums to 0. */
function surplusOf(ranges: readonly SlotRange[], wanted: Shares): Map<Holder, number> {
  const held = heldShares(ranges);
  const surplus = new Map<Holder, number>();
  let rest = 0;
  for (const variant of new Set([...held.keys(), ...wanted.keys()])) {
    const extra = (held.get(variant) ?? 0) - (wanted.get(variant) ?? 0);
    surplus.set(variant, extra);
    rest -= extra;
  }
  return surplus.set(REST, rest);
}

interface SlotMove {
  readonly from: number;
  readonly to: number;
  readonly faller: Holder;
  readonly riser: Holder;
}

/**
 * The hand-over that leaves the fewest ranges: a whole piece beside the riser before a part beside it, that before a piece
 * anywhere. Ties go to the larger hand-over, then the riser and the slot that come first, so the answer is one and the same everywhere.
 */
function bestMove(
  pieces: readonly Piece[],
  surplus: ReadonlyMap<Holder, number>,
  order: ReadonlyMap<Holder, number>,
): SlotMove | undefined {
  let best: SlotMove | undefined;
  let bestRank: readonly number[] = [];
  for (const [riser, extra] of surplus) {
    if (extra >= 0) continue;
    pieces.forEach((piece, at) => {
      const given = Math.min(surplus.get(piece.holder) as number, -extra, piece.to - piece.from);
      if (given <= 0) return;
      const move = cutMove(pieces, at, riser, given, order);
      const rank = [addedRanges(pieces, at, riser, given), -given, order.get(riser) as number, move.from];
      if (best === undefined || isBefore(rank, bestRank)) [best, bestRank] = [move, rank];
    });
  }
  return best;
}

/** Which end of the piece the riser takes: the one it touches, else the one towards its place in the map. */
function cutMove(
  pieces: readonly Piece[],
  at: number,
  riser: Holder,
  given: number,
  order: ReadonlyMap<Holder, number>,
): SlotMove {
  const piece = pieces[at] as Piece;
  const left = pieces[at - 1]?.holder === riser;
  const right = pieces[at + 1]?.holder === riser;
  const first = left || (!right && (order.get(riser) as number) < (order.get(piece.holder) as number));
  const from = first ? piece.from : piece.to - given;
  return { from, to: from + given, faller: piece.holder, riser };
}

/** How many ranges more (or less) there are after the hand-over. */
function addedRanges(pieces: readonly Piece[], at: number, riser: Holder, given: number): number {
  const piece = pieces[at] as Piece;
  const beside = Number(pieces[at - 1]?.holder === riser) + Number(pieces[at + 1]?.holder === riser);
  if (given === piece.to - piece.from) return -beside;
  return beside > 0 ? 0 : 1;
}

function isBefore(one: readonly number[], other: readonly number[]): boolean {
  const at = one.findIndex((value, index) => value !== other[index]);
  return (one[at] as number) < (other[at] as number);
}

function handOver(pieces: readonly Piece[], move: SlotMove): Piece[] {
  const cut = pieces.flatMap((piece): Piece[] => {
    if (move.from < piece.from || move.to > piece.to) return [piece];
    const parts = [
      { ...piece, to: move.from },
      { from: move.from, to: move.to, holder: move.riser },
      { ...piece, from: move.to },
    ];
    return parts.filter((part) => part.from < part.to);
  });
  return mergePieces(cut);
}

function mergePieces(pieces: readonly Piece[]): Piece[] {
  const merged: Piece[] = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    if (last !== undefined && last.holder === piece.holder) merged[merged.length - 1] = { ...last, to: piece.to };
    else merged.push(piece);
  }
  return merged;
}

/** All slots as pieces; what no range covers is the rest's. */
function toPieces(ranges: readonly SlotRange[]): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const [from, to, holder] of ranges) {
    if (from > end) pieces.push({ from: end, to: from, holder: REST });
    pieces.push({ from, to, holder });
    end = to;
  }
  if (end < SLOTS) pieces.push({ from: end, to: SLOTS, holder: REST });
  return mergePieces(pieces);
}

function toRanges(pieces: readonly Piece[]): SlotRange[] {
  return pieces
    .filter((piece) => piece.holder !== REST)
    .map((piece): SlotRange => [piece.from, piece.to, piece.holder as string]);
}
