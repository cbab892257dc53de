/** What came of an experiment: effects with their intervals, whether they can be trusted, and words for them. */

import type { ExperimentMetric, MetricKind } from "./experiments.ts";

/**
 * `untrusted`     people were not split as planned: nothing below it counts.
 * `collecting`    too early.
 * `winner`        one arm is better on the primary metric, and no guardrail is worse than tolerated.
 * `harm`          what is better has a guardrail that is worse, or every other arm is worse than the baseline.
 * `no-difference` the planned size is reached, and nothing of the size worth finding is there.
 * `inconclusive`  the planned size is reached, and it still cannot be said.
 * `bandit`        weights follow the data; there is no test.
 */
export const EXPERIMENT_VERDICTS = [
  "untrusted",
  "collecting",
  "winner",
  "harm",
  "no-difference",
  "inconclusive",
  "bandit",
] as const;
export type ExperimentVerdict = (typeof EXPERIMENT_VERDICTS)[number];

/** Both ends may be null: unbounded there. */
export interface Interval {
  readonly lower: number | null;
  readonly upper: number | null;
}

/** One metric of one arm beside the baseline's. */
export interface ArmEffect {
  readonly variant: string;
  readonly metric: ExperimentMetric;
  readonly role: "primary" | "guardrail" | "secondary";
  readonly kind: MetricKind;
  readonly direction: "up" | "down";
  readonly value: number | null;
  readonly baselineValue: number | null;
  /** In parts of the baseline's value; null where that cannot be said. */
  readonly effect: number | null;
  /** Holds whenever one looks. */
  readonly sequential: Interval | null;
  /** Holds once, at the planned size; null before. */
  readonly fixed: Interval | null;
  /** The same as `effect` and the interval that counts, in the metric's own unit: points of a share. */
  readonly difference: { readonly value: number; readonly interval: Interval } | null;
  /** Null for a bandit. */
  readonly p: number | null;
  /** Of secondary metrics, after Holm. */
  readonly pAdjusted: number | null;
  /** Of a guardrail: whether it is known to be within its tolerance, known to be worse, or neither. */
  readonly guardrail: "held" | "crossed" | "open" | null;
  readonly isSignificant: boolean;
  /** Which way is it: good, bad, or not known. */
  readonly reading: "better" | "worse" | "unclear";
  /** What the week before first exposure explained, as a share of the variance; null where it was not used. */
  readonly cuped: { readonly explained: number } | null;
  /** Not corrected for looking. */
  readonly bayes: { readonly chanceBetter: number; readonly riskIfShipped: number; readonly interval: Interval } | null;
  /** A whole sentence. */
  readonly say: string;
}

/** One part of the people, of an arm's effect on the primary metric. */
export interface SegmentEffect {
  readonly segment: "history" | "source" | "day";
  readonly part: string;
  readonly variant: string;
  readonly people: number;
  readonly effect: number;
  /** Drawn towards the whole by as much as the parts differ by chance. */
  readonly shrunk: number;
  readonly p: number;
  readonly pAdjusted: number;
  /** Parts differ, and this one is not chance. */
  readonly isNotable: boolean;
}
export interface SegmentTest {
  readonly segment: SegmentEffect["segment"];
  readonly variant: string;
  /** Cochran's Q, of whether parts differ at all. */
  readonly q: number;
  readonly p: number;
  readonly parts: readonly SegmentEffect[];
}

export interface ExperimentResult {
  readonly asOf: string;
  readonly from: string;
  readonly until: string;
  /** Kept at the planned read or at the end; one made just now has none. */
  readonly kept: "planned" | "end" | null;
  readonly verdict: ExperimentVerdict;
  /** The arm to ship: the winner, or the baseline where nothing is better; null while that is open. */
  readonly ship: string | null;
  /** The result in one sentence, for whoever reads no further. */
  readonly say: string;
  /** What is to be known beside it, a sentence each. */
  readonly details: readonly string[];
  readonly people: readonly { readonly variant: string; readonly people: number; readonly plannedShare: number }[];
  readonly planned: { readonly people: number | null; readonly days: number | null };
  readonly daysLeft: number | null;
  /** People who met two variants; they are in no sum. */
  readonly dropped: { readonly people: number; readonly share: number; readonly isWarning: boolean };
  readonly sampleRatio: {
    /** ln of the evidence that people are not split as planned, and where it counts. */
    readonly logEvidence: number;
    readonly flaggedAt: number;
    readonly isFlagged: boolean;
    /** Of chi-square, shown and not decided by: it holds for one look only. */
    readonly p: number | null;
  };
  readonly effects: readonly ArmEffect[];
  readonly segments: readonly SegmentTest[];
  /** The primary metric of people by the day of their first exposure. */
  readonly days: readonly {
    readonly day: string;
    readonly variant: string;
    readonly people: number;
    readonly value: number | null;
  }[];
  /** Edits while it ran, and what else spoils a reading. */
  readonly remarks: readonly { readonly at: string | null; readonly say: string }[];
  /** Of a bandit: the chance that each arm is best, and what it got. */
  readonly weights: readonly BanditPeriod[];
  readonly best: Readonly<Record<string, number>> | null;
}

/** What is known now, and what was kept. */
export interface ExperimentResults {
  /** Null for a draft. */
  readonly current: ExperimentResult | null;
  /** `isSame`: what was kept with it gives the same result again. */
  readonly kept: readonly { readonly result: ExperimentResult; readonly isSame: boolean }[];
}

export interface BanditPeriod {
  readonly from: string;
  readonly percent: Readonly<Record<string, number>>;
}
