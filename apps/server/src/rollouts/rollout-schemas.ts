/** What the routes of rollouts answer with, as schemas. */

import { z } from "zod";
import {
  GuardrailMetric,
  type PlanOutlook,
  ROLLOUT_STATES,
  RolloutPlan,
  type RolloutReplay,
  type RolloutTrail,
  type RolloutView,
  RolloutStep,
  type StartedRollout,
  VERDICT_REASONS,
  type VerdictEvidence,
  VERDICTS,
  type VerdictView,
} from "@dimmer/protocol";
import { ActorView, IssueView } from "../http/views.ts";

const time = z.string().describe("RFC 3339, UTC.");
const count = z.int();
const orNull = z.number().nullable();

const Side = z.object({ exposures: count, events: count, value: orNull });
const Guardrail = z.object({
  metric: GuardrailMetric,
  kind: z.enum(["rate", "mean"]),
  action: z.enum(["rollback", "pause", "notify"]),
  tolerance: z.number(),
  treated: Side,
  others: Side,
  ratio: orNull.describe("Treated to others, over all buckets; null while it cannot be said."),
  ratioAtLeast: orNull.describe("Whenever one looks, the ratio is above this. Of rates it is in the trail."),
  logEvidence: z.number().describe("ln of the evidence against no worse than tolerated."),
  rollbackAt: z.number(),
  pauseAt: z.number(),
  logRuledOut: z.number().describe("ln of the evidence against the regression that the step must rule out."),
  ruledOutAt: z.number(),
  threshold: orNull,
  designEffect: z.number(),
});
const Gate = z.object({
  suite: z.string(),
  scorer: z.string().nullable(),
  state: z.enum(["passed", "failed", "stale", "missing"]),
  say: z.string(),
  report: z.string().nullable(),
});
const EvidenceSchema: z.ZodType<VerdictEvidence> = z
  .object({
    step: count,
    percent: z.number(),
    stepStartedAt: time,
    observations: count.describe("Up to this one of the rollout's own log."),
    treatedExposures: count,
    otherExposures: count,
    lastBucketAt: time.nullable(),
    sampleRatio: z.object({ logEvidence: z.number(), flaggedAt: z.number(), p: orNull }),
    guardrails: z.array(Guardrail),
    never: z.array(z.object({ event: z.string(), count, atLeast: count })),
    gates: z.array(Gate),
    models: z.array(z.object({ variant: z.string(), model: z.string(), share: z.number() })),
  })
  .meta({ id: "VerdictEvidence" });

export const VerdictSchema: z.ZodType<VerdictView> = z
  .object({
    sequence: count,
    verdict: z.enum(VERDICTS),
    at: time,
    lastAt: time.describe("Of the last of as many alike in a row."),
    times: count,
    because: z.array(z.object({ reason: z.enum(VERDICT_REASONS), say: z.string(), about: z.string().nullable() })),
    evidence: EvidenceSchema,
    change: z.string().nullable(),
    actor: ActorView,
  })
  .meta({ id: "RolloutVerdict" });

const shown = { catches: orNull, blastRadius: orNull };
const StepSchema = RolloutStep.extend({
  state: z.enum(["done", "current", "ahead", "skipped"]),
  startedAt: time.nullable(),
  endedAt: time.nullable(),
  dwelt: z.number().describe("Seconds of the dwell that have gone well."),
  ...shown,
});

export const RolloutSchema: z.ZodType<RolloutView> = z
  .object({
    id: z.string(),
    flag: z.string(),
    environment: z.string(),
    rule: z.string(),
    variant: z.string(),
    state: z.enum(ROLLOUT_STATES),
    plan: RolloutPlan,
    step: count,
    steps: z.array(StepSchema),
    percent: z.number(),
    before: z.record(z.string(), z.number()),
    latest: VerdictSchema.nullable(),
    next: z.object({ say: z.string(), at: time.nullable() }),
    needs: z.object({ approvals: count, approvedBy: z.array(ActorView) }).nullable(),
    people: z.enum(["same", "fresh"]).nullable(),
    reason: z.string().nullable(),
    startedBy: ActorView,
    createdAt: time,
    endedAt: time.nullable(),
    revision: count,
  })
  .meta({ id: "Rollout" });

export const OutlookSchema: z.ZodType<PlanOutlook> = z
  .object({
    traffic: z.object({ perSecond: z.number(), measuredFrom: time, measuredUntil: time }).nullable(),
    steps: z.array(
      z.object({
        percent: z.number(),
        dwellMinutes: z.number(),
        ...shown,
        regression: z.number(),
        foundMinutes: z.tuple([z.number(), z.number()]).nullable(),
        ruledOutMinutes: orNull,
        suffices: z.boolean(),
      }),
    ),
    issues: z.array(IssueView),
    cost: z.object({ perDayMicroUsd: z.number(), say: z.string() }).nullable(),
    moves: z.array(z.string()),
    totalMinutes: z.number(),
  })
  .meta({ id: "RolloutOutlook" });

export const StartedSchema: z.ZodType<StartedRollout> = z.object({ rollout: RolloutSchema.nullable(), outlook: OutlookSchema });

export const TrailSchema: z.ZodType<RolloutTrail> = z
  .object({
    shares: z.array(z.object({ at: time, percent: z.number() })),
    guardrails: z.array(
      z.object({
        metric: GuardrailMetric,
        tolerance: z.number(),
        points: z.array(z.object({ at: time, ratio: orNull, ratioAtLeast: orNull, logEvidence: z.number() })),
      }),
    ),
  })
  .meta({ id: "RolloutTrail" });

export const ReplaySchema: z.ZodType<RolloutReplay> = z.object({
  verdicts: count,
  same: count,
  different: z.array(z.object({ sequence: count, was: z.enum(VERDICTS), now: z.enum(VERDICTS), say: z.string() })),
});
