/** Shares of a split while somebody turns them. */

import { liveShares, rampSplit, sayPercent, type Serve } from "@dimmer/evaluation";
import { groupMoves, type Move, type MovesOfSplit, NOBODY_MOVES, type Operation, sayMoves } from "@dimmer/protocol";

export type Shares = Readonly<Record<string, number>>;

/** Shape: every variant of the flag, those without a share at 0; in the split's order, then the flag's. */
export function sharesOf(serve: Serve, variants: readonly string[]): Shares {
  const own = liveShares(serve);
  return Object.fromEntries(variants.map((variant) => [variant, own.get(variant) ?? 0]));
}

/**
 * Turns one variant to `percent`; the others make room in proportion.
 *
 * Shape:  where all others are at 0, `heir` takes what becomes free.
 */
export function turn(shares: Shares, variant: string, percent: number, heir: string | undefined): Shares {
  const ramped = rampSplit(shares, variant, percent);
  if ("split" in ramped) return { ...shares, ...ramped.split };
  if (heir === undefined) return shares;
  return {
    ...Object.fromEntries(Object.keys(shares).map((name) => [name, 0])),
    [heir]: round(100 - percent),
    [variant]: percent,
  };
}

/** To 0.001 %. */
export const round = (percent: number): number => Math.round(percent * 1_000) / 1_000;

export const isSame = (one: Shares, other: Shares): boolean =>
  Object.keys({ ...one, ...other }).every((name) => (one[name] ?? 0) === (other[name] ?? 0));

export interface SplitAddress {
  readonly flag: string;
  readonly environment: string;
  /** A rule's id, or `default`. */
  readonly rule: string;
}

/** The edit that leads to these shares: those above 0, and those that the split names already. */
export function splitEdit(address: SplitAddress, serve: Serve, shares: Shares): Operation {
  const named = "variant" in serve ? { [serve.variant]: 0 } : serve.split;
  const split = Object.fromEntries(Object.entries(shares).filter(([name, percent]) => percent > 0 || name in named));
  return { kind: "set-split", ...address, split };
}

/**
 * "2,140 of about 214,000 people seen this week change: 2,140 sonnet → opus".
 *
 * Shape:  where several splits change, one sentence each, in shares of its own people.
 */
export function describeMoves(moves: readonly Move[], people: number | undefined): readonly string[] {
  const splits = groupMoves(moves);
  const [only] = splits;
  if (only === undefined) return [NOBODY_MOVES];
  if (splits.length === 1) return [people === undefined ? sayMoves(sayPercent(only.percent), moves) : sayCounted(only, people)];
  const isOneFlag = splits.every(({ flag, environment }) => flag === only.flag && environment === only.environment);
  return splits.map((split) => `${sayPlace(split, isOneFlag)}: ${sayMoves(sayPercent(split.percent), split.moves)}`);
}

function sayCounted({ percent, moves }: MovesOfSplit, people: number): string {
  const count = (share: number): string => Math.round((share / 100) * people).toLocaleString("en");
  return sayMoves(`${count(percent)} of about ${people.toLocaleString("en")} people seen this week`, moves, count);
}

function sayPlace({ flag, environment, rule }: MovesOfSplit, isOneFlag: boolean): string {
  if (isOneFlag) return rule === "default" ? "Everyone else" : `Rule ${rule}`;
  return `${flag} in ${environment}, ${rule === "default" ? "everyone else" : `rule ${rule}`}`;
}

/** The reason that is suggested: the change itself, in words. */
export function sayTurn(before: Shares, after: Shares): string {
  return Object.keys(after)
    .filter((name) => before[name] !== after[name])
    .map((name) => `${name} ${before[name] ?? 0} % → ${after[name]} %`)
    .join(", ");
}
