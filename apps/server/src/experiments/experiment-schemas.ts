/** What experiments look like over HTTP. */

import { z } from "zod";
import {
  type ArmEffect,
  BanditOption,
  type BanditPeriod,
  type EndedHoldout,
  type ExclusionGroupView,
  EXPERIMENT_ENDS,
  EXPERIMENT_STATES,
  EXPERIMENT_VERDICTS,
  ExperimentGuardrail,
  ExperimentMetric,
  type ExperimentOutlook,
  ExperimentPlan,
  type ExperimentResult,
  type ExperimentResults,
  type ExperimentStep,
  type ExperimentView,
  type HoldoutView,
  type Interval,
  type SegmentTest,
} from "@dimmer/protocol";
import { ActorView, ChangeResultSchema, IssueView } from "../http/views.ts";

const count = z.int();
const number = z.number();
const time = z.string().describe("RFC 3339, UTC.");
const verdict = z.enum(EXPERIMENT_VERDICTS);
const percents = z.record(z.string(), number);

export const ExperimentSchema: z.ZodType<ExperimentView> = z
  .object({
    id: z.string(),
    name: z.string(),
    hypothesis: z.string(),
    flag: z.string(),
    environment: z.string(),
    rule: z.string(),
    address: z.string().nullable().describe("Where its people are decided; null for a draft."),
    state: z.enum(EXPERIMENT_STATES),
    isArchived: z.boolean(),
    arms: z.array(z.object({ variant: z.string(), percent: number })),
    baseline: z.string(),
    primary: ExperimentMetric,
    guardrails: z.array(ExperimentGuardrail),
    secondary: z.array(ExperimentMetric),
    plan: ExperimentPlan,
    group: z.string().nullable(),
    share: number.nullable(),
    bandit: BanditOption.nullable(),
    outlook: z.object({ people: number.nullable(), days: number.nullable() }).nullable(),
    startedAt: time.nullable(),
    endsAt: time.nullable(),
    endedAt: time.nullable(),
    end: z.enum(EXPERIMENT_ENDS).nullable(),
    shipped: z.object({ variant: z.string(), at: time, change: z.string().nullable(), by: ActorView }).nullable(),
    paused: z.string().nullable().describe("Why the bandit gives no new weights."),
    latest: z.object({ verdict, say: z.string(), at: time }).nullable(),
    createdBy: ActorView,
    createdAt: time,
    revision: count,
  })
  .meta({ id: "Experiment" });

const IntervalSchema: z.ZodType<Interval> = z
  .object({ lower: number.nullable(), upper: number.nullable() })
  .meta({ id: "Interval", description: "An end that is null is unbounded." });

const EffectSchema: z.ZodType<ArmEffect> = z
  .object({
    variant: z.string(),
    metric: ExperimentMetric,
    role: z.enum(["primary", "guardrail", "secondary"]),
    kind: z.enum(["share", "mean", "ratio", "quantile"]),
    direction: z.enum(["up", "down"]),
    value: number.nullable(),
    baselineValue: number.nullable(),
    effect: number.nullable().describe("In parts of the baseline's value."),
    sequential: IntervalSchema.nullable().describe("Holds whenever one looks."),
    fixed: IntervalSchema.nullable().describe("Holds once, at the planned size; null before."),
    difference: z.object({ value: number, interval: IntervalSchema }).nullable().describe("In the metric's own unit."),
    p: number.nullable(),
    pAdjusted: number.nullable().describe("Of secondary metrics, after Holm."),
    guardrail: z.enum(["held", "crossed", "open"]).nullable(),
    isSignificant: z.boolean(),
    reading: z.enum(["better", "worse", "unclear"]),
    cuped: z.object({ explained: number }).nullable(),
    bayes: z
      .object({ chanceBetter: number, riskIfShipped: number, interval: IntervalSchema })
      .nullable()
      .describe("Not corrected for looking."),
    say: z.string(),
  })
  .meta({ id: "ArmEffect" });

const SegmentSchema: z.ZodType<SegmentTest> = z
  .object({
    segment: z.enum(["history", "source", "day"]),
    variant: z.string(),
    q: number,
    p: number.describe("Of Cochran's Q: whether parts differ at all."),
    parts: z.array(
      z.object({
        segment: z.enum(["history", "source", "day"]),
        part: z.string(),
        variant: z.string(),
        people: count,
        effect: number,
        shrunk: number,
        p: number,
        pAdjusted: number,
        isNotable: z.boolean(),
      }),
    ),
  })
  .meta({ id: "SegmentTest" });

const PeriodSchema: z.ZodType<BanditPeriod> = z.object({ from: time, percent: percents });

const ResultSchema: z.ZodType<ExperimentResult> = z
  .object({
    asOf: time,
    from: time,
    until: time,
    kept: z.enum(["planned", "end"]).nullable(),
    verdict,
    ship: z.string().nullable(),
    say: z.string().describe("The result in one sentence."),
    details: z.array(z.string()),
    people: z.array(z.object({ variant: z.string(), people: count, plannedShare: number })),
    planned: z.object({ people: number.nullable(), days: number.nullable() }),
    daysLeft: number.nullable(),
    dropped: z.object({ people: count, share: number, isWarning: z.boolean() }).describe("People who met two arms."),
    sampleRatio: z.object({
      logEvidence: number,
      flaggedAt: number,
      isFlagged: z.boolean(),
      p: number.nullable().describe("Of chi-square: shown, not decided by."),
    }),
    effects: z.array(EffectSchema),
    segments: z.array(SegmentSchema),
    days: z.array(z.object({ day: z.string(), variant: z.string(), people: count, value: number.nullable() })),
    remarks: z.array(z.object({ at: time.nullable(), say: z.string() })),
    weights: z.array(PeriodSchema),
    best: percents.nullable().describe("Of a bandit: the chance that each arm is best."),
  })
  .meta({ id: "ExperimentResult" });

export const ExperimentResultsSchema: z.ZodType<ExperimentResults> = z
  .object({
    current: ResultSchema.nullable(),
    kept: z.array(
      z.object({ result: ResultSchema, isSame: z.boolean().describe("What was kept with it gives the same again.") }),
    ),
  })
  .meta({ id: "ExperimentResults" });

export const OutlookSchema: z.ZodType<ExperimentOutlook> = z
  .object({
    traffic: z.object({ peoplePerDay: number, measuredFrom: time, measuredUntil: time }).nullable(),
    baseline: z.object({ value: number, deviation: number, people: count }).nullable(),
    people: number.nullable(),
    peopleSequential: number.nullable(),
    days: number.nullable(),
    findable: z.array(z.object({ days: count, people: count, effect: number })),
    arms: percents,
    share: number,
    issues: z.array(IssueView) as z.ZodType<ExperimentOutlook["issues"]>,
    say: z.string(),
  })
  .meta({ id: "ExperimentOutlook" });

export const StepSchema: z.ZodType<ExperimentStep> = z
  .object({
    experiment: ExperimentSchema,
    change: ChangeResultSchema.nullable().describe("Null where nothing had to change; `pending` waits for review."),
    instead: z.object({ say: z.string(), percent: number }).nullable(),
  })
  .meta({ id: "ExperimentStep" });

export const GroupSchema: z.ZodType<ExclusionGroupView> = z
  .object({
    id: z.string(),
    name: z.string(),
    environment: z.string(),
    reserved: z.array(z.object({ experiment: z.string(), name: z.string(), percent: number })),
    free: number,
    createdAt: time,
  })
  .meta({ id: "ExclusionGroup" });

export const HoldoutSchema: z.ZodType<HoldoutView> = z
  .object({
    id: z.string(),
    name: z.string(),
    environment: z.string(),
    percent: number,
    rules: z.array(z.object({ flag: z.string(), rule: z.string() })),
    createdAt: time,
  })
  .meta({ id: "Holdout" });

export const EndedHoldoutSchema: z.ZodType<EndedHoldout> = z.object({
  holdout: HoldoutSchema,
  isEnded: z.boolean(),
  request: z.string().nullable().describe("The change request that its end waits for."),
});
