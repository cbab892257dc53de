/** Whether people were split as planned: if not, nothing else of an experiment is to be believed. */

import type { BanditPeriod, ExperimentResult } from "@dimmer/protocol";
import {
  addAssigned,
  changeShares,
  goodnessOfFit,
  judgeSampleRatio,
  SAMPLE_RATIO_ALPHA,
  startSampleRatio,
} from "@dimmer/statistics";
import type { ExperimentStatistics, PeopleRow } from "../../telemetry/experiment-question.ts";

export interface JudgedSplit {
  readonly people: ExperimentResult["people"];
  readonly sampleRatio: ExperimentResult["sampleRatio"];
  readonly shares: readonly number[];
  readonly planned: readonly number[];
  /** Kinds of keys among whose people the shares are off. */
  readonly sources: readonly {
    readonly source: string;
    readonly shares: readonly number[];
    readonly planned: readonly number[];
  }[];
}

/**
 * Judges the counts of people by arm, period by period.
 *
 * Shape:  `shares` has one entry for each period of the statistics, in their order; an arm of share 0 takes no part in its period.
 * Errors: none.
 * Source: reference statistics 2.6.
 */
export function judgeSplit(statistics: ExperimentStatistics, shares: readonly BanditPeriod[]): JudgedSplit {
  const arms = Object.keys(shares[0]?.percent ?? {});
  const periods = shares.map(({ percent }, period) => ({
    weights: arms.map((arm) => percent[arm] ?? 0),
    counts: arms.map((arm) => countOf(statistics.rows, arm, ({ part }) => part.by === "period" && part.period === period)),
  }));
  const counts = arms.map((_, at) => periods.reduce((sum, period) => sum + (period.counts[at] as number), 0));
  const total = sum(counts);
  const expected = arms.map((_, at) => periods.reduce((of, period) => of + expectedOf(period, at), 0));
  const planned = expected.map((one, at) => (total === 0 ? shareAt(periods[0]?.weights ?? [], at) : one / total));
  const { logBayesFactor, isMismatch } = judgeSampleRatio(gatherEvidence(periods));
  return {
    people: arms.map((variant, at) => ({ variant, people: counts[at] as number, plannedShare: planned[at] as number })),
    sampleRatio: {
      logEvidence: logBayesFactor,
      flaggedAt: -Math.log(SAMPLE_RATIO_ALPHA),
      isFlagged: isMismatch,
      p: expected.every((one) => one > 0) ? (goodnessOfFit(counts, expected)?.p ?? null) : null,
    },
    shares: counts.map((count) => (total === 0 ? 0 : count / total)),
    planned,
    sources: mismatchedSources(statistics, arms, planned),
  };
}

interface SplitPeriod {
  readonly weights: readonly number[];
  readonly counts: readonly number[];
}

/** An arm that had no share in a period is left out of it: whoever is there all the same is remarked by the edits. */
function gatherEvidence(periods: readonly SplitPeriod[]) {
  let evidence = startSampleRatio([1]);
  for (const { weights, counts } of periods) {
    const live = weights.flatMap((weight, at) => (weight > 0 ? [at] : []));
    evidence = changeShares(
      evidence,
      live.map((at) => weights[at] as number),
    );
    evidence = addAssigned(
      evidence,
      live.map((at) => counts[at] as number),
    );
  }
  return evidence;
}

const expectedOf = ({ weights, counts }: SplitPeriod, at: number): number => shareAt(weights, at) * sum(counts);
const shareAt = (weights: readonly number[], at: number): number => (weights[at] as number) / sum(weights);

/** By the kind of key that people were seen with, each at its part of the chance. */
function mismatchedSources({ rows }: ExperimentStatistics, arms: readonly string[], planned: readonly number[]) {
  const sources = [...new Set(rows.flatMap(({ part }) => (part.by === "source" ? [part.source] : [])))];
  if (sources.length < 2 || planned.some((share) => share === 0)) return [];
  return sources.flatMap((source) => {
    const counts = arms.map((arm) => countOf(rows, arm, ({ part }) => part.by === "source" && part.source === source));
    const judged = judgeSampleRatio(addAssigned(startSampleRatio(planned), counts), SAMPLE_RATIO_ALPHA / sources.length);
    return judged.isMismatch ? [{ source, shares: counts.map((count) => count / sum(counts)), planned }] : [];
  });
}

const countOf = (rows: readonly PeopleRow[], variant: string, isMine: (row: PeopleRow) => boolean): number =>
  sum(rows.flatMap((row) => (row.variant === variant && isMine(row) ? [row.people] : [])));

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Shape: "the arms are 52 to 48 where 50 to 50 was planned". */
export function sayMismatch({ shares, planned }: Pick<JudgedSplit, "shares" | "planned">): string {
  const digits = Math.max(...shares.map((share, at) => Math.abs(share - (planned[at] as number)))) < 0.01 ? 1 : 0;
  const say = (all: readonly number[]) => all.map((share) => (100 * share).toFixed(digits)).join(" to ");
  return `the arms are ${say(shares)} where ${say(planned)} was planned`;
}
