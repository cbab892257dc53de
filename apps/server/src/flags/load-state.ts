/** Reads from the store what a change needs to know: no more than its operations name and depend on. */

import type { FlagEnvironment, SegmentEnvironment } from "@dimmer/evaluation";
import { type Operation, type OperationKind, ProblemError } from "@dimmer/protocol";
import { sheetOf } from "../prices/edit-prices.ts";
import type { FlagRecord, RevisionRecord, SegmentRecord, StoreReader, ValueVersionRecord } from "../storage/store.ts";
import { loadSnippets } from "./known-snippets.ts";
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
 * Shape:  named flags and segments, where references across the project must be checked whoever may refer and what is referred to,
 *         value versions where values are read, and what is left of blocks that may come back.
 * Errors: `ProblemError("not-found")` for a project that is not there.
 */
export async function loadState(reader: StoreReader, order: LoadOrder): Promise<ProjectState> {
  const { project, operations, at } = order;
  if ((await reader.getProject(project)) === null) throw new ProblemError("not-found", `There is no project "${project}".`);
  const environments = await reader.listEnvironments(project);
  const flags = await loadFlags(reader, order);
  const expects = flags.some(({ definition }) => definition.expect !== undefined) || order.operations.some(bringsExpectations);
  const segments = await loadSegments(reader, order, expects && !isFree(order.operations));
  const bare: ProjectState = {
    project,
    at,
    environments: new Map(environments.map((environment) => [environment.key, environment])),
    prices: isFree(operations) ? { project, outputLimitUsd: null, prices: [] } : await sheetOf(reader, project),
    snippets: await loadSnippets(reader, project, operations, flags),
    context: (await reader.getContext(project)) ?? { project, revision: 0, declaration: null },
    flags: new Map(flags.map((flag) => [flag.key, flag])),
    segments: new Map(segments.map((segment) => [segment.key, segment])),
    versions: await loadVersions(reader, project, operations),
    former: new Map(),
  };
  return { ...bare, former: await loadFormer(reader, bare, operations) };
}

/** These look at what the flag requires, or at who requires it. */
const LOOKS_AT_REQUIRES: ReadonlySet<OperationKind> = new Set<OperationKind>([
  "archive-flag",
  "unarchive-flag",
  "set-requires",
  "remove-variant",
  "remove-environment",
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
  "own-segment",
  "release-segment",
  "declare-context",
]);
const LOOKS_AT_VALUES: ReadonlySet<OperationKind> = new Set<OperationKind>([
  "update-flag",
  "add-variant",
  "update-variant",
  "remove-variant",
  "draft-value",
  "publish",
]);

async function loadFlags(reader: StoreReader, order: LoadOrder): Promise<readonly FlagRecord[]> {
  const { project, operations, resources = [] } = order;
  // What is declared reaches every condition there is.
  if (operations.some(({ kind }) => kind === "declare-context")) return await reader.listFlags(project);
  const looksAtRequires = operations.some(
    (operation) => LOOKS_AT_REQUIRES.has(operation.kind) || broughtBy(operation).length > 0,
  );
  const expecting = isFree(operations) ? [] : await reader.listFlags(project, { naming: "expect", archived: false });
  const others = [
    ...expecting,
    ...(looksAtRequires ? await reader.listFlags(project, { naming: "requires" }) : []),
    ...(operations.some(takesSegmentAway) ? await reader.listFlags(project, { naming: "segment" }) : []),
  ];
  const found = new Map(others.map((record) => [record.key, record]));
  const named = operations.flatMap((operation) => ("flag" in operation ? [operation.flag] : []));
  const asked = resources.flatMap((resource) => (resource.startsWith("flags/") ? [resource.split("/")[1] ?? ""] : []));
  await addFlags(reader, project, found, [...named, ...asked]);
  const bringing = operations.flatMap((operation) => (bringsExpectations(operation) ? [operation.flag] : []));
  await addRequired(reader, project, found, [...expecting.map(({ key }) => key), ...bringing]);
  if (looksAtRequires) await addFlags(reader, project, found, required(found, [...named, ...asked], operations));
  return [...found.values()];
}

function takesSegmentAway(operation: Operation): boolean {
  return operation.kind === "remove-segment" || (operation.kind === "set-segment" && operation.config === null);
}

/** Kills, stops and restores are never held up, so nothing is read for them. */
function isFree(operations: readonly Operation[]): boolean {
  return operations.every(({ kind }) => kind === "kill" || kind === "stop" || kind === "restore");
}

/** What flags that expect something require, and what that requires in turn: an expectation is decided by all of it. */
async function addRequired(
  reader: StoreReader,
  project: string,
  found: Map<string, FlagRecord>,
  from: readonly string[],
): Promise<void> {
  const seen = new Set<string>();
  let front = from;
  while (front.length > 0) {
    await addFlags(reader, project, found, front);
    for (const key of front) seen.add(key);
    const blocks = front.flatMap((key) => Object.values(found.get(key)?.environments ?? {}));
    front = [...new Set(blocks.flatMap(({ config }) => requiredBy(config)))].filter((key) => !seen.has(key));
  }
}

/** Not parsed yet: whether there is anything is enough. */
function bringsExpectations(operation: Operation): operation is Extract<Operation, { kind: "update-flag" | "create-flag" }> {
  if (operation.kind === "update-flag") return operation.fields.expect !== undefined;
  return operation.kind === "create-flag" && operation.definition.expect !== undefined;
}

async function addFlags(
  reader: StoreReader,
  project: string,
  found: Map<string, FlagRecord>,
  keys: readonly string[],
): Promise<void> {
  for (const key of new Set(keys)) {
    const record = found.has(key) ? null : await reader.getFlag(project, key);
    if (record !== null) found.set(key, record);
  }
}

/** What the flags of the change require, or would: whoever requires something itself is among `found` already. */
function required(
  found: ReadonlyMap<string, FlagRecord>,
  keys: readonly string[],
  operations: readonly Operation[],
): readonly string[] {
  const blocks = keys.flatMap((key) => Object.values(found.get(key)?.environments ?? {}));
  return [...blocks.flatMap(({ config }) => requiredBy(config)), ...operations.flatMap(broughtBy)];
}

/** The flags that an operation would make another require. Not parsed yet, so that nothing else is looked at. */
function broughtBy(operation: Operation): readonly string[] {
  if (operation.kind === "set-requires") return requiredBy(operation);
  if (operation.kind === "configure-environment") return requiredBy(operation.config);
  if (operation.kind !== "create-flag") return [];
  const environments: unknown = operation.definition.environments;
  return typeof environments === "object" && environments !== null ? Object.values(environments).flatMap(requiredBy) : [];
}

function requiredBy(config: unknown): readonly string[] {
  const requires: unknown = typeof config === "object" && config !== null && "requires" in config ? config.requires : undefined;
  if (!Array.isArray(requires)) return [];
  return requires.flatMap((one: unknown) => {
    const flag: unknown = typeof one === "object" && one !== null && "flag" in one ? one.flag : undefined;
    return typeof flag === "string" ? [flag] : [];
  });
}

async function loadSegments(
  reader: StoreReader,
  { project, operations, resources = [] }: LoadOrder,
  isNeeded: boolean,
): Promise<readonly SegmentRecord[]> {
  const isAsked = isNeeded || resources.some((resource) => resource.startsWith("segments/"));
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
