/** Drills of fallbacks in the store: when they are due, and how each went. */

import type { DrillResult, DrillSettings, DrillState } from "@dimmer/protocol";

export interface DrillSettingsRecord {
  readonly project: string;
  readonly environment: string;
  readonly flag: string;
  /** Null where it is never drilled any more. */
  readonly settings: DrillSettings | null;
  readonly revision: number;
  readonly nextAt: number | null;
  readonly updatedAt: number;
}

export interface DrillRecord {
  readonly project: string;
  readonly environment: string;
  readonly id: string;
  readonly flag: string;
  readonly state: DrillState;
  readonly startedAt: number;
  readonly drill: DrillDetails;
}

export interface DrillDetails extends Pick<
  DrillResult,
  "say" | "percent" | "variants" | "runs" | "failed" | "actor" | "changes"
> {
  readonly maxErrorRate: number;
  readonly leastRuns: number;
  /** When the traffic is given back. */
  readonly endsAt: number;
  readonly endedAt: number | null;
  /** The rules that send traffic to the fallback for as long. */
  readonly rules: readonly string[];
}

export interface DrillReads {
  getDrillSettings(project: string, environment: string, flag: string): Promise<DrillSettingsRecord | null>;
  /** Of the environment, by flag. */
  listDrillSettings(project: string, environment: string): Promise<readonly DrillSettingsRecord[]>;
  /** Of all projects, those that are due by then, the first first. */
  listDueDrills(now: number, limit: number): Promise<readonly DrillSettingsRecord[]>;
  nextDrillAt(): Promise<number | null>;
  getDrill(project: string, environment: string, id: string): Promise<DrillRecord | null>;
  /** Newest first. */
  listDrills(project: string, environment: string, flag: string, limit: number): Promise<readonly DrillRecord[]>;
  /** Of all projects, those whose end is still to come, the oldest first. */
  listOpenDrills(limit: number): Promise<readonly DrillRecord[]>;
}

export interface DrillWrites {
  putDrillSettings(record: DrillSettingsRecord): Promise<void>;
  /** The newest so many of the flag stay. */
  putDrill(record: DrillRecord, kept: number): Promise<void>;
}
