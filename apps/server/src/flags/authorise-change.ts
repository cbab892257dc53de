/** Whether an author may make a change: for each operation the rights that its kind needs, in every environment it reaches. */

import { strict as assert } from "node:assert";
import { ProblemError, type Operation, type OperationKind, type Right } from "@dimmer/protocol";
import { holds, isKnownTo, lacksRight, requireRightWithin } from "../access/authorise.ts";
import type { Author } from "./apply-change.ts";
import { blockOf, type ProjectState } from "./project-state.ts";
import { isSameJson } from "./same-json.ts";

/** Before anything is read: a project that no grant has to do with is refused whether it exists or not. */
export function authoriseProject(author: Author, project: string): void {
  if (isKnownTo(author, { project, environment: null })) return;
  throw new ProblemError("forbidden", `${author.actor.name} has no role in project ${project}.`);
}

/**
 * Shape:  an edit of what all environments share reaches each environment in which the flag or segment is configured; what reaches
 *         none, as a draft does, needs the right anywhere in the project.
 * Errors: `ProblemError("forbidden")`, naming the operation, the right and the environments in which it is missing.
 * Source: ADR-0035.
 */
export function authoriseOperations(author: Author, state: ProjectState, operations: readonly Operation[]): void {
  const { project } = state;
  operations.forEach((operation, index) => {
    const reached = environmentsReached(state, operation);
    for (const right of rightsNeeded(state, operation)) {
      if (reached.length === 0) requireRightWithin(author, right, { project, environment: null });
      const missing = reached.filter((environment) => !holds(author, right, { project, environment }));
      if (missing.length > 0) throw refuse(author, project, operation, index, right, missing);
    }
  });
}

function refuse(
  author: Author,
  project: string,
  { kind }: Operation,
  index: number,
  right: Right,
  missing: readonly string[],
): ProblemError {
  const { message } = lacksRight(author, right, `${missing.join(", ")} of project ${project}`);
  const mend = "Ask whoever grants roles there, or leave this operation out.";
  const issue = { path: `/operations/${index}`, code: "forbidden", message: `${kind}: ${message}`, mend };
  return new ProblemError("forbidden", `${kind} reaches ${missing.join(", ")}. ${message}`, {
    issues: [{ ...issue, severity: "error" }],
  });
}

/** One for each kind, by the compiler: an operation that needs no right cannot be added. */
const RIGHT_OF: Readonly<Record<OperationKind, Right>> = {
  kill: "flag.kill",
  stop: "flag.kill",
  restore: "flag.restore",
  "create-flag": "flag.edit",
  "update-flag": "flag.edit",
  "archive-flag": "flag.edit",
  "unarchive-flag": "flag.edit",
  "own-flag": "flag.edit",
  "release-flag": "flag.edit",
  "own-segment": "segment.edit",
  "release-segment": "segment.edit",
  "add-variant": "flag.edit",
  "update-variant": "flag.edit",
  "remove-variant": "flag.edit",
  "draft-value": "prompt.edit",
  "discard-draft": "prompt.edit",
  publish: "publish",
  "configure-environment": "rule.edit",
  "remove-environment": "rule.edit",
  "serve-all": "rule.edit",
  "set-serve": "rule.edit",
  "set-rule": "rule.edit",
  "move-rule": "rule.edit",
  "remove-rule": "rule.edit",
  "set-targets": "rule.edit",
  "set-fallback": "rule.edit",
  "set-requires": "rule.edit",
  "set-pin": "rule.edit",
  "set-budgets": "rule.edit",
  "set-shadow": "rule.edit",
  "set-spend": "budget.edit",
  ramp: "split.edit",
  "set-split": "split.edit",
  "fresh-people": "split.edit",
  "create-segment": "segment.edit",
  "update-segment": "segment.edit",
  "set-segment": "segment.edit",
  "remove-segment": "segment.edit",
  "declare-context": "context.edit",
};

function rightsNeeded(state: ProjectState, operation: Operation): readonly Right[] {
  assert(Object.hasOwn(RIGHT_OF, operation.kind), "a stored operation is one of the union");
  const right = RIGHT_OF[operation.kind];
  if (operation.kind === "create-flag" && definedEnvironments(operation.definition).length > 0) return [right, "rule.edit"];
  if (operation.kind !== "configure-environment") return [right];
  const more = [
    publishes(state, operation) ? ["publish" as const] : [],
    budgets(state, operation) ? ["budget.edit" as const] : [],
  ];
  return [right, ...more.flat()];
}

/** Whether it changes what may be spent: configuring must be no way around that right either. */
function budgets(state: ProjectState, { flag, environment, config }: Configuration): boolean {
  const present = blockOf(state.flags.get(flag), environment)?.config;
  return !isSameJson(present?.spend ?? {}, (config as { readonly spend?: unknown }).spend ?? {});
}

type Configuration = Extract<Operation, { kind: "configure-environment" }>;

/** Whether it names another version of a value than is served: configuring must be no way around the right to publish. */
function publishes(state: ProjectState, operation: Extract<Operation, { kind: "configure-environment" }>): boolean {
  const present = blockOf(state.flags.get(operation.flag), operation.environment)?.config;
  const { published }: { readonly published?: unknown } = operation.config;
  if (typeof published !== "object" || published === null) return false;
  return Object.entries(published).some(([variant, number]) => number !== (present?.published?.[variant] ?? 1));
}

/** The environments whose answers an operation can change. */
export function environmentsReached(state: ProjectState, operation: Operation): readonly string[] {
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
