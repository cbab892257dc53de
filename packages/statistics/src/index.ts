/** Decides from numbers, the same on every machine: pure functions of statistics and settings. */
export { burnRate, burnRateOf, DAILY_BURN_RULES, judgeBurn, MONTHLY_BURN_RULES } from "./alerts/burn-rate.ts";
export type { BurnJudgement, BurnRule } from "./alerts/burn-rate.ts";
export { followLevel, forecastSpend } from "./alerts/spend-forecast.ts";
export type { SpendForecast, SpendSoFar } from "./alerts/spend-forecast.ts";
export { addCalls, CALL_TEST, judgeCalls, NO_CALLS } from "./alerts/unexpected-calls.ts";
export type { CallBucket, CallEvidence, CallJudgement, CallTest } from "./alerts/unexpected-calls.ts";
export {
  countUser,
  estimateDesignEffect,
  LARGEST_DESIGN_EFFECT,
  mergeClusters,
  NO_CLUSTERS,
} from "./clustering/design-effect.ts";
export type { ClusterSums, DesignEffect, UserCounts } from "./clustering/design-effect.ts";
export { addStandardised, CUSUM, judgeCusum, startCusum } from "./drift/cusum.ts";
export type { CusumEvidence, CusumSettings } from "./drift/cusum.ts";
export { cusumRunLength, cusumRunLengthTwoSided } from "./drift/cusum-run-length.ts";
export { addMeanBucket, addRateBucket, driftThreshold, judgeDrift, startDrift, watchMean, watchRate } from "./drift/drift.ts";
export type { DriftEvidence, DriftJudgement, MeanWatch, RateWatch } from "./drift/drift.ts";
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
export { boundShare } from "./sequential/mixtures.ts";
export { boundRatio } from "./sequential/ratio-bound.ts";
export type { RatioBoundSettings } from "./sequential/ratio-bound.ts";
export { addAssigned, changeShares, judgeSampleRatio, SAMPLE_RATIO_ALPHA, startSampleRatio } from "./sequential/sample-ratio.ts";
export type { SampleRatioEvidence, SampleRatioJudgement } from "./sequential/sample-ratio.ts";
export { addToSketch, countOf, mergeSketches, newQuantileSketch, quantileOf } from "./sketch/quantile-sketch.ts";
export type { QuantileSketch } from "./sketch/quantile-sketch.ts";
