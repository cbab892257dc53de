/** Reads from the store what a change needs to know: no more than its operations name, unless one looks at the whole project. */

import type { FlagEnvironment, SegmentEnvironment } from "@dimmer/evaluation";
import { type Operation, type OperationKind, ProblemError } from "@dimmer/protocol";
import type { FlagRecord, RevisionRecord, SegmentRecord, StoreReader, ValueVersionRecord } from "../storage/store.ts";
import { flagEnvironmentResource, type FormerBlock, type ProjectState, segmentEnvironmentResource } from "./project-state.ts";

export interface LoadOrder {
  readonly project: string;
  readonly operations: readonly Operation[];
  /** Resources that `expected` or an undo asks about beside those the operations name. */
  readonly resources?: readonly string[];
  readonly at: number;
}

/**
 * The state that the pure core works on.
 *
 * Shape:  named flags and segments, whole lists where references across the project must be checked, value versions where values
 *         are read, and what is left of blocks that may come back.
 * Errors: `ProblemError("not-found")` for a project that is not there.
 */
export async function loadState(reader: StoreReader, order: LoadOrder): Promise<ProjectState> {
  const { project, operations, at } = order;
  if ((await reader.getProject(project)) === null) throw new ProblemError("not-found", `There is no project "${project}".`);
  const environments = await reader.listEnvironments(project);
  const flags = await loadFlags(reader, order);
  const segments = await loadSegments(reader, order);
  const bare: ProjectState = {
    project,
    at,
    environments: new Map(environments.map((environment) => [environment.key, environment])),
    flags: new Map(flags.map((flag) => [flag.key, flag])),
    segments: new Map(segments.map((segment) => [segment.key, segment])),
    versions: await loadVersions(reader, project, operations),
    former: new Map(),
  };
  return { ...bare, former: await loadFormer(reader, bare, operations) };
}

/** These look at who else in the project depends on the flag or segment. */
const LOOKS_AT_ALL_FLAGS: ReadonlySet<OperationKind> = new Set<OperationKind>([
  "archive-flag",
  "unarchive-flag",
  "set-requires",
  "remove-variant",
  "remove-environment",
  "remove-segment",
]);
/** These can carry conditions, and conditions name segments. */
const LOOKS_AT_SEGMENTS: ReadonlySet<OperationKind> = new Set<OperationKind>([
  "create-flag",
  "unarchive-flag",
  "configure-environment",
  "set-rule",
  "set-fallback",
  "add-variant",
  "update-variant",
  "create-segment",
  "update-segment",
  "set-segment",
  "remove-segment",
]);
const LOOKS_AT_VALUES: ReadonlySet<OperationKind> = new Set<OperationKind>([
  "update-flag",
  "add-variant",
  "update-variant",
  "remove-variant",
  "draft-value",
  "publish",
]);

async function loadFlags(
  reader: StoreReader,
  { project, operations, resources = [] }: LoadOrder,
): Promise<readonly FlagRecord[]> {
  if (operations.some((operation) => LOOKS_AT_ALL_FLAGS.has(operation.kind) || bringsRequires(operation))) {
    return await reader.listFlags(project);
  }
  const named = operations.flatMap((operation) => ("flag" in operation ? [operation.flag] : []));
  const asked = resources.flatMap((resource) => (resource.startsWith("flags/") ? [resource.split("/")[1] ?? ""] : []));
  const found: FlagRecord[] = [];
  for (const key of new Set([...named, ...asked])) {
    const record = await reader.getFlag(project, key);
    if (record !== null) found.push(record);
  }
  return found;
}

/** Not parsed yet, so that nothing but its presence is looked at. */
function bringsRequires(operation: Operation): boolean {
  if (operation.kind === "configure-environment") return operation.config.requires !== undefined;
  if (operation.kind !== "create-flag") return false;
  const environments: unknown = operation.definition.environments;
  if (typeof environments !== "object" || environments === null) return false;
  return Object.values(environments).some(
    (config: unknown) => typeof config === "object" && config !== null && "requires" in config,
  );
}

async function loadSegments(
  reader: StoreReader,
  { project, operations, resources = [] }: LoadOrder,
): Promise<readonly SegmentRecord[]> {
  const isAsked = resources.some((resource) => resource.startsWith("segments/"));
  if (!isAsked && !operations.some((operation) => LOOKS_AT_SEGMENTS.has(operation.kind))) return [];
  return await reader.listSegments(project);
}

async function loadVersions(
  reader: StoreReader,
  project: string,
  operations: readonly Operation[],
): Promise<ProjectState["versions"]> {
  const versions = new Map<string, readonly ValueVersionRecord[]>();
  for (const operation of operations) {
    if (!LOOKS_AT_VALUES.has(operation.kind) || !("flag" in operation) || versions.has(operation.flag)) continue;
    versions.set(operation.flag, await reader.listValueVersions(project, operation.flag));
  }
  return versions;
}

/** What blocks were before they were taken away, where an operation may bring one back. */
async function loadFormer(
  reader: StoreReader,
  state: ProjectState,
  operations: readonly Operation[],
): Promise<ProjectState["former"]> {
  const former = new Map<string, FormerBlock>();
  for (const { kind, key, environment, resource } of operations.flatMap((operation) => returningBlocks(state, operation))) {
    const block = lastBlock(await reader.listRevisions(state.project, environment, kind, key));
    if (block !== undefined) former.set(resource, block);
  }
  return former;
}

interface ReturningBlock {
  readonly kind: "flag" | "segment";
  readonly key: string;
  readonly environment: string;
  readonly resource: string;
}

function returningBlocks(state: ProjectState, operation: Operation): ReturningBlock[] {
  if (operation.kind === "configure-environment") {
    const { flag: key, environment } = operation;
    if (state.flags.get(key)?.environments[environment] !== undefined) return [];
    return [{ kind: "flag", key, environment, resource: flagEnvironmentResource(key, environment) }];
  }
  if (operation.kind !== "set-segment" && operation.kind !== "create-segment") return [];
  const key = operation.segment;
  const environments = operation.kind === "set-segment" ? [operation.environment] : [...state.environments.keys()];
  return environments
    .filter((environment) => state.segments.get(key)?.environments[environment] === undefined)
    .map((environment) => ({ kind: "segment", key, environment, resource: segmentEnvironmentResource(key, environment) }));
}

/** The highest revision, and the last configuration before the block went. */
export function lastBlock(revisions: readonly RevisionRecord[]): FormerBlock | undefined {
  if (revisions.length === 0) return undefined;
  const ordered = [...revisions].sort((one, other) => other.revision - one.revision);
  const config: FlagEnvironment | SegmentEnvironment | null =
    ordered.find((revision) => revision.config !== null)?.config ?? null;
  return { revision: ordered[0]?.revision ?? 0, config };
}
