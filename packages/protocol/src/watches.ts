/** Watching without a ramp: variants held against their own past, canary prompts, and drills of the fallback. */

import { z } from "zod";
import { EVAL_LIMITS } from "./eval-reports.ts";
import type { Actor } from "./management.ts";

export const WATCH_LIMITS = {
  /** Variants of one environment that are watched for drift; those with the most traffic first. */
  variants: 200,
  /** Judges' scores of one flag that are watched. */
  scores: 10,
  /** Days of hourly buckets that are kept and shown. */
  keptDays: 90,
  references: { minEvents: 500, maxEvents: 1_000_000, minDays: 1, maxDays: 28 },
  falseAlarmDays: 3_650,
  /** Canary sets of one environment. */
  canaries: 50,
  nameChars: 100,
  /** Prompts of one set: fewer tell little, and more are a suite for CI. */
  prompts: { least: 20, most: 500 },
  everyMinutes: { least: 60, most: 10_080 },
  /** A thousand dollars. */
  budgetMicroUsd: 1_000_000_000,
  /** Results of one variant in one set, and drills of one flag, that are kept. */
  results: 500,
  drills: 200,
  drill: { leastPercent: 0.1, mostPercent: 1, leastMinutes: 5, mostMinutes: 60, mostDays: 90, mostRuns: 10_000 },
} as const;

/** Of all runs, or calls; counted. */
export const DRIFT_RATES = ["thumbs_down_rate", "error_rate", "refusal_rate", "slow_rate"] as const;
/** Of each call, its mean; less and more both count. */
export const DRIFT_MEANS = ["output_tokens", "cost"] as const;

const name = z.string().min(1).max(128);

/** `score:NAME` is what judges say, of whatever name. */
export const DriftMetric = z.union([
  z.enum([...DRIFT_RATES, ...DRIFT_MEANS]),
  z.templateLiteral(["score:", z.string().min(1).max(EVAL_LIMITS.nameChars)]),
]);
export type DriftMetric = z.infer<typeof DriftMetric>;

/** How a flag is watched in one environment. Flags with AI configs are, unless somebody says otherwise. */
export const DriftSettings = z.strictObject({
  isOn: z.boolean(),
  metrics: z
    .array(z.enum([...DRIFT_RATES, ...DRIFT_MEANS, "scores"]))
    .min(1)
    .max(DRIFT_RATES.length + DRIFT_MEANS.length + 1)
    .refine((all) => new Set(all).size === all.length, "Name each metric once.")
    .default([...DRIFT_RATES, ...DRIFT_MEANS, "scores"])
    .describe("`scores` are those of all judges."),
  referenceDays: z
    .int()
    .min(WATCH_LIMITS.references.minDays)
    .max(WATCH_LIMITS.references.maxDays)
    .default(7)
    .describe("How long a variant is looked at before its past is frozen; longer where there were too few events."),
  referenceEvents: z.int().min(WATCH_LIMITS.references.minEvents).max(WATCH_LIMITS.references.maxEvents).default(5_000),
  falseAlarmDays: z
    .int()
    .min(1)
    .max(WATCH_LIMITS.falseAlarmDays)
    .default(90)
    .describe("Days between two false alarms, on the mean, over everything that is watched in the environment."),
  /** What an alarm of these does by itself, where the fallback is healthy: the variant is stopped. */
  stopOn: z
    .array(z.enum(DRIFT_RATES))
    .max(DRIFT_RATES.length)
    .default([])
    .describe("An alarm of one of these stops the variant, so that the fallback serves, if the fallback's own runs are healthy."),
});
export type DriftSettings = z.infer<typeof DriftSettings>;
export type WrittenDriftSettings = z.input<typeof DriftSettings>;

/**
 * Where one series stands. `gathering`: its past is not frozen yet. `quiet`: nothing came for a day. `suspect`: a tenth of the way to an
 * alarm, in evidence. `alarm`: it has drifted.
 */
export const DRIFT_STATES = ["gathering", "quiet", "steady", "suspect", "alarm"] as const;
export type DriftState = (typeof DRIFT_STATES)[number];

/** One hour of one series that has closed. */
export interface DriftPoint {
  /** Beginning of the hour. */
  readonly at: string;
  readonly events: number;
  /** A rate from 0 to 1, a mean in its own unit; null where nothing happened. */
  readonly value: number | null;
  /** What its past has of that hour of the week. */
  readonly expected: number;
  /** ln of the detector's evidence once this hour was in it; null before the first. */
  readonly logEvidence: number | null;
  /** What it takes at that hour: less within a day of a change at the provider. */
  readonly alarmAt: number;
}

/** The past that a series is held against; frozen, and of one configuration. */
export interface DriftReference {
  readonly from: string;
  readonly until: string;
  readonly frozenAt: string;
  readonly valueVersion: number | null;
  /** Of the published value and of who gets it, without the shares. */
  readonly configuration: string;
  readonly events: number;
  readonly value: number;
  /** Of the means of hours; null for a rate. */
  readonly standardDeviation: number | null;
  /** In milliseconds, of `slow_rate`: the 95th percentile of the past; null for the others. */
  readonly threshold: number | null;
  /** How far hours of the week are told apart, 0 to 1: 0 where the hour makes no difference that could be seen. */
  readonly hourWeight: number;
}

export interface DriftSeries {
  readonly variant: string;
  readonly metric: DriftMetric;
  readonly kind: "rate" | "mean";
  readonly unit: "share" | "tokens" | "microUsd" | "score";
  readonly state: DriftState;
  /** A whole sentence. */
  readonly say: string;
  readonly reference: DriftReference | null;
  readonly points: readonly DriftPoint[];
  readonly logEvidence: number | null;
  /** What the next hour takes. */
  readonly alarmAt: number;
  /** `up` is more than before; null while nothing is suspect. */
  readonly direction: "up" | "down" | null;
  readonly alarmSince: string | null;
}

/** Something that happened, which a line on the chart marks. */
export interface DriftMark {
  readonly kind: "model" | "fingerprint" | "flag" | "reference" | "alarm";
  readonly at: string;
  /** Null where it is of all variants. */
  readonly variant: string | null;
  readonly say: string;
  /** What answered before and since, of `model` and `fingerprint`. */
  readonly before: string | null;
  readonly after: string | null;
  /** Id of the change, of `flag`. */
  readonly change: string | null;
}

export interface DriftView {
  /** The server's clock. */
  readonly asOf: string;
  readonly flag: string;
  readonly environment: string;
  readonly settings: DriftSettings;
  /** Whether nobody has set them. */
  readonly isDefault: boolean;
  readonly revision: number;
  /** Hours up to this one are in it; null before the first pass. */
  readonly watchedUntil: string | null;
  /** Series of the environment that share its false alarms. */
  readonly seriesWatched: number;
  readonly series: readonly DriftSeries[];
  readonly marks: readonly DriftMark[];
}

/** One line of what is watched in an environment. */
export interface DriftSummary {
  readonly flag: string;
  readonly isOn: boolean;
  readonly isDefault: boolean;
  readonly state: DriftState;
  readonly variants: number;
  readonly series: number;
  readonly alarms: readonly { readonly variant: string; readonly metric: DriftMetric; readonly since: string }[];
}

/** A fixed set of prompts that is replayed through each live variant of a flag. */
export const CanaryRequest = z.strictObject({
  name: z.string().trim().min(1).max(WATCH_LIMITS.nameChars),
  flag: name,
  suite: z.string().min(1).max(EVAL_LIMITS.nameChars).describe("A suite that the project keeps; its prompts, checks and judge."),
  suiteNumber: z.int().min(1).optional().describe("The newest of now unless given. Later ones are other sets."),
  everyMinutes: z.int().min(WATCH_LIMITS.everyMinutes.least).max(WATCH_LIMITS.everyMinutes.most).default(1_440),
  dailyBudgetMicroUsd: z
    .int()
    .min(1)
    .max(WATCH_LIMITS.budgetMicroUsd)
    .describe("What it may spend in a day of UTC, judge included, within the budgets of the connections."),
  margin: z.number().min(0).max(1).default(0.02).describe("How much worse than its reference still counts as no worse."),
});
export type CanaryRequest = z.input<typeof CanaryRequest>;

/** `reference` is the first of a content: later ones are held against it. `incomplete`: too few prompts were answered to tell. */
export const CANARY_VERDICTS = ["reference", "steady", "better", "worse", "undecided", "incomplete"] as const;
export type CanaryVerdict = (typeof CANARY_VERDICTS)[number];

export interface CanaryScore {
  readonly scorer: string;
  readonly items: number;
  readonly mean: number;
  /** Of the same items in the reference; null in the reference itself. */
  readonly referenceMean: number | null;
  readonly difference: number | null;
  /** The difference is between these, at the alpha of this look. */
  readonly low: number | null;
  readonly high: number | null;
  readonly verdict: CanaryVerdict;
}

export interface CanaryResult {
  readonly id: string;
  readonly variant: string;
  /** The digest of what was replayed. */
  readonly configHash: string;
  readonly at: string;
  readonly verdict: CanaryVerdict;
  readonly say: string;
  /** Which result it was held against; null for a reference. */
  readonly reference: string | null;
  /** Models that answered. */
  readonly models: readonly string[];
  readonly scores: readonly CanaryScore[];
  /** Prompts without an answer that could be scored. */
  readonly failures: number;
  readonly costMicroUsd: number;
}

export interface CanaryVariant {
  readonly variant: string;
  readonly reference: CanaryResult | null;
  /** Newest first. */
  readonly results: readonly CanaryResult[];
}

export interface CanaryView {
  readonly id: string;
  readonly name: string;
  readonly environment: string;
  readonly flag: string;
  readonly suite: string;
  readonly suiteNumber: number;
  readonly prompts: number;
  readonly scorers: readonly string[];
  readonly everyMinutes: number;
  readonly dailyBudgetMicroUsd: number;
  readonly margin: number;
  /** `spent` goes on tomorrow; of `stopped`, `message` says why. */
  readonly state: "active" | "spent" | "stopped";
  readonly message: string | null;
  readonly today: { readonly replays: number; readonly putOff: number; readonly costMicroUsd: number };
  readonly nextAt: string | null;
  /** The live ones, with their last results; `CanaryDetails` has more of them. */
  readonly variants: readonly CanaryVariant[];
  readonly createdAt: string;
}

/** When and how the fallback of a flag is tried. */
export const DrillSettings = z.strictObject({
  percent: z
    .number()
    .min(WATCH_LIMITS.drill.leastPercent)
    .max(WATCH_LIMITS.drill.mostPercent)
    .default(0.5)
    .describe("Of all who are served by rules or the default; three decimals at most."),
  minutes: z.int().min(WATCH_LIMITS.drill.leastMinutes).max(WATCH_LIMITS.drill.mostMinutes).default(10),
  everyDays: z.int().min(1).max(WATCH_LIMITS.drill.mostDays).default(7),
  /** Minutes after midnight, UTC. */
  startMinute: z
    .int()
    .min(0)
    .max(1_439)
    .default(600)
    .describe("When of the day it begins at the earliest, in minutes after midnight UTC: a time at which somebody is there."),
  maxErrorRate: z.number().gt(0).max(1).default(0.05).describe("More than this of its runs failing is a bad drill."),
  leastRuns: z.int().min(1).max(WATCH_LIMITS.drill.mostRuns).default(30).describe("Fewer tell nothing."),
});
export type DrillSettings = z.infer<typeof DrillSettings>;
export type WrittenDrillSettings = z.input<typeof DrillSettings>;

/**
 * How a drill ended. `too-little`: too few runs to tell. `refused`: it could not begin. `cut-short`: somebody edited or killed the flag
 * before its time was over.
 */
export const DRILL_STATES = ["running", "judging", "good", "bad", "too-little", "refused", "cut-short"] as const;
export type DrillState = (typeof DRILL_STATES)[number];

export interface DrillResult {
  readonly id: string;
  readonly state: DrillState;
  readonly say: string;
  readonly percent: number;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Variants of the fallback that were served. */
  readonly variants: readonly string[];
  readonly runs: number;
  readonly failed: number;
  /** Who asked for it; the robot where it was due. */
  readonly actor: Actor;
  /** The changes that began and ended it. */
  readonly changes: readonly string[];
}

/** What is known of a fallback from its last drill, and from the runs that it served anyway. */
export interface FallbackHealth {
  readonly state: "healthy" | "unhealthy" | "unknown";
  readonly say: string;
  /** When what it rests on was seen; null where nothing was. */
  readonly asOf: string | null;
  readonly runs: number;
  readonly failed: number;
}

export interface DrillsView {
  readonly flag: string;
  readonly environment: string;
  /** Null where the fallback is never drilled. */
  readonly settings: DrillSettings | null;
  readonly revision: number;
  readonly nextAt: string | null;
  readonly health: FallbackHealth;
  /** Newest first. */
  readonly drills: readonly DrillResult[];
}

/** With the revision that one has seen, so that two people do not undo each other's. */
export const DriftEdit = z.strictObject({ settings: DriftSettings, revision: z.int().min(0).optional() });
export type DriftEdit = z.input<typeof DriftEdit>;
export const DrillEdit = z.strictObject({ settings: DrillSettings.nullable(), revision: z.int().min(0).optional() });
export type DrillEdit = z.input<typeof DrillEdit>;
