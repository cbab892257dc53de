/** Shares of a split while somebody turns them. */

import { rampSplit, type Serve } from "@dimmer/evaluation";
import type { Move, Operation } from "@dimmer/protocol";

export type Shares = Readonly<Record<string, number>>;

/** Shape: every variant of the flag, those without a share at 0; in the split's order, then the flag's. */
export function sharesOf(serve: Serve, variants: readonly string[]): Shares {
  const own = "variant" in serve ? { [serve.variant]: 100 } : serve.split;
  return Object.fromEntries([...variants].map((variant) => [variant, own[variant] ?? 0]));
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

/** "2,140 of about 214,000 people seen this week change: 2,140 sonnet → opus". */
export function sayMoves(moves: readonly Move[], people: number | undefined): string {
  if (moves.length === 0) return "Nobody changes variant.";
  const total = moves.reduce((sum, { percent }) => sum + percent, 0);
  const parts = moves.map(({ from, to, percent }) => `${amount(percent, people)} ${from ?? "next rule"} → ${to ?? "next rule"}`);
  const who =
    people === undefined
      ? `${round(total)} %`
      : `${count(total, people)} of about ${people.toLocaleString("en")} people seen this week`;
  return `${who} change: ${parts.join(", ")}`;
}

/** The same where several rules are edited at once: one sentence a rule, each of its own people. */
export function sayMovesByPlace(moves: readonly Move[]): readonly string[] {
  const places = new Map<string, Move[]>();
  for (const move of moves) places.set(move.rule, [...(places.get(move.rule) ?? []), move]);
  return [...places].map(
    ([rule, own]) => `${rule === "default" ? "Everyone else" : `Rule ${rule}`}: ${sayMoves(own, undefined)}`,
  );
}

const count = (percent: number, people: number): string => Math.round((percent / 100) * people).toLocaleString("en");
const amount = (percent: number, people: number | undefined): string =>
  people === undefined ? `${round(percent)} %` : count(percent, people);

/** The reason that is suggested: the change itself, in words. */
export function sayTurn(before: Shares, after: Shares): string {
  return Object.keys(after)
    .filter((name) => before[name] !== after[name])
    .map((name) => `${name} ${before[name] ?? 0} % → ${after[name]} %`)
    .join(", ");
}
