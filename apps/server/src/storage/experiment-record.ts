/** Experiments in the store: what was planned, what is, the results that were kept, and who shares people with whom. */

import type {
  Actor,
  BanditPeriod,
  ExperimentDefinition,
  ExperimentEnd,
  ExperimentMetric,
  ExperimentOutlook,
  ExperimentResult,
  ExperimentState,
  MetricKind,
} from "@dimmer/protocol";
import type { AskedQuantile, AskedRatio, ExperimentStatistics } from "../telemetry/experiment-question.ts";

export interface ExperimentRecord {
  readonly project: string;
  readonly environment: string;
  readonly id: string;
  readonly flag: string;
  readonly state: ExperimentState;
  readonly revision: number;
  readonly createdAt: number;
  readonly body: ExperimentBody;
}

export interface ExperimentBody {
  /** Frozen by the start. */
  readonly definition: ExperimentDefinition;
  readonly createdBy: Actor;
  /** Slots of its own under a salt, the group's or one that was drawn; null where the split has all people of the rule. */
  readonly reserved: { readonly salt: string; readonly from: number; readonly to: number } | null;
  readonly started: ExperimentStart | null;
  readonly ended: { readonly at: number; readonly why: ExperimentEnd } | null;
  readonly shipped: { readonly variant: string; readonly at: number; readonly change: string | null; readonly by: Actor } | null;
  /** Why the bandit gives no new weights. */
  readonly paused: string | null;
  readonly latest: (Pick<ExperimentResult, "verdict" | "say"> & { readonly at: number }) | null;
  readonly isArchived: boolean;
}

/** What the start fixed. */
export interface ExperimentStart {
  readonly at: number;
  readonly by: Actor;
  /** Rule id, or `default`, that its people are decided at. */
  readonly address: string;
  /** Variant → percent of the experiment's people. */
  readonly arms: Readonly<Record<string, number>>;
  readonly people: ExperimentOutlook["people"];
  readonly days: ExperimentOutlook["days"];
  readonly metrics: readonly FrozenMetric[];
}

/** A metric as the start froze it: whoever defines it anew later changes no experiment that runs. */
export interface FrozenMetric {
  readonly metric: ExperimentMetric;
  readonly role: "primary" | "guardrail" | "secondary";
  readonly kind: MetricKind;
  readonly direction: "up" | "down";
  /** Of a guardrail: how much worse is fine. */
  readonly tolerance: number | null;
  readonly unit: string | null;
  readonly asked: AskedRatio | AskedQuantile;
}

export interface ExperimentResultRecord {
  readonly experiment: string;
  readonly kept: "planned" | "end";
  readonly at: number;
  readonly result: ExperimentResult;
  readonly material: ResultMaterial;
}

/** What a result was reckoned from beside the plan, so that it can be reckoned again. */
export interface ResultMaterial {
  readonly statistics: ExperimentStatistics;
  /** Those of the planned read; null before it. */
  readonly planned: ExperimentStatistics | null;
  /** What its arms were to get, from when on; the first from the start. */
  readonly shares: readonly BanditPeriod[];
  /** Edits while it ran. */
  readonly edits: ExperimentResult["remarks"];
  readonly endedAt: number | null;
}

export interface ExclusionGroupRecord {
  readonly project: string;
  readonly environment: string;
  readonly id: string;
  readonly name: string;
  readonly salt: string;
  readonly createdAt: number;
}

export interface HoldoutRecord extends ExclusionGroupRecord {
  readonly slots: number;
}

export interface ExperimentReads {
  /** The newest first. */
  listExperiments(project: string): Promise<readonly ExperimentRecord[]>;
  /** Of all projects. */
  listRunningExperiments(): Promise<readonly ExperimentRecord[]>;
  getExperiment(project: string, id: string): Promise<ExperimentRecord | null>;
  /** The oldest first. */
  listBanditPeriods(experiment: string): Promise<readonly BanditPeriod[]>;
  listExperimentResults(experiment: string): Promise<readonly ExperimentResultRecord[]>;
  listExclusionGroups(project: string): Promise<readonly ExclusionGroupRecord[]>;
  listHoldouts(project: string): Promise<readonly HoldoutRecord[]>;
}

export interface ExperimentWrites {
  putExperiment(record: ExperimentRecord): Promise<void>;
  removeExperiment(id: string): Promise<void>;
  putBanditPeriod(experiment: string, period: BanditPeriod): Promise<void>;
  /** One of each kind: the newest stays. */
  putExperimentResult(record: ExperimentResultRecord): Promise<void>;
  putExclusionGroup(record: ExclusionGroupRecord): Promise<void>;
  removeExclusionGroup(id: string): Promise<void>;
  putHoldout(record: HoldoutRecord): Promise<void>;
  removeHoldout(id: string): Promise<void>;
}
