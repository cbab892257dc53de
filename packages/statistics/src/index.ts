/** Decides from numbers, the same on every machine: pure functions of statistics and settings. */
export { alphaOfLook, compareEvals, EVAL_GATE, meanOfRepeats } from "./eval-gate/compare-evals.ts";
export type { EvalComparison, EvalGateSettings, EvalVerdict, ItemScores, PairedItem } from "./eval-gate/compare-evals.ts";
export type { PairedEstimate } from "./eval-gate/compare-paired.ts";
export { planBlastRadius, planDetection, planHarmless, planSmallestRatio, secondsFor } from "./planner/plan-event-guardrail.ts";
export type { BlastRadius, EventStep, ExposurePlan, StepTraffic } from "./planner/plan-event-guardrail.ts";
export { planMeanDetection } from "./planner/plan-mean-guardrail.ts";
export type { MeanPlan, MeanStep } from "./planner/plan-mean-guardrail.ts";
export {
  boundEffect,
  boundEffectOneSided,
  combineSteps,
  narrowInterval,
  tightestAtShare,
} from "./sequential/confidence-sequence.ts";
export type { OneSide, RunningEffect, SequenceInterval, SequenceSettings, StepEffect } from "./sequential/confidence-sequence.ts";
export {
  addEventBucket,
  gatherEventEvidence,
  judgeEvents,
  startEventEvidence,
  testForHarm,
  testForHarmless,
} from "./sequential/event-rates.ts";
export type { ArmCounts, EventBucket, EventEvidence, EventJudgement, EventTest, RatioBet } from "./sequential/event-rates.ts";
export { boundRatio } from "./sequential/ratio-bound.ts";
export type { RatioBoundSettings } from "./sequential/ratio-bound.ts";
export { addAssigned, changeShares, judgeSampleRatio, SAMPLE_RATIO_ALPHA, startSampleRatio } from "./sequential/sample-ratio.ts";
export type { SampleRatioEvidence, SampleRatioJudgement } from "./sequential/sample-ratio.ts";
