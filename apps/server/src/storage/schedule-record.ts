/** Schedules in the store: changes that are to be made at a time. */

import type { Actor, ModelQuery, Operation, ProblemCode, ScheduleState } from "@dimmer/protocol";

export interface ScheduleRecord {
  readonly project: string;
  readonly id: string;
  /** Counts the project's schedules from 1. */
  readonly sequence: number;
  /** `running` exists only inside the transaction that makes the change. */
  readonly state: ScheduleState | "running";
  readonly dueAt: number;
  /** Who made it, and in whose right it runs. */
  readonly actor: Actor;
  readonly reason: string | null;
  /** Where it undoes a change or takes a model off, what that would have been when it was made: it is planned anew when it runs. */
  readonly operations: readonly Operation[];
  readonly expected: Readonly<Record<string, number>>;
  readonly undoes: string | null;
  /** Without an environment it is meant for all of the project. */
  readonly kills: ModelQuery | null;
  readonly createdAt: number;
  readonly settledAt: number | null;
  /** The change it made. */
  readonly change: string | null;
  readonly problem: { readonly code: ProblemCode; readonly detail: string } | null;
}

export interface SchedulePage {
  readonly limit: number;
  readonly before?: number | undefined;
  readonly state?: ScheduleState | undefined;
}

export interface ScheduleReads {
  getSchedule(project: string, id: string): Promise<ScheduleRecord | null>;
  /** Newest first. */
  listSchedules(project: string, page: SchedulePage): Promise<readonly ScheduleRecord[]>;
  countPendingSchedules(project: string): Promise<number>;
  lastScheduleSequence(project: string): Promise<number>;
  /** Pending ones of all projects, the first to come due first. */
  listPendingSchedules(limit: number): Promise<readonly ScheduleRecord[]>;
}

export interface ScheduleWrites {
  putSchedule(record: ScheduleRecord): Promise<void>;
  /** Takes a pending schedule to be run in this transaction; false where it is pending no more. */
  claimSchedule(project: string, id: string): Promise<boolean>;
}
