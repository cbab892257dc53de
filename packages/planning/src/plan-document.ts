/** From a project as it is and a document as it should be to the operations between them: one change, planned on exact revisions. */

import type { FlagDocument } from "@dimmer/evaluation";
import type { Operation } from "@dimmer/protocol";
import { planContext } from "./plan-context.ts";
import { planFlag } from "./plan-flag.ts";
import { planSegment } from "./plan-segment.ts";
import {
  flagPointer,
  issueAt,
  type Planned,
  type PlanOptions,
  type PlanStep,
  type PresentProject,
  segmentPointer,
} from "./plan-step.ts";

export interface DocumentPlan extends Planned {
  /** Resource → the revision that the plan was made on; 0 for what is not there. */
  readonly expected: Readonly<Record<string, number>>;
  /** Resources of the project that the document says nothing of; they are left alone. */
  readonly unlisted: readonly string[];
}

/**
 * Plans the way from a project to a document.
 *
 * Shape:  no steps where they agree. Percentages without stored ranges are an edit of the present split, ranges that the document brings
 *         are taken at their word. On and off and stops of what is there already are drift: told, and a step only where asked. What the
 *         document does not name stays, unless `prune` is asked for.
 * Errors: none thrown; what no operation can do is an issue at its place in the document.
 * Source: ADR-0015.
 */
export function planDocument(present: PresentProject, wanted: FlagDocument, options: PlanOptions): DocumentPlan {
  const segments = Object.entries(wanted.segments ?? {}).map(([key, segment]) =>
    planSegment(key, segment, present.segments.get(key), options),
  );
  const flags = Object.entries(wanted.flags).map(([key, flag]) => planFlag(key, flag, present, options));
  const listed = [planContext(wanted.context, present.context, options), ...segments, ...flags];
  const unlisted = unlistedIn(present, wanted);
  const steps = [...listed.flatMap((one) => one.steps), ...(options.prune ? unlisted.flatMap(pruneStep) : [])];
  return {
    steps,
    expected: expectedOf(steps, present),
    drift: listed.flatMap((one) => one.drift),
    issues: [...missingEnvironments(present, wanted), ...listed.flatMap((one) => one.issues)],
    unlisted: options.prune ? [] : unlisted,
  };
}

function unlistedIn(present: PresentProject, wanted: FlagDocument): string[] {
  const flags = [...present.flags.values()].flatMap(({ key, archived, environments }) => {
    if (archived) return [];
    const listed = Object.hasOwn(wanted.flags, key) ? wanted.flags[key] : undefined;
    if (listed === undefined) return [`flags/${key}`];
    return unlistedBlocks(`flags/${key}`, environments, listed.environments);
  });
  const segments = [...present.segments.values()].flatMap(({ key, environments }) => {
    const listed = wanted.segments !== undefined && Object.hasOwn(wanted.segments, key) ? wanted.segments[key] : undefined;
    return listed === undefined ? [`segments/${key}`] : unlistedBlocks(`segments/${key}`, environments, listed.environments);
  });
  const context = wanted.context === undefined && present.context.declaration !== null ? ["context"] : [];
  return [...context, ...flags, ...segments];
}

function unlistedBlocks(resource: string, present: object, listed: object = {}): string[] {
  return Object.keys(present)
    .filter((environment) => !Object.hasOwn(listed, environment))
    .map((environment) => `${resource}/environments/${environment}`);
}

function pruneStep(resource: string): PlanStep[] {
  const [noun, key = "", , environment] = resource.split("/");
  const at = "";
  if (noun === "context") return [{ at, operation: { kind: "declare-context", context: null } }];
  if (noun === "flags")
    return [
      {
        at,
        operation:
          environment === undefined
            ? { kind: "archive-flag", flag: key }
            : { kind: "remove-environment", flag: key, environment },
      },
    ];
  if (environment === undefined) return [{ at, operation: { kind: "remove-segment", segment: key } }];
  return [{ at, operation: { kind: "set-segment", segment: key, environment, config: null } }];
}

/** Whoever edited one of these since is not overwritten: the server refuses the whole change then. */
function expectedOf(steps: readonly PlanStep[], present: PresentProject): Record<string, number> {
  const expected = new Map<string, number>();
  for (const { operation } of steps) {
    if (operation.kind === "declare-context") {
      expected.set("context", present.context.revision);
      continue;
    }
    const isFlag = "flag" in operation;
    const record = isFlag ? present.flags.get(operation.flag) : present.segments.get(operation.segment);
    const resource = isFlag ? `flags/${operation.flag}` : `segments/${operation.segment}`;
    expected.set(resource, record?.revision ?? 0);
    for (const environment of environmentsOf(operation)) {
      const block = record?.environments[environment];
      expected.set(`${resource}/environments/${environment}`, (typeof block === "object" ? block.revision : block) ?? 0);
    }
  }
  return Object.fromEntries(expected);
}

function environmentsOf(operation: Operation): readonly string[] {
  if ("environment" in operation) return [operation.environment];
  return "environments" in operation ? operation.environments : [];
}

function missingEnvironments(present: PresentProject, wanted: FlagDocument) {
  const named = [
    ...Object.entries(wanted.segments ?? {}).flatMap(([key, { environments = {} }]) =>
      Object.keys(environments).map((environment) => ({ environment, at: segmentPointer(key, environment) })),
    ),
    ...Object.entries(wanted.flags).flatMap(([key, { environments = {} }]) =>
      Object.keys(environments).map((environment) => ({ environment, at: flagPointer(key, environment) })),
    ),
  ];
  const first = new Map(named.reverse().map(({ environment, at }) => [environment, at]));
  return [...first]
    .filter(([environment]) => !present.environments.includes(environment))
    .map(([environment, at]) =>
      issueAt(
        at,
        "missing-environment",
        `the project has no environment ${environment}`,
        `create it first: dimmer environments create ${environment}`,
      ),
    );
}
