/** Guarded rollouts as the API shows them: where each is, what was decided of it, and on what evidence. */

import type { JsonValue } from "@dimmer/evaluation";
import type { Actor } from "./management.ts";
import type { Guardrail, GuardrailMetric, RolloutPlan, RolloutStep } from "./rollouts.ts";

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
  "drift",
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
