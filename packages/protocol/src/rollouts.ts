/** Guarded rollouts: a plan of steps that open on evidence, and what one may do with one. */

import { z } from "zod";
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
