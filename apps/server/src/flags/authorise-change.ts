/** Whether an author may make a change: a right to every environment that an operation reaches. */

import { ProblemError, type Operation } from "@dimmer/protocol";
import { mayReach, requireReach } from "../access/authorise.ts";
import type { Author } from "./apply-change.ts";
import type { ProjectState } from "./project-state.ts";

/** Before anything is read: a project that is not the author's is refused whether it exists or not. */
export function authoriseProject(author: Author, project: string): void {
  requireReach(author, { project, environment: author.environment });
}

/**
 * Shape:  an edit of what all environments share reaches each environment in which the flag or segment is configured; drafts
 *         reach none, as nobody is served one.
 * Errors: `ProblemError("forbidden")`, naming the operation and the environments that are out of reach.
 */
export function authoriseOperations(author: Author, state: ProjectState, operations: readonly Operation[]): void {
  operations.forEach((operation, index) => {
    const far = environmentsReached(state, operation).filter(
      (environment) => !mayReach(author, { project: state.project, environment }),
    );
    if (far.length === 0) return;
    const message = `${operation.kind} reaches ${far.join(", ")}; this key is bound to ${author.environment ?? "no"} environment.`;
    const mend = "Use a key that reaches them.";
    const issue = { path: `/operations/${index}`, code: "forbidden", message, mend, severity: "error" as const };
    throw new ProblemError("forbidden", `${message} ${mend}`, { issues: [issue] });
  });
}

function environmentsReached(state: ProjectState, operation: Operation): readonly string[] {
  switch (operation.kind) {
    case "draft-value":
    case "discard-draft":
      return [];
    case "declare-context":
      return [...state.environments.keys()];
    case "publish":
      return operation.environments;
    case "create-flag":
    case "create-segment":
      return definedEnvironments(operation.definition);
    case "update-segment":
    case "remove-segment":
    case "own-segment":
    case "release-segment":
      return Object.keys(state.segments.get(operation.segment)?.environments ?? {});
    case "update-flag":
    case "archive-flag":
    case "unarchive-flag":
    case "own-flag":
    case "release-flag":
    case "add-variant":
    case "update-variant":
    case "remove-variant":
      return Object.keys(state.flags.get(operation.flag)?.environments ?? {});
    default:
      return [operation.environment];
  }
}

/** Of a part that nobody has parsed yet. */
function definedEnvironments(definition: unknown): readonly string[] {
  if (typeof definition !== "object" || definition === null || !("environments" in definition)) return [];
  const { environments } = definition;
  return typeof environments === "object" && environments !== null ? Object.keys(environments) : [];
}
