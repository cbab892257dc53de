/** The tables of what is watched without a ramp: drift, canary prompts, drills. */

export interface WatchTables {
  readonly drift_places: DriftPlaceTable;
  readonly drift_settings: DriftSettingsTable;
  readonly drift_references: DriftReferenceTable;
  readonly drift_hours: DriftHourTable;
  readonly drift_marks: DriftMarkTable;
  readonly canaries: CanaryTable;
  readonly canary_days: CanaryDayTable;
  readonly canary_results: CanaryResultTable;
  readonly drill_settings: DrillSettingsTable;
  readonly drills: DrillTable;
}

export interface DriftPlaceTable {
  readonly project: string;
  readonly environment: string;
  readonly watched_until: number;
  readonly series: number;
}

export interface DriftSettingsTable {
  readonly project: string;
  readonly environment: string;
  readonly flag: string;
  readonly settings: string;
  readonly revision: number;
  readonly updated_at: number;
}

export interface DriftReferenceTable {
  readonly project: string;
  readonly environment: string;
  readonly id: string;
  readonly flag: string;
  readonly variant: string;
  readonly configuration: string;
  readonly value_version: number | null;
  readonly since: number;
  readonly frozen_at: number | null;
  readonly retired_at: number | null;
  readonly baseline: string | null;
}

/** `hour` is its counts, and the detectors once they were in them. */
export interface DriftHourTable {
  readonly reference: string;
  readonly at: number;
  readonly hour: string;
}

export interface DriftMarkTable {
  readonly project: string;
  readonly environment: string;
  readonly flag: string;
  readonly id: string;
  readonly at: number;
  readonly mark: string;
}

export interface CanaryTable {
  readonly project: string;
  readonly environment: string;
  readonly id: string;
  readonly definition: string;
  readonly message: string | null;
  readonly next_at: number;
  readonly created_at: number;
}

/** What a set did in one day of UTC, `YYYY-MM-DD`. */
export interface CanaryDayTable {
  readonly canary: string;
  readonly day: string;
  readonly usage: string;
}

export interface CanaryResultTable {
  readonly canary: string;
  readonly id: string;
  readonly variant: string;
  readonly config_hash: string;
  readonly at: number;
  readonly is_reference: number;
  readonly result: string;
  readonly items: string;
}

/** Of a flag that is not drilled any more, `settings` and `next_at` are null. */
export interface DrillSettingsTable {
  readonly project: string;
  readonly environment: string;
  readonly flag: string;
  readonly settings: string | null;
  readonly revision: number;
  readonly next_at: number | null;
  readonly updated_at: number;
}

export interface DrillTable {
  readonly project: string;
  readonly environment: string;
  readonly id: string;
  readonly flag: string;
  readonly state: string;
  readonly started_at: number;
  readonly drill: string;
}
