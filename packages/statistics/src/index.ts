/** Decides from numbers, the same on every machine: pure functions of statistics and settings. */
export { burnRate, burnRateOf, DAILY_BURN_RULES, judgeBurn, MONTHLY_BURN_RULES } from "./alerts/burn-rate.ts";
export type { BurnJudgement, BurnRule } from "./alerts/burn-rate.ts";
export { followLevel, forecastSpend } from "./alerts/spend-forecast.ts";
export type { SpendForecast, SpendSoFar } from "./alerts/spend-forecast.ts";
export { addCalls, CALL_TEST, judgeCalls, NO_CALLS } from "./alerts/unexpected-calls.ts";
export type { CallBucket, CallEvidence, CallJudgement, CallTest } from "./alerts/unexpected-calls.ts";
export { JEFFREYS, probabilityBest, probabilityBestShare, withFloor } from "./bandit/probability-best.ts";
export type { BetaPrior, NormalBelief } from "./bandit/probability-best.ts";
export { betaChanceToWin } from "./bayes/beta.ts";
export { expectedLoss, FLAT_PRIOR, posteriorOf, USUAL_PRIOR } from "./bayes/posterior.ts";
export type { NormalPrior, Posterior, Risk } from "./bayes/posterior.ts";
export {
  countUser,
  estimateDesignEffect,
  LARGEST_DESIGN_EFFECT,
  mergeClusters,
  NO_CLUSTERS,
} from "./clustering/design-effect.ts";
export type { ClusterSums, DesignEffect, UserCounts } from "./clustering/design-effect.ts";
export { cusumRunLength, cusumRunLengthTwoSided } from "./drift/cusum-run-length.ts";
export { addStandardised, CUSUM, judgeCusum, startCusum } from "./drift/cusum.ts";
export type { CusumEvidence, CusumSettings } from "./drift/cusum.ts";
export { addMeanBucket, addRateBucket, driftThreshold, judgeDrift, startDrift, watchMean, watchRate } from "./drift/drift.ts";
export type { DriftEvidence, DriftJudgement, MeanWatch, RateWatch } from "./drift/drift.ts";
export { meanArm, ratioArm, shareArm } from "./effects/arm.ts";
export type { Arm } from "./effects/arm.ts";
export { cupedMeans, cupedRatios, cupedShares, hasEnoughPast } from "./effects/cuped.ts";
export type { AdjustedArms, PairCounts } from "./effects/cuped.ts";
export { estimateEffect, estimateLogRatio } from "./effects/effect.ts";
export type { Effect, NoEffect, NoEffectReason, Scale } from "./effects/effect.ts";
export { fiellerTest, isBaselineWeak } from "./effects/fieller.ts";
export { HYBRID_ALPHA, readHybrid } from "./effects/hybrid.ts";
export type { HybridAlpha, Read } from "./effects/hybrid.ts";
export {
  jointMomentsOfSums,
  mergeJointMoments,
  mergeMoments,
  mergePairMoments,
  momentsOfSums,
  NO_MOMENTS,
  NO_PAIR_MOMENTS,
  pairOf,
} from "./effects/moments.ts";
export type { JointMoments, Moments, PairMoments } from "./effects/moments.ts";
export { pooledShareZ, pooledT } from "./effects/pooled-tests.ts";
export {
  additionalUsers,
  fixedRead,
  posteriorRead,
  powerOf,
  powerOfRelative,
  smallestRelative,
  usersNeeded,
} from "./effects/power.ts";
export type { Plan, ReadRule } from "./effects/power.ts";
export { clusteredQuantileArm, neighbourShares, quantileArm } from "./effects/quantile.ts";
export type { QuantileRead } from "./effects/quantile.ts";
export { clopperPearsonLow, newcombeInterval, wilsonInterval } from "./effects/shares.ts";
export type { Interval, ShareCounts } from "./effects/shares.ts";
export { normalTest, welchTest } from "./effects/welch.ts";
export type { Side, TestResult } from "./effects/welch.ts";
export { alphaOfLook, compareEvals, EVAL_GATE, meanOfRepeats } from "./eval-gate/compare-evals.ts";
export type { EvalComparison, EvalGateSettings, EvalVerdict, ItemScores, PairedItem } from "./eval-gate/compare-evals.ts";
export type { PairedEstimate } from "./eval-gate/compare-paired.ts";
export { mcnemar } from "./eval-gate/mcnemar.ts";
export { compareSegments } from "./heterogeneity/segments.ts";
export type { Heterogeneity, Pooled, SegmentEffect } from "./heterogeneity/segments.ts";
export { benjaminiHochberg, eBenjaminiHochberg, holm } from "./multiplicity/adjust.ts";
export { guardrailAlphas, splitAlpha } from "./multiplicity/split-alpha.ts";
export type { AlphaSplit } from "./multiplicity/split-alpha.ts";
export { planBlastRadius, planDetection, planHarmless, planSmallestRatio, secondsFor } from "./planner/plan-event-guardrail.ts";
export type { BlastRadius, EventStep, ExposurePlan, StepTraffic } from "./planner/plan-event-guardrail.ts";
export { planMeanDetection } from "./planner/plan-mean-guardrail.ts";
export type { MeanPlan, MeanStep } from "./planner/plan-mean-guardrail.ts";
export {
  boundEffect,
  boundEffectOneSided,
  combineSteps,
  narrowInterval,
  sequentialRead,
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
export { goodnessOfFit } from "./shape/goodness-of-fit.ts";
export { kolmogorovSmirnov, shapeDistance } from "./shape/kolmogorov-smirnov.ts";
export type { ShapeDistance } from "./shape/kolmogorov-smirnov.ts";
export { populationStability } from "./shape/population-stability.ts";
export type { PopulationStability } from "./shape/population-stability.ts";
export { addToSketch, countOf, mergeSketches, newQuantileSketch, quantileOf } from "./sketch/quantile-sketch.ts";
export type { QuantileSketch } from "./sketch/quantile-sketch.ts";
