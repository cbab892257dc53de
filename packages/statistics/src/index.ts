/** Decides from numbers, the same on every machine: pure functions of statistics and settings. */
export { JEFFREYS, probabilityBest, probabilityBestShare, withFloor } from "./bandit/probability-best.ts";
export type { BetaPrior, NormalBelief } from "./bandit/probability-best.ts";
export { betaChanceToWin } from "./bayes/beta.ts";
export { expectedLoss, FLAT_PRIOR, posteriorOf, USUAL_PRIOR } from "./bayes/posterior.ts";
export type { NormalPrior, Posterior, Risk } from "./bayes/posterior.ts";
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
export { boundRatio } from "./sequential/ratio-bound.ts";
export type { RatioBoundSettings } from "./sequential/ratio-bound.ts";
export { addAssigned, changeShares, judgeSampleRatio, SAMPLE_RATIO_ALPHA, startSampleRatio } from "./sequential/sample-ratio.ts";
export type { SampleRatioEvidence, SampleRatioJudgement } from "./sequential/sample-ratio.ts";
export { mcnemar } from "./eval-gate/mcnemar.ts";
export { compareSegments } from "./heterogeneity/segments.ts";
export type { Heterogeneity, Pooled, SegmentEffect } from "./heterogeneity/segments.ts";
export { benjaminiHochberg, eBenjaminiHochberg, holm } from "./multiplicity/adjust.ts";
export { guardrailAlphas, splitAlpha } from "./multiplicity/split-alpha.ts";
export type { AlphaSplit } from "./multiplicity/split-alpha.ts";
export { goodnessOfFit } from "./shape/goodness-of-fit.ts";
export { kolmogorovSmirnov, shapeDistance } from "./shape/kolmogorov-smirnov.ts";
export type { ShapeDistance } from "./shape/kolmogorov-smirnov.ts";
export { populationStability } from "./shape/population-stability.ts";
export type { PopulationStability } from "./shape/population-stability.ts";
