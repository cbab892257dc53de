/** What conditions ask of segments: they exist, nobody loses one, no cycle, no chain that is too long. */

import { type Issue, LIMITS } from "@dimmer/evaluation";
import type { FlagRecord, SegmentRecord } from "../storage/store.ts";
import { longestChain } from "./check-requires.ts";
import type { Finding } from "./locate-issue.ts";
import {
  blockOf,
  flagEnvironmentResource,
  flagResource,
  type ProjectState,
  segmentEnvironmentResource,
  segmentResource,
} from "./project-state.ts";
import { type NamedSegments, segmentNames, segmentsOfBlock, segmentsOfVariants } from "./segment-names.ts";

/**
 * Shape:  findings by resource, over the state after the change. A segment that is not there is an error; one without a
 *         block in the environment is a warning, as what asks for it is unknown there and does not match. Taking the block
 *         away from under an `only` is an error, as nobody would get the variant any more.
 * Errors: none thrown.
 */
export function checkSegments(before: ProjectState, after: ProjectState): Finding[] {
  const flags = [...after.flags.values()].filter(
    (record) => record !== before.flags.get(record.key) && record.archivedAt === null,
  );
  const segments = [...after.segments.values()].filter((record) => record !== before.segments.get(record.key));
  return [
    ...flags.flatMap((record) => checkFlag(before, after, record)),
    ...segments.flatMap((record) => [
      ...checkRemoved(after, record),
      ...checkLeft(before, after, record),
      ...checkNested(after, record),
    ]),
  ];
}

/** Only names that this change brought: the others were checked when they came, and nobody can lose one since. */
function checkFlag(before: ProjectState, after: ProjectState, record: FlagRecord): Finding[] {
  const was = before.flags.get(record.key);
  const old = was === undefined || was.archivedAt !== null ? new Set<string>() : new Set(namesIn(was));
  const isNew = (name: string): boolean => !old.has(name);
  const everywhere = [...segmentsOfVariants(record)].flatMap(([path, names]) => {
    return names.filter(isNew).flatMap((name) => missing(after, flagResource(record.key), path, name, null));
  });
  const blocks = Object.entries(record.environments).flatMap(([environment, { config }]) => {
    const resource = flagEnvironmentResource(record.key, environment);
    return [...segmentsOfBlock(config)].flatMap(([path, names]) =>
      names.filter(isNew).flatMap((name) => missing(after, resource, path, name, environment)),
    );
  });
  return [...everywhere, ...blocks];
}

function missing(state: ProjectState, resource: string, path: string, name: string, environment: string | null): Finding[] {
  const segment = state.segments.get(name);
  if (segment === undefined || segment.removedAt !== null) {
    return [
      finding(
        resource,
        path,
        "segment-missing",
        `There is no segment "${name}".`,
        "Create it first, or correct the name.",
        "error",
      ),
    ];
  }
  if (environment === null || blockOf(segment, environment) !== undefined) return [];
  const message = `Segment "${name}" has no block in ${environment}: what asks for it is unknown there and does not match.`;
  return [finding(resource, path, "segment-not-configured", message, `Set the segment in ${environment}.`, "warning")];
}

function checkRemoved(state: ProjectState, record: SegmentRecord): Finding[] {
  if (record.removedAt === null) return [];
  const flags = [...state.flags.values()].filter((flag) => flag.archivedAt === null && namesIn(flag).includes(record.key));
  const segments = [...state.segments.values()].filter(
    (other) => other.removedAt === null && nestedNames(other).includes(record.key),
  );
  const users = [...flags.map(({ key }) => `flag ${key}`), ...segments.map(({ key }) => `segment ${key}`)];
  if (users.length === 0) return [];
  const message = `Segment "${record.key}" is still asked for by ${users.join(", ")}.`;
  return [finding(segmentResource(record.key), "", "referenced", message, "Take it out of their conditions first.", "error")];
}

/** The environments that the segment leaves, and who asks for it there. */
function checkLeft(before: ProjectState, state: ProjectState, record: SegmentRecord): Finding[] {
  if (record.removedAt !== null) return [];
  const left = Object.keys(before.segments.get(record.key)?.environments ?? {}).filter(
    (environment) => blockOf(record, environment) === undefined,
  );
  return left.flatMap((environment) => {
    const { conditions, onlys } = usersOf(state, environment, record.key);
    const resource = segmentEnvironmentResource(record.key, environment);
    const segment = `Segment "${record.key}" leaves ${environment}`;
    const nobody = `${segment}, and nobody there could get what the ${onlys.join(", the ")} keeps for it.`;
    const unknown = `${segment}: ${conditions.join(", ")} asks for it there, which is then unknown and does not match.`;
    return [
      ...(onlys.length === 0
        ? []
        : [finding(resource, "", "segment-not-configured", nobody, "Take it out of their `only` first.", "error")]),
      ...(conditions.length === 0
        ? []
        : [finding(resource, "", "segment-not-configured", unknown, `Set the segment in ${environment}.`, "warning")]),
    ];
  });
}

/** Flags that ask for the segment in an environment, themselves or through other segments. */
function usersOf(state: ProjectState, environment: string, key: string) {
  const reached = new Set([key]);
  // A set that grows while it is walked: those that ask for one that was found are found next.
  for (const found of reached) {
    for (const [other, record] of state.segments) {
      if (segmentNames(blockOf(record, environment)?.config.when).includes(found)) reached.add(other);
    }
  }
  const isAsked = (names: readonly string[]): boolean => names.some((name) => reached.has(name));
  const placesOf = (named: NamedSegments) => [...named].flatMap(([path, names]) => (isAsked(names) ? [path.split("/")] : []));
  const users = [...state.flags.values()].flatMap((record) => {
    const block = record.archivedAt === null ? blockOf(record, environment) : undefined;
    return block === undefined ? [] : [{ record, config: block.config }];
  });
  return {
    conditions: users.flatMap(({ record, config }) =>
      placesOf(segmentsOfBlock(config)).map(
        ([, part, id]) => `${part === "rules" ? `rule ${id}` : "the fallback"} of ${record.key}`,
      ),
    ),
    onlys: users.flatMap(({ record }) =>
      placesOf(segmentsOfVariants(record)).map(([, , variant]) => `only of ${record.key}:${variant}`),
    ),
  };
}

function checkNested(state: ProjectState, record: SegmentRecord): Finding[] {
  return Object.entries(record.environments).flatMap(([environment, { config }]) => {
    const resource = segmentEnvironmentResource(record.key, environment);
    const unknown = segmentNames(config.when).flatMap((name) => missing(state, resource, "/when", name, environment));
    const problem = chainProblem(state, environment, record.key);
    return problem === undefined
      ? unknown
      : [...unknown, finding(resource, "/when", "segment-chain", problem, "Break the chain.", "error")];
  });
}

function chainProblem(state: ProjectState, environment: string, start: string): string | undefined {
  const nested = (key: string) => segmentNames(blockOf(state.segments.get(key), environment)?.config.when);
  const down = longestChain(start, nested);
  if ("cycle" in down) return `These segments ask for each other: ${down.cycle.join(" → ")}.`;
  const users = (key: string) => [...state.segments.keys()].filter((other) => nested(other).includes(key));
  const up = longestChain(start, users);
  const length = "cycle" in up ? Number.POSITIVE_INFINITY : up.length + down.length - 1;
  return length <= LIMITS.chain
    ? undefined
    : `A chain of ${length} segments through "${start}"; at most ${LIMITS.chain} are followed.`;
}

function nestedNames(record: SegmentRecord): readonly string[] {
  return Object.values(record.environments).flatMap(({ config }) => segmentNames(config.when));
}

function namesIn(record: FlagRecord): readonly string[] {
  const places: NamedSegments[] = [
    segmentsOfVariants(record),
    ...Object.values(record.environments).map(({ config }) => segmentsOfBlock(config)),
  ];
  return places.flatMap((place) => [...place.values()].flat());
}

function finding(
  resource: string,
  path: string,
  code: string,
  message: string,
  mend: string,
  severity: Issue["severity"],
): Finding {
  return { resource, issue: { path, code, message, mend, severity } };
}
