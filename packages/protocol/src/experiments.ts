/** Experiments: two or more variants of a split compared by people, with a plan made before and a result in words after. */

import { z } from "zod";
import type { Actor, ChangeResult } from "./management.ts";
import { MetricName } from "./metric-definitions.ts";

export const EXPERIMENT_LIMITS = {
  /** Of one project, archived ones included. */
  experiments: 1_000,
  /** Running at the same time, in one project. */
  running: 100,
  arms: 10,
  guardrails: 10,
  secondary: 10,
  groups: 50,
  holdouts: 10,
  nameChars: 128,
  hypothesisChars: 2_000,
  reasonChars: 2_000,
  /** Days that one may run: its people are told from its first day on, and events are kept no longer. */
  days: 60,
  /** Bandit weights that are kept: hourly for as long as one may run. */
  periods: 1_500,
  /** Results that are kept of one experiment. */
  results: 20,
  remarks: 50,
} as const;

/** The chance of a false alarm is spent on two looks: any time, and once at the planned size. */
export const EXPERIMENT_ALPHA = { sequential: 0.01, fixed: 0.04 } as const;

/**
 * What becomes of people, built in.
 *
 * `share`   of runs or calls something is true of: reckoned by people as a ratio of two sums, and compared in points.
 * `mean`    per person.
 * `ratio`   per run or call, again by people.
 * `quantile`of calls, with people as clusters.
 */
export const EXPERIMENT_METRICS = {
  error_rate: { kind: "share", direction: "down" },
  timeout_rate: { kind: "share", direction: "down" },
  refusal_rate: { kind: "share", direction: "down" },
  fallback_rate: { kind: "share", direction: "down" },
  thumbs_down_rate: { kind: "share", direction: "down" },
  thumbs_up_rate: { kind: "share", direction: "up" },
  acceptance_rate: { kind: "share", direction: "up" },
  retry_rate: { kind: "share", direction: "down" },
  abandon_rate: { kind: "share", direction: "down" },
  /** Micro-dollars of one person, as long as the experiment sees them. */
  cost: { kind: "mean", direction: "down" },
  /** Runs of one person. */
  runs: { kind: "mean", direction: "up" },
  /** Micro-dollars of one run. */
  cost_per_run: { kind: "ratio", direction: "down" },
  /** Of one call that worked. */
  output_tokens: { kind: "ratio", direction: "down" },
  /** Milliseconds of one call that worked. */
  duration: { kind: "ratio", direction: "down" },
  duration_p50: { kind: "quantile", direction: "down" },
  duration_p95: { kind: "quantile", direction: "down" },
  first_chunk_p95: { kind: "quantile", direction: "down" },
} as const satisfies Readonly<Record<string, { readonly kind: MetricKind; readonly direction: "up" | "down" }>>;
export type MetricKind = "share" | "mean" | "ratio" | "quantile";
export type BuiltInExperimentMetric = keyof typeof EXPERIMENT_METRICS;

const name = z.string().trim().min(1).max(EXPERIMENT_LIMITS.nameChars);
const key = z.string().min(1).max(128);
const variant = z.string().min(1).max(64);
const percent = z.number().gt(0).max(100).describe("Percent, at most three decimals.");

/** `metric:NAME` is a metric that the project has defined, `score:NAME` the scores of a judge, of which more is better. */
export const ExperimentMetric = z.union([
  z.enum(Object.keys(EXPERIMENT_METRICS) as [BuiltInExperimentMetric, ...BuiltInExperimentMetric[]]),
  z.templateLiteral(["metric:", MetricName]),
  z.templateLiteral(["score:", name]),
]);
export type ExperimentMetric = z.infer<typeof ExperimentMetric>;

/** What must not get worse by more than is tolerated for a winner to be one. */
export const ExperimentGuardrail = z.strictObject({
  metric: ExperimentMetric,
  tolerance: z
    .number()
    .min(0)
    .max(1)
    .default(0.02)
    .describe("How much worse is still fine: of a share in points (0.01 is one), of anything else in parts of the baseline's."),
});
export type ExperimentGuardrail = z.infer<typeof ExperimentGuardrail>;

export const ExperimentPlan = z
  .strictObject({
    effect: z
      .number()
      .gt(0)
      .max(1)
      .default(0.1)
      .describe("The smallest effect worth finding, in parts of the baseline's value: 0.1 is a tenth more or less."),
    power: z.number().min(0.5).max(0.99).default(0.8).describe("The chance that an effect of that size is found."),
    maxDays: z.int().min(1).max(EXPERIMENT_LIMITS.days).default(28).describe("It ends after these, found or not."),
  })
  .meta({ id: "ExperimentPlan" });
export type ExperimentPlan = z.infer<typeof ExperimentPlan>;

/** Shares that go, hour by hour, to what does best. Its result has no p-values: weights that follow the data spoil them. */
export const BanditOption = z.strictObject({
  floor: z.number().min(0.01).max(0.5).default(0.05).describe("The share that no arm falls below, of the experiment's people."),
});
export type BanditOption = z.infer<typeof BanditOption>;

const fields = {
  name,
  hypothesis: z
    .string()
    .trim()
    .min(1)
    .max(EXPERIMENT_LIMITS.hypothesisChars)
    .describe("What you expect and why, in words, before you know."),
  flag: key,
  environment: key,
  rule: key.default("default").describe("Rule id, or `default`: whose people take part."),
  arms: z
    .record(variant, percent)
    .optional()
    .describe("Variant → percent of the experiment's people, 100 in all. The split's own unless given."),
  baseline: variant.describe("The arm that the others are compared with."),
  primary: ExperimentMetric.describe("The one that decides."),
  guardrails: z.array(ExperimentGuardrail).max(EXPERIMENT_LIMITS.guardrails).default([]),
  secondary: z.array(ExperimentMetric).max(EXPERIMENT_LIMITS.secondary).default([]),
  plan: ExperimentPlan.prefault({}),
  group: key.nullable().default(null).describe("Id of an exclusion group: nobody is in two of its experiments."),
  share: percent
    .nullable()
    .default(null)
    .describe("Of the group, or of all people where there is none; all that is free unless given."),
  bandit: BanditOption.nullable().default(null),
} as const;

export const ExperimentRequest = z
  .strictObject(fields)
  .superRefine((request, context) => {
    const metrics = [request.primary, ...request.guardrails.map(({ metric }) => metric), ...request.secondary];
    const twice = metrics.find((metric, at) => metrics.indexOf(metric) !== at);
    if (twice !== undefined) context.addIssue({ code: "custom", path: ["secondary"], message: `${twice} is named twice.` });
    const { arms, baseline } = request;
    if (arms === undefined) return;
    const all = Object.keys(arms);
    if (all.length < 2 || all.length > EXPERIMENT_LIMITS.arms)
      context.addIssue({ code: "custom", path: ["arms"], message: `Name 2 to ${EXPERIMENT_LIMITS.arms} arms.` });
    if (arms[baseline] === undefined)
      context.addIssue({ code: "custom", path: ["baseline"], message: `${baseline} is none of the arms: ${all.join(", ")}.` });
    const sum = Object.values(arms).reduce((total, share) => total + Math.round(share * 1_000), 0);
    if (sum !== 100_000)
      context.addIssue({ code: "custom", path: ["arms"], message: `The arms share ${sum / 1_000} %, not 100.` });
  })
  .meta({ id: "ExperimentRequest" });
export type ExperimentRequest = z.input<typeof ExperimentRequest>;
export type ExperimentDefinition = z.output<typeof ExperimentRequest>;

/** A draft as it should be, whole. */
export const ExperimentEdit = z.strictObject({
  experiment: ExperimentRequest,
  revision: z.int().min(0).optional().describe("Of the draft that you have seen."),
});
export type ExperimentEdit = z.input<typeof ExperimentEdit>;

/** `draft` is still edited; `running` has people, and a plan that is frozen; `shipped` has ended with a winner that everybody gets. */
export const EXPERIMENT_STATES = ["draft", "running", "ended", "shipped"] as const;
export type ExperimentState = (typeof EXPERIMENT_STATES)[number];

export interface ExperimentFilters {
  readonly flag?: string | undefined;
  readonly environment?: string | undefined;
  readonly state?: ExperimentState | undefined;
  readonly archived?: boolean | undefined;
}

/** Why it ended. */
export const EXPERIMENT_ENDS = ["person", "time", "shipped", "flag-gone"] as const;
export type ExperimentEnd = (typeof EXPERIMENT_ENDS)[number];

export const ExperimentAct = z.strictObject({
  reason: z.string().max(EXPERIMENT_LIMITS.reasonChars).optional(),
  revision: z.int().min(0).optional().describe("Of the experiment, so that one acts on what one has seen."),
});
export type ExperimentAct = z.infer<typeof ExperimentAct>;

export const ShipRequest = z.strictObject({
  variant: variant.describe("The winner; the baseline to keep the old one."),
  reason: z.string().max(EXPERIMENT_LIMITS.reasonChars).optional().describe("The result in words unless given."),
  revision: z.int().min(0).optional(),
  anyway: z.boolean().default(false).describe("Ship it although the result does not say so."),
  dryRun: z.boolean().default(false).describe("Say what it would change, and change nothing."),
});
export type ShipRequest = z.input<typeof ShipRequest>;

/** How many people it takes, made before the start from what the last week was like. */
export interface ExperimentOutlook {
  /** Null where the last week has told nothing of the split's people. */
  readonly traffic: { readonly peoplePerDay: number; readonly measuredFrom: string; readonly measuredUntil: string } | null;
  /** The primary metric of the baseline in that week; null where it was not told. */
  readonly baseline: { readonly value: number; readonly deviation: number; readonly people: number } | null;
  /** In all arms together, for the planned read; null where it cannot be said. */
  readonly people: number | null;
  /** The same for a look at any time, with the guarantee that goes with it. */
  readonly peopleSequential: number | null;
  /** Whole weeks, as days. */
  readonly days: number | null;
  /** What can be found in one, two, four and eight weeks, in parts of the baseline's value. */
  readonly findable: readonly { readonly days: number; readonly people: number; readonly effect: number }[];
  readonly arms: Readonly<Record<string, number>>;
  /** Part of all people of the address who take part. */
  readonly share: number;
  readonly issues: readonly {
    readonly path: string;
    readonly code: string;
    readonly message: string;
    readonly mend: string;
    readonly severity: "error" | "warning";
  }[];
  readonly say: string;
}

export interface ExperimentView {
  readonly id: string;
  readonly name: string;
  readonly hypothesis: string;
  readonly flag: string;
  readonly environment: string;
  readonly rule: string;
  /** Where its people are decided: the rule itself, or one of its own before it. Null for a draft. */
  readonly address: string | null;
  readonly state: ExperimentState;
  readonly isArchived: boolean;
  readonly arms: readonly { readonly variant: string; readonly percent: number }[];
  readonly baseline: string;
  readonly primary: ExperimentMetric;
  readonly guardrails: readonly ExperimentGuardrail[];
  readonly secondary: readonly ExperimentMetric[];
  readonly plan: ExperimentPlan;
  readonly group: string | null;
  readonly share: number | null;
  readonly bandit: BanditOption | null;
  /** What the planner said at the start, and is held to. */
  readonly outlook: Pick<ExperimentOutlook, "people" | "days"> | null;
  readonly startedAt: string | null;
  /** When the plan ends it at the latest. */
  readonly endsAt: string | null;
  readonly endedAt: string | null;
  readonly end: ExperimentEnd | null;
  readonly shipped: { readonly variant: string; readonly at: string; readonly change: string | null; readonly by: Actor } | null;
  /** Why the bandit gives no new weights; null while it does, and where there is none. */
  readonly paused: string | null;
  /** The headline of the newest kept result. */
  readonly latest: { readonly verdict: ExperimentVerdict; readonly say: string; readonly at: string } | null;
  readonly createdBy: Actor;
  readonly createdAt: string;
  readonly revision: number;
}

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

/** What the start, the end or shipping made; `change.status` `pending` waits for review, and the experiment stays as it was. */
export interface ExperimentStep {
  readonly experiment: ExperimentView;
  readonly change: ChangeResult | null;
  /** Where it moves many people at once: what a guarded rollout would do step by step instead. */
  readonly instead: { readonly say: string; readonly percent: number } | null;
}

export const ExclusionGroupRequest = z.strictObject({
  name,
  environment: key,
});
export type ExclusionGroupRequest = z.input<typeof ExclusionGroupRequest>;

/** Experiments of which nobody is in two: the group has a salt, and each of them slots of its own. */
export interface ExclusionGroupView {
  readonly id: string;
  readonly name: string;
  readonly environment: string;
  readonly reserved: readonly { readonly experiment: string; readonly name: string; readonly percent: number }[];
  /** Percent that no experiment has. */
  readonly free: number;
  readonly createdAt: string;
}

export const HoldoutRequest = z.strictObject({
  name,
  environment: key,
  percent: z.number().gt(0).max(20).describe("Of people, at most three decimals."),
});
export type HoldoutRequest = z.input<typeof HoldoutRequest>;

/** `request` is the change request that its end waits for. */
export interface EndedHoldout {
  readonly holdout: HoldoutView;
  readonly isEnded: boolean;
  readonly request: string | null;
}

/** People who are in none of the experiments that start while it stands, and keep what they had. */
export interface HoldoutView {
  readonly id: string;
  readonly name: string;
  readonly environment: string;
  readonly percent: number;
  /** Rules that keep them out. */
  readonly rules: readonly { readonly flag: string; readonly rule: string }[];
  readonly createdAt: string;
}
