/** What watches variants for drift, in the store: settings, frozen pasts, and the hours held against them. */

import type { DriftMark, DriftMetric, DriftSettings } from "@dimmer/protocol";

/** How far an environment has been looked at, and how many series share its false alarms. */
export interface DriftPlaceRecord {
  readonly project: string;
  readonly environment: string;
  /** The end of the last hour that was. */
  readonly watchedUntil: number;
  readonly series: number;
}

export interface DriftSettingsRecord {
  readonly project: string;
  readonly environment: string;
  readonly flag: string;
  readonly settings: DriftSettings;
  readonly revision: number;
  readonly updatedAt: number;
}

/** One configuration of a variant, which is looked at first and then held against what it was. */
export interface DriftReferenceRecord {
  readonly project: string;
  readonly environment: string;
  readonly id: string;
  readonly flag: string;
  readonly variant: string;
  readonly configuration: string;
  readonly valueVersion: number | null;
  readonly since: number;
  /** Null while it is still looked at. */
  readonly frozenAt: number | null;
  /** Once the variant had another configuration. */
  readonly retiredAt: number | null;
  readonly baseline: DriftBaseline | null;
}

/** What a variant was like. */
export interface DriftBaseline {
  readonly from: number;
  readonly until: number;
  /** Milliseconds: the 95th percentile; null where no call took time. */
  readonly slowMs: number | null;
  /** Of those that had enough events. */
  readonly series: Readonly<Partial<Record<DriftMetric, SeriesBaseline>>>;
  /** Those that answered. */
  readonly models: readonly string[];
  /** Calls by the size of their input, in bins of a twentieth of a power of e. */
  readonly inputs: readonly InputBin[];
}

export interface InputBin {
  readonly bin: number;
  readonly calls: number;
}

/** Of one metric: what it was, and by how much hours differ. */
export interface SeriesBaseline {
  readonly kind: "rate" | "mean";
  readonly events: number;
  readonly value: number;
  /** By group of hours, 24 of weekdays and then 24 of weekends. */
  readonly byHour: readonly number[];
  /** From 0, where hours make no difference, to 1. */
  readonly hourWeight: number;
  /** By how much more than by chance hours of one group differ; 1 where they do not, and for a mean. */
  readonly designEffect: number;
  /** Of the means of hours of as many events as `eventsAnHour`; null for a rate. */
  readonly standardDeviation: number | null;
  readonly eventsAnHour: number;
}

/** What one hour of one variant had, by metric. */
export type DriftCounts = Readonly<Partial<Record<DriftMetric, { readonly events: number; readonly sum: number }>>>;

/** Appended once and never changed: any verdict can be reckoned again from the hour before and this one. */
export interface DriftHourRecord {
  readonly reference: string;
  /** Its beginning. */
  readonly at: number;
  readonly counts: DriftCounts;
  /** The detectors once this hour was in them, and what an alarm took. */
  readonly detectors: Readonly<Partial<Record<DriftMetric, DetectorState>>>;
}

export interface DetectorState {
  /** ln of what each alternative's bets have become, and one more. */
  readonly logs: readonly number[];
  /** Hours with events. */
  readonly hours: number;
  readonly logEvidence: number;
  readonly alarmAt: number;
}

export interface DriftMarkRecord {
  readonly project: string;
  readonly environment: string;
  readonly flag: string;
  readonly id: string;
  readonly at: number;
  readonly mark: Omit<DriftMark, "at">;
}

export interface DriftReads {
  getDriftPlace(project: string, environment: string): Promise<DriftPlaceRecord | null>;
  getDriftSettings(project: string, environment: string, flag: string): Promise<DriftSettingsRecord | null>;
  /** Of the whole environment, by flag. */
  listDriftSettings(project: string, environment: string): Promise<readonly DriftSettingsRecord[]>;
  /** Those that are not retired, by flag and variant. */
  listDriftReferences(project: string, environment: string): Promise<readonly DriftReferenceRecord[]>;
  /** Oldest first, from `since` on. */
  listDriftHours(reference: string, since: number, limit: number): Promise<readonly DriftHourRecord[]>;
  lastDriftHour(reference: string): Promise<DriftHourRecord | null>;
  /** Newest first, from `since` on. */
  listDriftMarks(
    place: Pick<DriftMarkRecord, "project" | "environment" | "flag">,
    since: number,
    limit: number,
  ): Promise<readonly DriftMarkRecord[]>;
}

export interface DriftWrites {
  putDriftPlace(record: DriftPlaceRecord): Promise<void>;
  putDriftSettings(record: DriftSettingsRecord): Promise<void>;
  putDriftReference(record: DriftReferenceRecord): Promise<void>;
  /** An hour that is there already is an error, never an overwrite. */
  appendDriftHours(records: readonly DriftHourRecord[]): Promise<void>;
  /** One that is there stays as it is. */
  putDriftMark(record: DriftMarkRecord): Promise<void>;
  /** Hours and marks of before, of an environment, and what was retired before with its hours. */
  dropDrift(project: string, environment: string, before: number): Promise<void>;
}
