/** If-Match for changes: what the author saw must still be so. */

import { type Operation, ProblemError } from "@dimmer/protocol";
import { blockOf, CONTEXT_RESOURCE, type ProjectState } from "./project-state.ts";

/**
 * Compares expected revisions with the present ones; 0 stands for what is not there.
 *
 * Shape:  resources are `flags/x`, `flags/x/environments/e`, `segments/s`, `segments/s/environments/e`, `context`.
 * Errors: `ProblemError`: revision-mismatch naming resource, expected and actual; invalid-request for another name.
 */
export function checkExpected(state: ProjectState, expected: Readonly<Record<string, number>>): void {
  const stale = Object.entries(expected).filter(([resource, revision]) => revisionOf(state, resource) !== revision);
  const said = stale.map(([resource, revision]) => ({ resource, revision, actual: revisionOf(state, resource) }));
  const first = said[0];
  if (first === undefined) return;
  const mend = "Read it again and repeat the edit on what you find.";
  const issues = said.map(({ resource, revision, actual }) => ({
    path: `/expected/${resource.replaceAll("~", "~0").replaceAll("/", "~1")}`,
    code: "revision-mismatch",
    message: `${resource} is at revision ${actual}, not ${revision}.`,
    mend,
    severity: "error" as const,
  }));
  throw new ProblemError("revision-mismatch", `${issues[0]?.message ?? ""} ${mend}`, { issues });
}

/**
 * Refuses to publish a draft that the author may never have seen: drafts are the whole project's, and whoever may edit any of its
 * environments can put another in its place. The flag's revision counts drafts, so naming it names the draft.
 *
 * Shape:  a draft that the same change writes needs no revision, nor does a version that is named.
 * Errors: `ProblemError("revision-required")`, naming the operation.
 */
export function requireDraftsSeen(operations: readonly Operation[], expected: Readonly<Record<string, number>>): void {
  const own = new Set<string>();
  operations.forEach((operation, index) => {
    if (operation.kind === "draft-value") own.add(`${operation.flag}:${operation.variant}`);
    if (operation.kind !== "publish" || operation.version !== undefined) return;
    const draft = `${operation.flag}:${operation.variant}`;
    if (own.has(draft) || Object.hasOwn(expected, `flags/${operation.flag}`)) return;
    const message = `This publishes the draft of ${draft}, which anybody may have replaced.`;
    const mend = "Read the flag and say its revision (If-Match, or `expected`), or draft the value in the same change.";
    const issue = { path: `/operations/${index}`, code: "revision-required", message, mend, severity: "error" as const };
    throw new ProblemError("revision-required", `${message} ${mend}`, { issues: [issue] });
  });
}

interface Revised {
  readonly revision: number;
}
interface RevisedRecord extends Revised {
  readonly environments: Readonly<Record<string, Revised>>;
}

function revisionOf(state: ProjectState, resource: string): number {
  if (resource === CONTEXT_RESOURCE) return state.context.revision;
  const [noun = "", key = "", part, environment, ...rest] = resource.split("/");
  const isBlock = part === "environments" && environment !== undefined && rest.length === 0;
  if ((noun !== "flags" && noun !== "segments") || key === "" || (part !== undefined && !isBlock)) {
    throw new ProblemError(
      "invalid-request",
      `"${resource}" names no flag or segment, nor one of their environments, and is not "context".`,
    );
  }
  const record: RevisedRecord | undefined = noun === "flags" ? state.flags.get(key) : livingSegment(state, key);
  return (environment === undefined ? record : blockOf(record, environment))?.revision ?? 0;
}

function livingSegment(state: ProjectState, key: string) {
  const record = state.segments.get(key);
  return record === undefined || record.removedAt !== null ? undefined : record;
}
