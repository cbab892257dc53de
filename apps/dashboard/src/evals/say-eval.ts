/** Eval reports in words, and where an interval lies on its line. */

import type { EvalItem, EvalReportView, EvalScorerComparison, EvalScorerSummary, EvalVerdict } from "@dimmer/protocol";
import type { Status } from "../ui/status-light.tsx";

const DIGITS = 3;
const CENTS_DIGITS = 4;

/** "version 3", "a draft" */
export const sayContent = ({ valueVersion }: Pick<EvalReportView, "valueVersion">): string =>
  valueVersion === null ? "a draft" : `version ${valueVersion}`;

export const sayScore = (score: number | null): string => (score === null ? "unknown" : score.toFixed(DIGITS));

export const sayChange = (change: number): string => `${change < 0 ? "−" : "+"}${Math.abs(change).toFixed(DIGITS)}`;

export const sayCost = (costMicroUsd: number | null): string | undefined =>
  costMicroUsd === null ? undefined : `$${(costMicroUsd / 1e6).toFixed(CENTS_DIGITS)}`;

/** "40 of 42 items scored; 2 that must pass did not" */
export function sayScored({ scored, mustPassFailures }: EvalScorerSummary, itemCount: number): string {
  const all = scored === itemCount ? `all ${itemCount} items scored` : `${scored} of ${itemCount} items scored`;
  return mustPassFailures === 0 ? all : `${all}; ${mustPassFailures} that must pass did not`;
}

export const VERDICT_WORDS: Readonly<Record<EvalVerdict, string>> = {
  better: "Better",
  "not-worse": "No worse",
  worse: "Worse",
  undecided: "Undecided",
  "not-comparable": "Not comparable",
};

/** Green only with evidence; what cannot be told is no data. */
export const VERDICT_STATUS: Readonly<Record<EvalVerdict, Status>> = {
  better: "healthy",
  "not-worse": "healthy",
  worse: "danger",
  undecided: "unknown",
  "not-comparable": "unknown",
};

export interface IntervalPlaces {
  /** Percent of the line's length. */
  readonly low: number;
  readonly high: number;
  readonly middle: number;
  readonly zero: number;
  readonly margin: number;
}

/** Shape: all scorers on one scale, around 0, wide enough for the widest; undefined where nothing is known. */
export function layInterval(
  { low, high, difference }: Pick<EvalScorerComparison, "low" | "high" | "difference">,
  all: readonly Pick<EvalScorerComparison, "low" | "high">[],
  margin: number,
): IntervalPlaces | undefined {
  if (low === null || high === null || difference === null) return undefined;
  const reach = Math.max(margin, ...all.flatMap((one) => [Math.abs(one.low ?? 0), Math.abs(one.high ?? 0)]));
  const place = (value: number): number => 50 + (value / reach) * 50;
  return { low: place(low), high: place(high), middle: place(difference), zero: place(0), margin: place(-margin) };
}

/** Items with an error or a failure first, else in their order. */
export function flawedFirst(items: readonly EvalItem[]): readonly EvalItem[] {
  const flaw = ({ error, scores }: EvalItem): number =>
    error !== undefined ? 0 : Object.values(scores).some((score) => [score].flat().some((one) => Number(one) === 0)) ? 1 : 2;
  return [...items].sort((one, other) => flaw(one) - flaw(other));
}

/** "pass, pass, fail", "0.800" */
export function sayScores(score: EvalItem["scores"][string]): string {
  return [score]
    .flat()
    .map((one) => (typeof one === "boolean" ? (one ? "pass" : "fail") : one.toFixed(DIGITS)))
    .join(", ");
}
