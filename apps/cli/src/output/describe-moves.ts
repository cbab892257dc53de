/** Who moves, in words: "25 % of users change: 15 % sonnet → opus, 10 % haiku → opus". */

import type { Move } from "@dimmer/protocol";
import { describeMovers, type PeopleByEnvironment } from "./describe-people.ts";
import { formatPercent } from "./percent.ts";

const NO_PEOPLE: PeopleByEnvironment = new Map();

/** One line per split that moves somebody; how many people that is, where it is known. */
export function describeMoves(moves: readonly Move[], people = NO_PEOPLE): string[] {
  if (moves.length === 0) return ["Nobody changes variant."];
  const bySplit = new Map<string, Move[]>();
  for (const move of moves) {
    const address = JSON.stringify([move.flag, move.environment, move.rule]);
    bySplit.set(address, [...(bySplit.get(address) ?? []), move]);
  }
  return [...bySplit.values()].map((split) => describeSplit(split, bySplit.size > 1) + describeMovers(split, people));
}

function describeSplit(moves: readonly Move[], isOneOfSeveral: boolean): string {
  const total = moves.reduce((sum, move) => sum + move.percent, 0);
  const [first] = moves;
  const flag = isOneOfSeveral ? `${first?.flag ?? ""} in ${first?.environment ?? ""}: ` : "";
  const people = first === undefined || first.rule === "default" ? "users" : `users in rule ${first.rule}`;
  const steps = moves.map((move) => `${formatPercent(move.percent)} ${move.from ?? "next rule"} → ${move.to ?? "next rule"}`);
  return `${flag}${formatPercent(total)} of ${people} change: ${steps.join(", ")}.`;
}
