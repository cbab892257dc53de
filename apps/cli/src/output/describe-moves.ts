/** Who moves, in words: "25 % of users change: 15 % sonnet → opus, 10 % haiku → opus." */

import { sayPercent } from "@dimmer/evaluation";
import { groupMoves, type Move, type MovesOfSplit, NOBODY_MOVES, sayMoves } from "@dimmer/protocol";
import { describeMovers, type PeopleByEnvironment } from "./describe-people.ts";

const NO_PEOPLE: PeopleByEnvironment = new Map();

/** One line per split that moves somebody; how many people that is, where it is known. */
export function describeMoves(moves: readonly Move[], people = NO_PEOPLE): string[] {
  if (moves.length === 0) return [NOBODY_MOVES];
  const splits = groupMoves(moves);
  return splits.map((split) => describeSplit(split, splits.length > 1) + describeMovers(split, people));
}

function describeSplit({ flag, environment, rule, moves, percent }: MovesOfSplit, isOneOfSeveral: boolean): string {
  const place = isOneOfSeveral ? `${flag} in ${environment}: ` : "";
  const users = rule === "default" ? "users" : `users in rule ${rule}`;
  return `${place}${sayMoves(`${sayPercent(percent)} of ${users}`, moves)}.`;
}
