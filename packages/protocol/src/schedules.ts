/** Schedules: changes that are to be made at a time. */

import { z } from "zod";
import type { Issue } from "@dimmer/evaluation";
import type { Actor } from "./management.ts";
import { ModelQuery } from "./models.ts";
import { Operation } from "./operations.ts";
import type { ProblemCode } from "./problem.ts";

/** Operations of one schedule. */
export const SCHEDULE_OPERATIONS_MAX = 200;

export const ScheduleState = z.enum(["pending", "done", "failed", "cancelled"]);
export type ScheduleState = z.infer<typeof ScheduleState>;

export const ScheduleRequest = z.strictObject({
  at: z.string().min(1).max(64).describe("RFC 3339 with its zone (2026-12-01T09:00:00+01:00), or without one beside `timeZone`."),
  timeZone: z.string().min(1).max(64).optional().describe("An IANA name, such as Europe/Berlin."),
  operations: z.array(Operation).min(1).max(SCHEDULE_OPERATIONS_MAX).optional(),
  undoes: z.string().min(1).max(128).optional().describe("Instead of operations: the change to undo."),
  kills: ModelQuery.optional().describe(
    "Instead of operations: the model or provider to take off, in all flags that use it when the schedule runs.",
  ),
  expected: z
    .record(z.string(), z.int().min(0))
    .optional()
    .describe("Revisions that must still be so when it runs; without them it is applied to whatever is there."),
  reason: z.string().max(2_000).optional(),
  dryRun: z.boolean().optional().describe("Validate and report, keep nothing."),
});
export type ScheduleRequest = z.infer<typeof ScheduleRequest>;

export interface ScheduleView {
  readonly id: string;
  /** Counts the project's schedules from 1. */
  readonly sequence: number;
  readonly state: ScheduleState;
  readonly dueAt: string;
  /** Who made it; it runs in the right of that token. */
  readonly actor: Actor;
  readonly reason: string | null;
  /** Of an undo and of the kill of a model: what they would have done when the schedule was made. */
  readonly operations: readonly Operation[];
  /** The change that it undoes. */
  readonly undoes: string | null;
  /** The model or provider that it takes off. */
  readonly kills: ModelQuery | null;
  readonly createdAt: string;
  /** When it ran, failed or was cancelled. */
  readonly settledAt: string | null;
  /** It ran or failed more than a minute after it was due, because the server was down. */
  readonly isLate: boolean;
  /** The change it made. */
  readonly change: string | null;
  /** Why it failed. */
  readonly problem: { readonly code: ProblemCode; readonly detail: string } | null;
}

/** `valid` for a dry run. `issues` are warnings: a time that does not exist, a state that would not take it now. */
export interface ScheduleResult {
  readonly status: "scheduled" | "valid";
  readonly dueAt: string;
  readonly schedule: ScheduleView | null;
  readonly issues: readonly Issue[];
}
