/** What a schedule may be, and how it is shown. */

import { ProblemError, type ScheduleView } from "@dimmer/protocol";
import { narrowOperations } from "../access/narrow.ts";
import type { Sight } from "../access/authorise.ts";
import type { ScheduleRecord } from "../storage/schedule-record.ts";
import { refusal } from "../flags/refusal.ts";

/** Every bound of schedules. */
export const SCHEDULE_LIMITS = {
  /** Pending ones of a project. */
  pending: 200,
  /** How far ahead: two years. */
  aheadMs: 2 * 366 * 86_400_000,
  /** From here on one that ran after its time counts as late. */
  lateMs: 60_000,
} as const;

/** Errors: `ProblemError("invalid-request")` for a time that has passed, or is beyond what anybody plans. */
export function requireAhead(at: number, now: number): void {
  const said = new Date(at).toISOString();
  if (at <= now) throw refusal("invalid-request", "/at", `${said} has passed.`, "Give a time to come, or make the change now.");
  if (at - now > SCHEDULE_LIMITS.aheadMs)
    throw refusal("invalid-request", "/at", `${said} is more than two years ahead.`, "Give a time within two years.");
}

export const isLate = ({ dueAt, settledAt, state }: Pick<ScheduleRecord, "dueAt" | "settledAt" | "state">): boolean =>
  state !== "cancelled" && settledAt !== null && settledAt - dueAt >= SCHEDULE_LIMITS.lateMs;

/** A schedule as far as it is in sight; null where nothing of it is. */
export function viewSchedule(sight: Sight, record: ScheduleRecord): ScheduleView | null {
  const operations = narrowOperations(sight, record.operations);
  const { project: _project, expected: _expected, state, dueAt, createdAt, settledAt, ...rest } = record;
  if (operations.length === 0 || state === "running") return null;
  return {
    ...rest,
    state,
    operations,
    dueAt: new Date(dueAt).toISOString(),
    createdAt: new Date(createdAt).toISOString(),
    settledAt: settledAt === null ? null : new Date(settledAt).toISOString(),
    isLate: isLate(record),
  };
}

export const noSuchSchedule = (project: string, id: string) =>
  new ProblemError("not-found", `There is no schedule ${id} in project ${project}.`);
