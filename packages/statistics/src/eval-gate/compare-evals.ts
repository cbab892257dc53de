/** The eval gate: whether a candidate is no worse than what it is held against, on the same items. */

import { binomialTail } from "../special/binomial.ts";
import { sum } from "../special/sum.ts";
import { comparePaired, type PairedEstimate } from "./compare-paired.ts";

/** The scores of one item under one scorer, one a repeat; in [0, 1], pass and fail are 1 and 0. */
export type ItemScores = readonly number[];

/** One item as both sides did it. */
export interface PairedItem {
  readonly before: ItemScores;
  readonly after: ItemScores;
}

export interface EvalGateSettings {
  /** Of all looks together. */
  readonly alpha: number;
  /** How much worse still counts as no worse. */
  readonly margin: number;
  /** Which look at this candidate it is, from 1: a re-run after a failure is a new one. */
  readonly look: number;
}

/** A candidate's first look, with a margin of two points. */
export const EVAL_GATE: EvalGateSettings = { alpha: 0.05, margin: 0.02, look: 1 };

/**
 * `better`: more than 0; `not-worse`: more than −margin; `worse`: less than 0, and not shown to be within the margin; `undecided`: too few
 * items to tell, which is no pass.
 */
export type EvalVerdict = "better" | "not-worse" | "worse" | "undecided";

export interface EvalComparison extends PairedEstimate {
  readonly verdict: EvalVerdict;
  /** Of this look. */
  readonly alpha: number;
  /** Items that got better, worse, and stayed. */
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  /** Exact McNemar against loss, where each item is one pass or fail on both sides; else null. */
  readonly pLoss: number | null;
}

/**
 * Compares two sides over the items that both were given.
 *
 * Shape:  repeats are averaged within the item first, so that r repeats of n items are n observations and never n·r. Items without a score on
 *         either side are for the caller to leave out and to name.
 * Errors: none.
 * Source: reference statistics 2.7; ADR-0047.
 */
export function compareEvals(items: readonly PairedItem[], settings: EvalGateSettings): EvalComparison {
  const alpha = alphaOfLook(settings.alpha, settings.look);
  const differences = items.map(({ before, after }) => meanOfRepeats(after) - meanOfRepeats(before));
  const estimate = comparePaired(differences, alpha, settings.margin);
  const wins = differences.filter((one) => one > 0).length;
  const losses = differences.filter((one) => one < 0).length;
  const pLoss = items.every(isOnePassOrFail) ? binomialTail(losses, wins + losses, 0.5) : null;
  // For one pass or fail an item the mean's bound is an approximation, and too eager with few losses; McNemar's is exact.
  const isLost = pLoss === null ? estimate.high < 0 : pLoss <= alpha;
  return {
    ...estimate,
    verdict: decide(estimate, settings.margin, isLost),
    alpha,
    wins,
    losses,
    ties: items.length - wins - losses,
    pLoss,
  };
}

function decide({ low }: PairedEstimate, margin: number, isLost: boolean): EvalVerdict {
  if (low > 0) return "better";
  if (low > -margin) return "not-worse";
  return isLost ? "worse" : "undecided";
}

/**
 * What a look may spend: α/2, α/4, … so that all of them together never spend more than α.
 *
 * Shape:  `look` from 1. The first one's two bounds at α 0.05 are together the usual 95 % interval.
 */
export const alphaOfLook = (alpha: number, look: number): number => alpha / 2 ** look;

/** Shape: NaN for none. */
export const meanOfRepeats = (scores: ItemScores): number => sum(scores) / scores.length;

const isOnePassOrFail = ({ before, after }: PairedItem): boolean =>
  [before, after].every((scores) => scores.length === 1 && (scores[0] === 0 || scores[0] === 1));
