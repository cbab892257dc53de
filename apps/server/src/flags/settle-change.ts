/** Compares the project before and after all operations: counts revisions, floors pin epochs, and says which environments moved. */

import { type FlagEnvironment, type SegmentEnvironment, travellingAttributes } from "@dimmer/evaluation";
import type { ContextRecord } from "../storage/context-record.ts";
import type { FlagEnvironmentRecord, FlagRecord, SegmentRecord, ValueVersionRecord } from "../storage/store.ts";
import { settlePinEpochs } from "./pin-epochs.ts";
import { blockOf, flagEnvironmentResource, type ProjectState, segmentEnvironmentResource } from "./project-state.ts";
import { isSameJson } from "./same-json.ts";

/** What one flag or segment became in one environment; null where it left it. */
export interface SettledBlock {
  readonly kind: "flag" | "segment";
  readonly key: string;
  readonly environment: string;
  readonly revision: number;
  readonly config: FlagEnvironment | SegmentEnvironment | null;
}

export interface SettledChange {
  /** The state after, with its revisions and pin epochs. */
  readonly state: ProjectState;
  /** Undefined where it stays as it was. */
  readonly context: ContextRecord | undefined;
  /** Whether what snapshots hold of the declaration became something else. */
  readonly isDeclaredAnew: boolean;
  readonly flags: readonly FlagRecord[];
  readonly segments: readonly SegmentRecord[];
  readonly values: readonly ValueVersionRecord[];
  readonly blocks: readonly SettledBlock[];
}

/**
 * Shape:  records that changed, with a revision more; a block's revision goes on where it ended when it was there before.
 *         An edit of what every environment shares raises the revision of each block that it reaches; description, tags,
 *         links, purpose, owner, lifetime, schema and the owning file reach none, as no snapshot holds them.
 * Errors: none.
 * Source: ADR-0006.
 */
export function settleChange(before: ProjectState, after: ProjectState): SettledChange {
  const flags = [...after.flags.values()].filter((record) => record !== before.flags.get(record.key));
  const segments = [...after.segments.values()].filter((record) => record !== before.segments.get(record.key));
  const settledFlags = flags.map((record) => settleFlag(before, record));
  const settledSegments = segments.map((record) => settleSegment(before, record));
  const settled = [...settledFlags, ...settledSegments];
  const changedFlags = settledFlags.flatMap(({ record, isChanged }) => (isChanged ? [record] : []));
  const changedSegments = settledSegments.flatMap(({ record, isChanged }) => (isChanged ? [record] : []));
  const context = settleContext(before.context, after.context);
  return {
    state: {
      ...after,
      context: context ?? before.context,
      flags: overlay(before.flags, after.flags, changedFlags),
      segments: overlay(before.segments, after.segments, changedSegments),
    },
    context,
    isDeclaredAnew: !isSameJson(travelling(before), travelling(after)),
    flags: changedFlags,
    segments: changedSegments,
    values: newValues(before, after),
    blocks: settled.flatMap(({ blocks }) => blocks),
  };
}

/** Records that an operation touched and left the same stay the very records they were. */
function overlay<R extends { readonly key: string }>(
  before: ReadonlyMap<string, R>,
  after: ReadonlyMap<string, R>,
  changed: readonly R[],
): ReadonlyMap<string, R> {
  const all = new Map([...after].map(([key, record]) => [key, before.get(key) ?? record] as const));
  for (const record of changed) all.set(record.key, record);
  return all;
}

function settleContext(before: ContextRecord, after: ContextRecord): ContextRecord | undefined {
  if (isSameJson(before.declaration, after.declaration)) return undefined;
  return { ...after, revision: before.revision + 1 };
}

/** What of the declaration a snapshot holds. */
const travelling = ({ context }: ProjectState): unknown => travellingAttributes(context.declaration);

interface Settled<R> {
  readonly record: R;
  readonly isChanged: boolean;
  readonly blocks: readonly SettledBlock[];
}

function settleFlag(state: ProjectState, after: FlagRecord): Settled<FlagRecord> {
  const before = state.flags.get(after.key);
  const isReached = before === undefined || !isSameJson(reachOf(before), reachOf(after));
  const isShared = before === undefined || !isSameJson(sharedOf(before), sharedOf(after));
  const environments: Record<string, FlagEnvironmentRecord> = {};
  const blocks: SettledBlock[] = [];
  for (const [environment, { config: edited }] of Object.entries(after.environments)) {
    const present = blockOf(before, environment);
    const config = present === undefined ? edited : settlePinEpochs(present.config, edited);
    const isSame = present !== undefined && !isReached && isSameJson(present.config, config);
    const former = state.former.get(flagEnvironmentResource(after.key, environment));
    environments[environment] = isSame ? present : { revision: (present?.revision ?? former?.revision ?? 0) + 1, config };
    const { revision } = environments[environment];
    if (!isSame)
      blocks.push({ kind: "flag", key: after.key, environment, revision, config: after.archivedAt === null ? config : null });
  }
  blocks.push(...removedBlocks("flag", before, after));
  const isChanged = isShared || blocks.length > 0;
  const revision = (before?.revision ?? 0) + (isShared ? 1 : 0);
  return { record: { ...after, revision, environments, updatedAt: state.at }, isChanged, blocks };
}

/** What of a flag's shared fields a snapshot holds. */
function reachOf(record: FlagRecord): unknown {
  const { type, audience = "server" } = record.definition;
  const variants = Object.entries(record.variants).map(([name, { only }]) => ({ name, only }));
  return { type, audience, isArchived: record.archivedAt !== null, variants };
}

function sharedOf({ definition, variants, archivedAt, file }: FlagRecord): unknown {
  return { definition, file, variants: Object.entries(variants), isArchived: archivedAt !== null };
}

function settleSegment(state: ProjectState, after: SegmentRecord): Settled<SegmentRecord> {
  const before = state.segments.get(after.key);
  const isShared =
    before === undefined ||
    !isSameJson(before.definition, after.definition) ||
    !isSameJson(before.file, after.file) ||
    (before.removedAt === null) !== (after.removedAt === null);
  const environments: Record<string, SegmentRecord["environments"][string]> = {};
  const blocks: SettledBlock[] = [];
  for (const [environment, { config }] of Object.entries(after.environments)) {
    const present = blockOf(before, environment);
    const isSame = present !== undefined && isSameJson(present.config, config);
    const former = state.former.get(segmentEnvironmentResource(after.key, environment));
    const revision = (present?.revision ?? former?.revision ?? 0) + (isSame ? 0 : 1);
    environments[environment] = { revision, config };
    if (!isSame) blocks.push({ kind: "segment", key: after.key, environment, revision, config });
  }
  blocks.push(...removedBlocks("segment", before, after));
  const revision = (before?.revision ?? 0) + (isShared ? 1 : 0);
  return { record: { ...after, revision, environments, updatedAt: state.at }, isChanged: isShared || blocks.length > 0, blocks };
}

type Blocks = { readonly key: string; readonly environments: Readonly<Record<string, { readonly revision: number }>> };

function removedBlocks(kind: SettledBlock["kind"], before: Blocks | undefined, after: Blocks): SettledBlock[] {
  return Object.entries(before?.environments ?? {})
    .filter(([environment]) => !Object.hasOwn(after.environments, environment))
    .map(([environment, { revision }]) => ({ kind, key: after.key, environment, revision: revision + 1, config: null }));
}

function newValues(before: ProjectState, after: ProjectState): ValueVersionRecord[] {
  return [...after.versions].flatMap(([flag, versions]) => versions.slice(before.versions.get(flag)?.length ?? 0));
}
