/** Who moves, in the words that the command and the dashboard share. */

import { sayPercent } from "@dimmer/evaluation";
import type { Move } from "./management.ts";

/** What moves in one split, and how much that is of those whom it decides. */
export interface MovesOfSplit extends Pick<Move, "flag" | "environment" | "rule"> {
  /** In the order given, one at least. */
  readonly moves: readonly Move[];
  readonly percent: number;
}

/**
 * Shape:  one entry a split, in the order in which they come.
 * Errors: none.
 */
export function groupMoves(moves: readonly Move[]): readonly MovesOfSplit[] {
  const bySplit = new Map<string, MovesOfSplit>();
  for (const move of moves) {
    const { flag, environment, rule, percent } = move;
    const address = JSON.stringify([flag, environment, rule]);
    const known = bySplit.get(address) ?? { flag, environment, rule, moves: [], percent: 0 };
    bySplit.set(address, { ...known, moves: [...known.moves, move], percent: known.percent + percent });
  }
  return [...bySplit.values()];
}

export const NOBODY_MOVES = "Nobody changes variant.";

/**
 * "25 % of users change: 15 % sonnet → opus, 10 % haiku → opus".
 *
 * Shape:  `sayShare` says each share, in percent unless people are known; no full stop.
 * Errors: none.
 */
export function sayMoves(who: string, moves: readonly Move[], sayShare: (percent: number) => string = sayPercent): string {
  const steps = moves.map(({ from, to, percent }) => `${sayShare(percent)} ${from ?? NEXT} → ${to ?? NEXT}`);
  return `${who} change: ${steps.join(", ")}`;
}

const NEXT = "next rule";
