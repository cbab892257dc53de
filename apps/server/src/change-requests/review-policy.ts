/** Which changes take review: the most approvals that any environment asks for which the change reaches. */

import type { Issue } from "@dimmer/evaluation";
import type { Operation } from "@dimmer/protocol";
import { environmentsReached } from "../flags/authorise-change.ts";
import { isEmergency } from "../flags/operations/kill-flag.ts";
import type { ProjectState } from "../flags/project-state.ts";

export interface Review {
  /** Those that ask for review, and are reached. */
  readonly environments: readonly string[];
  /** Approvals; 0 where none is taken. */
  readonly needed: number;
}

/**
 * Shape:  an edit of what environments share takes the strictest review of those it reaches. Kills and stops take none, also beside
 *         other operations, for which the whole change then waits.
 * Errors: none.
 * Source: design 5; ADR-0038.
 */
export function reviewOf(state: ProjectState, operations: readonly Operation[]): Review {
  const environments = reviewedAmong(
    state,
    operations.filter((operation) => !isEmergency(operation)),
  );
  return { environments, needed: Math.max(0, ...environments.map((environment) => approvalsIn(state, environment))) };
}

/** The environments that ask for review, and that a kill or stop reached without it: the audit says so. */
export const exemptIn = (state: ProjectState, operations: readonly Operation[]): readonly string[] =>
  reviewedAmong(state, operations.filter(isEmergency));

/** What a dry run says of it. */
export function foreseeReview({ environments, needed }: Review): Issue[] {
  if (needed === 0) return [];
  const approvals = needed === 1 ? "an approval" : `${needed} approvals`;
  const message = `${environments.join(", ")} requires ${approvals}.`;
  const mend = "It becomes a change request that waits for it.";
  return [{ path: "", code: "needs-review", message, mend, severity: "warning" }];
}

function reviewedAmong(state: ProjectState, operations: readonly Operation[]): readonly string[] {
  const reached = new Set(operations.flatMap((operation) => environmentsReached(state, operation)));
  return [...reached].filter((environment) => approvalsIn(state, environment) > 0);
}

const approvalsIn = (state: ProjectState, environment: string): number => state.environments.get(environment)?.requireReview ?? 0;
