/** A comparison of eval reports in sentences, with the evidence in them. */

import type { EvalScorerComparison, EvalVerdict } from "@dimmer/protocol";

/** Ids that a sentence names. */
const NAMED = 5;

interface Said {
  readonly margin: number;
  readonly isSameJudge: boolean;
}

export function sayComparison(comparison: Omit<EvalScorerComparison, "words">, { margin, isSameJudge }: Said): string {
  const { verdict, items, mustPassFailures } = comparison;
  if (!isSameJudge) return "Not comparable: another judge gave these scores. Score both with the same one.";
  if (verdict === "not-comparable") return "Not comparable: no item has a score in both.";
  const evidence = sayEvidence(comparison);
  if (mustPassFailures.length > 0) return `Worse: ${sayFailures(mustPassFailures)} must pass and did not. ${evidence}.`;
  if (verdict === "undecided") return `Undecided: ${sayItems(items)} cannot tell. ${evidence}; more items would narrow it.`;
  return `${OPENINGS[verdict](margin)}: ${evidence}.`;
}

const OPENINGS: Readonly<Record<Exclude<EvalVerdict, "undecided" | "not-comparable">, (margin: number) => string>> = {
  better: () => "Better",
  "not-worse": (margin) => `No worse than by ${margin}, which is allowed`,
  worse: () => "Worse",
};

/** "0.810 → 0.850, by +0.040 (−0.010 to +0.090) over 200 items" */
function sayEvidence({ before, after, difference, low, high, items }: Omit<EvalScorerComparison, "words">): string {
  return `${score(before)} → ${score(after)}, by ${signed(difference)} (${signed(low)} to ${signed(high)}) over ${sayItems(items)}`;
}

export function sayOverall(verdict: EvalVerdict, scorers: readonly EvalScorerComparison[]): string {
  const named = scorers.filter((scorer) => scorer.verdict === verdict).map(({ scorer }) => scorer);
  return scorers.length === 0 ? "Neither report has a score." : `${OVERALL[verdict]} by ${named.join(", ")}.`;
}

const OVERALL: Readonly<Record<EvalVerdict, string>> = {
  better: "Better",
  "not-worse": "No worse",
  worse: "Worse",
  undecided: "Undecided",
  "not-comparable": "Not comparable",
};

function sayFailures(ids: readonly string[]): string {
  const more = ids.length - NAMED;
  return ids.slice(0, NAMED).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

const sayItems = (items: number): string => (items === 1 ? "1 item" : `${items} items`);
const DIGITS = 3;
const score = (value: number | null): string => (value ?? 0).toFixed(DIGITS);
const signed = (value: number | null): string => {
  const text = Math.abs(value ?? 0).toFixed(DIGITS);
  return `${(value ?? 0) < 0 ? "−" : "+"}${text}`;
};
