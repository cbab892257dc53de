/** Change requests: edits that wait until somebody else has approved them. */

import { z } from "zod";
import type { Issue } from "@dimmer/evaluation";
import { type Actor, CHANGE_OPERATIONS_MAX, type Effect, type Move } from "./management.ts";
import { Operation } from "./operations.ts";

export const ChangeRequestState = z.enum(["pending", "applied", "rejected", "withdrawn"]);
export type ChangeRequestState = z.infer<typeof ChangeRequestState>;

/** One approval; it counts as long as whoever gave it may still review. */
export interface Approval {
  readonly actor: Actor;
  readonly at: string;
}

export interface ReviewComment {
  readonly actor: Actor;
  readonly at: string;
  readonly text: string;
}

/** A change request in a list. */
export interface ChangeRequestView {
  readonly id: string;
  /** Counts the project's change requests from 1. */
  readonly sequence: number;
  readonly state: ChangeRequestState;
  /** Who proposed it. */
  readonly actor: Actor;
  /** Who edited it last, and may therefore not approve it; it is applied in their right. */
  readonly editor: Actor;
  readonly reason: string | null;
  readonly source: string;
  readonly operations: readonly Operation[];
  /** Says it in words, one sentence an operation. */
  readonly summary: readonly string[];
  /** The diff, as it was when it was proposed or last edited. */
  readonly effects: readonly Effect[];
  readonly undoes: string | null;
  readonly approvals: readonly Approval[];
  readonly comments: readonly ReviewComment[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly settledAt: string | null;
  /** The change that it became. */
  readonly change: string | null;
}

/** One change request, held against what is there now. */
export interface ChangeRequestDetails extends ChangeRequestView {
  /** The environments that ask for review, and are reached. */
  readonly environments: readonly string[];
  /** Approvals that it takes, and those that count. */
  readonly needed: number;
  readonly given: number;
  /** Who would move if it were applied now. */
  readonly moves: readonly Move[];
  /** Warnings; and as errors each place that somebody changed since, and why it cannot be applied as things stand. */
  readonly issues: readonly Issue[];
  /** Approved, and in conflict with nothing. */
  readonly isReady: boolean;
}

/** What is left out stays. */
export const ChangeRequestEdit = z.strictObject({
  operations: z.array(Operation).min(1).max(CHANGE_OPERATIONS_MAX).optional(),
  reason: z.string().max(2_000).optional(),
});
export type ChangeRequestEdit = z.infer<typeof ChangeRequestEdit>;

export const ApproveRequest = z.strictObject({
  updatedAt: z.iso
    .datetime({ offset: true })
    .optional()
    .describe("Of the change request that one looked at: where it was edited since, nothing is approved."),
});
export type ApproveRequest = z.infer<typeof ApproveRequest>;

export const CommentRequest = z.strictObject({ text: z.string().trim().min(1).max(2_000) });
