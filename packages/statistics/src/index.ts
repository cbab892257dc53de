/** Decides from numbers, the same on every machine: pure functions of statistics and settings. */
export { alphaOfLook, compareEvals, EVAL_GATE, meanOfRepeats } from "./eval-gate/compare-evals.ts";
export type { EvalComparison, EvalGateSettings, EvalVerdict, ItemScores, PairedItem } from "./eval-gate/compare-evals.ts";
export type { PairedEstimate } from "./eval-gate/compare-paired.ts";
