/** Guarded rollouts in the store: what was agreed at the start, how far each is, what it saw, and what was decided from it. */

import type { Serve } from "@dimmer/evaluation";
import type { Actor, Because, RolloutPlan, RolloutState, Verdict, VerdictEvidence } from "@dimmer/protocol";
import type { Baseline } from "../rollouts/decide/baseline.ts";
import type { Facts } from "../rollouts/decide/facts.ts";
import type { BucketBody, PeopleBody } from "../rollouts/decide/observations.ts";

export interface RolloutRecord {
  readonly project: string;
  readonly environment: string;
  readonly id: string;
  /** Counts the project's rollouts from 1. */
  readonly sequence: number;
  readonly flag: string;
  /** Rule id, or `default`. */
  readonly rule: string;
  readonly variant: string;
  readonly state: RolloutState;
  /** Of this row: a write names the one that it has seen. */
  readonly revision: number;
  /** Of the flag's block in the environment, as the rollout last wrote or saw it. */
  readonly fence: number;
  readonly terms: RolloutTerms;
  readonly progress: RolloutProgress;
  readonly createdAt: number;
  readonly endedAt: number | null;
}

/** What never changes once it was started. */
export interface RolloutTerms {
  readonly plan: RolloutPlan;
  /** What the address served before, ranges and all. */
  readonly before: Serve;
  /** Percent of the split that its variants share together: what a percentage of a step is of. */
  readonly shared: number;
  readonly baseline: Baseline;
  readonly people: "same" | "fresh" | null;
  readonly reason: string | null;
  readonly startedBy: Actor;
}

/** How far it is. */
export interface RolloutProgress {
  /** Place in the plan; −1 while it is proposed. */
  readonly step: number;
  /** Of each step that began. */
  readonly steps: readonly StepProgress[];
  /** Percent of the treated variant as it was last written. */
  readonly percent: number;
  /** What was written last of what somebody could edit, as JSON: anything else means that somebody did. */
  readonly expected: string;
  /** Until when buckets were read. */
  readonly observedUntil: number;
  /** When it was looked at last. */
  readonly tickedAt: number;
  /** Dwell of the step so far, and up to which bucket it was counted. */
  readonly dweltMs: number;
  readonly countedUntil: number;
  readonly isExtended: boolean;
  /** Places of the steps that may begin. */
  readonly approved: readonly StepApproval[];
  /** Guardrail → the evidence over which a person had it go on. */
  readonly overruled: Readonly<Record<string, number>>;
}

export interface StepProgress {
  readonly percent: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly dweltMs: number;
}

export interface StepApproval {
  readonly step: number;
  readonly actor: Actor;
  readonly at: number;
}

/** Shape: a later sequence of the same time and length is what that bucket was found to be since. Sums of people have no length. */
export interface ObservationRecord {
  readonly rollout: string;
  readonly sequence: number;
  readonly bucketAt: number;
  readonly lengthMs: number;
  readonly step: number;
  readonly body: BucketBody | PeopleBody;
}

export interface VerdictRecord {
  readonly rollout: string;
  readonly sequence: number;
  readonly verdict: Verdict;
  readonly at: number;
  readonly lastAt: number;
  readonly times: number;
  readonly because: readonly Because[];
  readonly evidence: VerdictEvidence;
  /** What it was decided from beside the observations; null for what a person decided. */
  readonly facts: Facts | null;
  readonly change: string | null;
  readonly actor: Actor;
}

export interface RolloutPage {
  readonly limit: number;
  readonly before?: number | undefined;
  readonly flag?: string | undefined;
  readonly environment?: string | undefined;
  readonly isActive?: boolean | undefined;
}

export interface RolloutReads {
  getRollout(project: string, id: string): Promise<RolloutRecord | null>;
  /** Newest first. */
  listRollouts(project: string, page: RolloutPage): Promise<readonly RolloutRecord[]>;
  /** Of all projects, those that have not ended, the oldest first. */
  listActiveRollouts(): Promise<readonly RolloutRecord[]>;
  countActiveRollouts(project: string): Promise<number>;
  lastRolloutSequence(project: string): Promise<number>;
  /** After a sequence, in order. */
  listObservations(rollout: string, after: number): Promise<readonly ObservationRecord[]>;
  /** Newest first. */
  listVerdicts(
    rollout: string,
    page: { readonly limit: number; readonly before?: number | undefined },
  ): Promise<readonly VerdictRecord[]>;
}

export interface RolloutWrites {
  /** One that is there already is an error, never an overwrite. */
  addRollout(record: RolloutRecord): Promise<void>;
  /** Writes what `record` has as its next revision, if the row is still at the one that it has; whether it was. */
  moveRollout(record: RolloutRecord): Promise<boolean>;
  /** Appends; a sequence that exists already is an error. */
  addObservations(records: readonly ObservationRecord[]): Promise<void>;
  putVerdict(record: VerdictRecord): Promise<void>;
}
