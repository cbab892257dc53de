/** Effects with their intervals, one below the other on one axis around "no difference". */

import type { ArmEffect, Interval } from "@dimmer/protocol";

const ROLES: readonly ArmEffect["role"][] = ["primary", "guardrail", "secondary"];

/** The primary metric first, then what must not get worse, then the others; each metric with its arms together. */
export function inOrder(effects: readonly ArmEffect[]): readonly ArmEffect[] {
  const place = ({ role, metric }: ArmEffect): number =>
    ROLES.indexOf(role) * effects.length + effects.findIndex((one) => one.metric === metric);
  return [...effects].sort((one, other) => place(one) - place(other));
}

export interface ForestRow {
  readonly effect: ArmEffect;
  /** 0 to 1 on the axis; undefined where nothing is known. */
  readonly middle: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
  /** It goes on beyond the axis. */
  readonly isOpenLow: boolean;
  readonly isOpenHigh: boolean;
}

export interface Forest {
  readonly rows: readonly ForestRow[];
  readonly zero: number;
  readonly ticks: readonly { readonly effect: number; readonly place: number }[];
}

/** How far the axis reaches at least and at most: one arm of which little is known does not flatten all others. */
const [LEAST_REACH, MOST_REACH] = [0.05, 1];
const ROOM = 1.08;
const TICK_STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5];
const TICKS_EACH_SIDE = 3;

/** Shape: around 0, as far to the left as to the right. */
export function layForest(effects: readonly ArmEffect[]): Forest {
  const reach = reachOf(effects);
  const place = (value: number): number => 0.5 + (Math.min(reach, Math.max(-reach, value)) / reach) * 0.5;
  const step = TICK_STEPS.find((one) => reach / one <= TICKS_EACH_SIDE + 0.99) ?? 0.5;
  const sides = Array.from({ length: Math.floor(reach / step) }, (_, at) => (at + 1) * step);
  return {
    rows: inOrder(effects).map((effect) => layRow(effect, reach, place)),
    zero: place(0),
    ticks: [...sides.map((side) => -side).reverse(), 0, ...sides].map((value) => ({ effect: value, place: place(value) })),
  };
}

/** All of what decides; of the others no more than twice as far, so that what is hardly known does not flatten what is. */
function reachOf(effects: readonly ArmEffect[]): number {
  const ends = (one: ArmEffect): number =>
    Math.max(0, ...[one.effect, intervalOf(one)?.lower, intervalOf(one)?.upper].filter(isNumber).map(Math.abs));
  const primary = Math.max(0, ...effects.filter(({ role }) => role === "primary").map(ends));
  const others = Math.max(0, ...effects.map(ends));
  const wanted = primary === 0 ? others : Math.min(others, Math.max(2 * primary, LEAST_REACH));
  return Math.min(MOST_REACH, Math.max(LEAST_REACH, wanted * ROOM));
}

function layRow(effect: ArmEffect, reach: number, place: (value: number) => number): ForestRow {
  const interval = intervalOf(effect);
  const [lower, upper] = [interval?.lower ?? undefined, interval?.upper ?? undefined];
  return {
    effect,
    middle: effect.effect === null ? undefined : place(effect.effect),
    low: interval === null ? undefined : place(lower ?? -reach),
    high: interval === null ? undefined : place(upper ?? reach),
    isOpenLow: interval !== null && (lower === undefined || lower < -reach),
    isOpenHigh: interval !== null && (upper === undefined || upper > reach),
  };
}

/** The planned read where there was one, else what holds at any time. */
const intervalOf = ({ fixed, sequential }: ArmEffect): Interval | null => fixed ?? sequential;

const isNumber = (value: number | null | undefined): value is number => typeof value === "number";
