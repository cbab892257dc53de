/** Guarded rollouts: a plan of steps that open on evidence, what was seen, and what was decided from it. */

import { z } from "zod";
import type { JsonValue } from "@dimmer/evaluation";
import type { Actor } from "./management.ts";
import { MetricName } from "./metric-definitions.ts";

export const ROLLOUT_LIMITS = {
  /** That have not ended, in one project. */
  active: 100,
  steps: 20,
  guardrails: 12,
  never: 10,
  gates: 5,
  windows: 10,
  /** Thirty days. */
  dwellMinutes: 43_200,
  holdbackHours: 720,
  nameChars: 128,
  /** Closed buckets that one rollout keeps; it ends before there could be more. */
  buckets: 20_000,
} as const;

/**
 * What a guardrail is about.
 *
 * A rate counts runs or calls of which something is true; its e-process compares treated with all others of the same split, bucket by
 * bucket. A mean compares people, by an asymptotic confidence sequence on the log ratio.
 */
export const RATE_METRICS = [
  "error_rate",
  "timeout_rate",
  "refusal_rate",
  /** Slower than the threshold that was the others' p95 before the start; what failed counts as slow. */
  "slow_rate",
  "slow_first_chunk_rate",
  /** Of all runs, not of the rated ones. */
  "thumbs_down_rate",
  "retry_rate",
  "abandon_rate",
  /** Runs that something else than what was served answered. */
  "fallback_rate",
  /** Calls that cost more than the others' p99.9 before the start. */
  "cost_over_cap_rate",
] as const;
export const MEAN_METRICS = ["cost", "output_tokens", "duration"] as const;

const name = z.string().min(1).max(ROLLOUT_LIMITS.nameChars);

/** `metric:NAME` is a metric that the project has defined, `score:NAME` a judge's score, of which less is worse. */
export const GuardrailMetric = z.union([
  z.enum([...RATE_METRICS, ...MEAN_METRICS]),
  z.templateLiteral(["metric:", MetricName]),
  z.templateLiteral(["score:", name]),
]);
export type GuardrailMetric = z.infer<typeof GuardrailMetric>;

export const Guardrail = z.strictObject({
  metric: GuardrailMetric,
  tolerance: z
    .number()
    .min(1)
    .max(10)
    .default(1)
    .describe(
      "The ratio, treated to others, up to which it is fine: 1.1 lets a tenth more pass. Of what less is worse, its inverse.",
    ),
  action: z.enum(["rollback", "pause", "notify"]).default("rollback"),
  weight: z.number().positive().max(100).default(1).describe("Its part of the false alarms that the whole plan may have."),
});
export type Guardrail = z.infer<typeof Guardrail>;

/** What must never happen: a few of them end the rollout, whatever the others do. */
export const NeverEvent = z.strictObject({
  event: name.describe(
    "The name of a `metric` or `score` event of value above 0, or `blocked`: an answer that somebody may not have.",
  ),
  atLeast: z.int().min(1).max(1_000).default(5),
});
export type NeverEvent = z.infer<typeof NeverEvent>;

/** Offline evals of the variant, compared with what the others get. */
export const EvalGate = z.strictObject({
  suite: name,
  scorer: name.optional().describe("All scorers of the suite, unless one is named."),
  margin: z.number().min(0).max(1).default(0.02),
  maxAgeHours: z.int().min(1).max(8_760).default(168),
});
export type EvalGate = z.infer<typeof EvalGate>;

export const RolloutStep = z.strictObject({
  percent: z.number().gt(0).max(100).describe("Percent, at most three decimals."),
  dwellMinutes: z.int().min(1).max(ROLLOUT_LIMITS.dwellMinutes),
  approval: z.boolean().default(false).describe("Whether a person says yes before it begins."),
  regression: z
    .number()
    .gt(1)
    .max(100)
    .optional()
    .describe(
      "The ratio that must be ruled out before the next step; by its share unless given: 2 at 1 %, 1.5 at 10 %, 1.25 at 50 %.",
    ),
});
export type RolloutStep = z.infer<typeof RolloutStep>;

const minuteOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/u, "Write a time as 09:30.");
export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** When nothing is raised. A rollback waits for no window. */
export const MaintenanceWindow = z.strictObject({
  days: z.array(z.enum(WEEKDAYS)).min(1).max(7),
  from: minuteOfDay,
  until: minuteOfDay.describe("Of the next day where it is before `from`."),
  timeZone: z.string().min(1).max(64).default("UTC"),
});
export type MaintenanceWindow = z.infer<typeof MaintenanceWindow>;

export const RolloutPlan = z
  .strictObject({
    steps: z.array(RolloutStep).min(1).max(ROLLOUT_LIMITS.steps),
    guardrails: z.array(Guardrail).max(ROLLOUT_LIMITS.guardrails).default([]),
    never: z.array(NeverEvent).max(ROLLOUT_LIMITS.never).default([]),
    gates: z.array(EvalGate).max(ROLLOUT_LIMITS.gates).default([]),
    /** A share that stays with the others for a while after the last step, so that there is something to compare with. */
    holdback: z
      .strictObject({ percent: z.number().gt(0).max(20), hours: z.int().min(1).max(ROLLOUT_LIMITS.holdbackHours) })
      .nullable()
      .default(null),
    maintenance: z.array(MaintenanceWindow).max(ROLLOUT_LIMITS.windows).default([]),
    dailyPeak: z.boolean().default(true).describe("Whether a day's busiest hour must have been seen before 100 %."),
    inconclusive: z
      .enum(["ask", "advance", "rollback"])
      .default("ask")
      .describe("Once a step has been extended as long again and harm is still not ruled out."),
    mode: z
      .enum(["guarded", "watched"])
      .default("guarded")
      .describe(
        "`watched` is for traffic too small to judge by: a person approves each step; gates and what must never happen still act.",
      ),
    falseAlarms: z
      .number()
      .gt(0)
      .max(0.1)
      .default(0.01)
      .describe("The chance that a harmless rollout is rolled back, over all guardrails, looks and steps."),
  })
  .superRefine(({ steps }, context) => {
    for (const [at, step] of steps.entries()) {
      const before = steps[at - 1];
      if (before !== undefined && step.percent <= before.percent)
        context.addIssue({
          code: "custom",
          path: ["steps", at, "percent"],
          message: `Each step is above the one before it: more than ${before.percent}.`,
        });
    }
  })
  .meta({ id: "RolloutPlan" });
export type RolloutPlan = z.infer<typeof RolloutPlan>;
export type WrittenPlan = z.input<typeof RolloutPlan>;

export const RolloutRequest = z.strictObject({
  flag: name,
  environment: name,
  rule: name.default("default").describe("Rule id, or `default`: whose split is ramped."),
  variant: name.describe("The one that is ramped."),
  plan: RolloutPlan,
  people: z
    .enum(["same", "fresh"])
    .optional()
    .describe("After a rollback: the people who had it before, or others. Asked for where it matters."),
  reason: z.string().max(2_000).optional(),
  dryRun: z.boolean().optional().describe("Checks all of it and starts nothing."),
});
export type RolloutRequest = z.input<typeof RolloutRequest>;

/** `proposed` waits for its approvals; `holding` goes on by itself, `paused` by a person; the last four have ended. */
export const ROLLOUT_STATES = [
  "proposed",
  "running",
  "holding",
  "awaiting-approval",
  "paused",
  "holdback",
  "completed",
  "rolled-back",
  "aborted",
  "superseded",
] as const;
export type RolloutState = (typeof ROLLOUT_STATES)[number];

export const VERDICTS = ["advance", "hold", "pause", "rollback", "complete"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Why a verdict is what it is; `say` in words. One verdict may have several, the deciding one first. */
export const VERDICT_REASONS = [
  "dwell",
  "healthy",
  "guardrail-crossed",
  "guardrail-suspect",
  "never-event",
  "sample-ratio",
  "silent",
  "late",
  "malformed",
  "inconclusive",
  "extended",
  "gate-missing",
  "gate-stale",
  "gate-failed",
  "approval-needed",
  "maintenance",
  "daily-peak",
  "model-changed",
  "fallback-unhealthy",
  "edited",
  /** The flag did not take it. */
  "refused",
  "approved",
  "person",
] as const;
export type VerdictReason = (typeof VERDICT_REASONS)[number];

export interface Because {
  readonly reason: VerdictReason;
  /** A whole sentence. */
  readonly say: string;
  /** Which guardrail, gate or event; null where it is of the whole. */
  readonly about: string | null;
}

/** One guardrail as a verdict saw it. */
export interface GuardrailReading {
  readonly metric: GuardrailMetric;
  readonly kind: "rate" | "mean";
  readonly action: Guardrail["action"];
  readonly tolerance: number;
  readonly treated: { readonly exposures: number; readonly events: number; readonly value: number | null };
  readonly others: { readonly exposures: number; readonly events: number; readonly value: number | null };
  /** Observed ratio, treated to others, over all buckets; null while it cannot be said. */
  readonly ratio: number | null;
  /** The ratio is above this, at the guardrail's own alpha, whenever one looks; null while nothing is known. */
  readonly ratioAtLeast: number | null;
  /** ln of the evidence against "no worse than tolerated". */
  readonly logEvidence: number;
  /** Rolled back where `logEvidence` reaches it, and paused at the second. */
  readonly rollbackAt: number;
  readonly pauseAt: number;
  /** ln of the evidence against the regression that this step must rule out, and where it counts as ruled out. */
  readonly logRuledOut: number;
  readonly ruledOutAt: number;
  /** What was frozen before the start: a latency in milliseconds, a cost in micro-dollars; null where nothing is. */
  readonly threshold: number | null;
  readonly designEffect: number;
}

export interface GateReading {
  readonly suite: string;
  readonly scorer: string | null;
  readonly state: "passed" | "failed" | "stale" | "missing";
  readonly say: string;
  readonly report: string | null;
}

/** What a verdict was made from, in full: `decide` gives the same verdict from it again. */
export interface VerdictEvidence {
  readonly step: number;
  readonly percent: number;
  readonly stepStartedAt: string;
  /** Buckets up to this one of the rollout's own log. */
  readonly observations: number;
  readonly treatedExposures: number;
  readonly otherExposures: number;
  readonly lastBucketAt: string | null;
  readonly sampleRatio: { readonly logEvidence: number; readonly flaggedAt: number; readonly p: number | null };
  readonly guardrails: readonly GuardrailReading[];
  readonly never: readonly { readonly event: string; readonly count: number; readonly atLeast: number }[];
  readonly gates: readonly GateReading[];
  readonly models: readonly { readonly variant: string; readonly model: string; readonly share: number }[];
}

export interface VerdictView {
  readonly sequence: number;
  readonly verdict: Verdict;
  readonly at: string;
  /** Of the last of as many alike in a row. */
  readonly lastAt: string;
  readonly times: number;
  readonly because: readonly Because[];
  readonly evidence: VerdictEvidence;
  /** The change that it made; null where it made none. */
  readonly change: string | null;
  /** The robot, or the person who did it. */
  readonly actor: Actor;
}

export interface StepView extends RolloutStep {
  readonly state: "done" | "current" | "ahead" | "skipped";
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** Seconds in which it was not held; dwell is of these. */
  readonly dwelt: number;
  /** The smallest regression of its guardrails that it can catch with 95 % chance, at the traffic of the last week; null where that is not known. */
  readonly catches: number | null;
  /** People who meet a bad variant before it is caught, 95 of 100 times. */
  readonly blastRadius: number | null;
}

export interface RolloutView {
  readonly id: string;
  readonly flag: string;
  readonly environment: string;
  readonly rule: string;
  readonly variant: string;
  readonly state: RolloutState;
  readonly plan: RolloutPlan;
  readonly step: number;
  readonly steps: readonly StepView[];
  readonly percent: number;
  /** Shares before it began, which a rollback brings back. */
  readonly before: Readonly<Record<string, number>>;
  readonly latest: VerdictView | null;
  /** What happens next, in words, and when at the earliest. */
  readonly next: { readonly say: string; readonly at: string | null };
  readonly needs: { readonly approvals: number; readonly approvedBy: readonly Actor[] } | null;
  readonly people: "same" | "fresh" | null;
  readonly reason: string | null;
  readonly startedBy: Actor;
  readonly createdAt: string;
  readonly endedAt: string | null;
  readonly revision: number;
}

/** A line of one guardrail over time, for the picture of a rollout. */
export interface GuardrailPoint {
  readonly at: string;
  readonly ratio: number | null;
  readonly ratioAtLeast: number | null;
  readonly logEvidence: number;
}
export interface RolloutTrail {
  readonly shares: readonly { readonly at: string; readonly percent: number }[];
  readonly guardrails: readonly {
    readonly metric: GuardrailMetric;
    readonly tolerance: number;
    readonly points: readonly GuardrailPoint[];
  }[];
}

/** What the planner says of a plan, before anything starts. */
export interface PlanOutlook {
  readonly traffic: { readonly perSecond: number; readonly measuredFrom: string; readonly measuredUntil: string } | null;
  readonly steps: readonly (Pick<StepView, "percent" | "dwellMinutes" | "catches" | "blastRadius"> & {
    readonly regression: number;
    /** Minutes after which a regression of `regression` is found half of the time, and 95 of 100 times; by the slowest guardrail. */
    readonly foundMinutes: readonly [number, number] | null;
    /** Minutes until that regression is ruled out, half of the time, where there is none. */
    readonly ruledOutMinutes: number | null;
    readonly suffices: boolean;
  })[];
  /** What starting it would be refused or warned for; each with its mend. */
  readonly issues: readonly {
    readonly path: string;
    readonly code: string;
    readonly message: string;
    readonly mend: string;
    readonly severity: "error" | "warning";
  }[];
  /** "about +$412 a day at this week's traffic", of the whole at the last step. */
  readonly cost: { readonly perDayMicroUsd: number; readonly say: string } | null;
  readonly moves: readonly string[];
  readonly totalMinutes: number;
}

export interface StartedRollout {
  readonly rollout: RolloutView | null;
  readonly outlook: PlanOutlook;
}

export const RolloutAct = z.strictObject({
  reason: z.string().max(2_000).optional(),
  /** Of the rollout, so that one acts on what one has seen. */
  revision: z.int().min(0).optional(),
});
export type RolloutAct = z.infer<typeof RolloutAct>;

export const RolloutAbort = RolloutAct.extend({
  shares: z.enum(["back", "keep"]).describe("`back` to what was served before, ranges and all; `keep` the share that it has."),
});
export type RolloutAbort = z.infer<typeof RolloutAbort>;

/** Each verdict, decided again from its evidence. */
export interface RolloutReplay {
  readonly verdicts: number;
  readonly same: number;
  readonly different: readonly {
    readonly sequence: number;
    readonly was: Verdict;
    readonly now: Verdict;
    readonly say: string;
  }[];
}

/** The body of a webhook about a verdict that is no repeated hold. */
export interface RolloutMessage {
  readonly type: "rollout.verdict";
  readonly timestamp: string;
  readonly data: {
    readonly project: string;
    readonly rollout: string;
    readonly flag: string;
    readonly environment: string;
    readonly variant: string;
    readonly verdict: Verdict;
    readonly state: RolloutState;
    readonly percent: number;
    readonly because: readonly Because[];
    readonly evidence: JsonValue;
    readonly path: string;
  };
}
