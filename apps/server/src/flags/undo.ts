/** The three undos: one change, one flag, a whole environment. Each is a change like any other. */

import type { FlagEnvironment, Issue, SegmentEnvironment } from "@dimmer/evaluation";
import { type ChangeResult, type Operation, ProblemError } from "@dimmer/protocol";
import type { ChangeRecord, FlagRecord, RevisionRecord, SegmentRecord, StoreReader } from "../storage/store.ts";
import { applyPlanned, type Author, type ChangeOrder, type ChangePorts } from "./apply-change.ts";
import { findConflicts } from "./find-conflicts.ts";
import { requireRevision } from "./list-history.ts";
import { loadState } from "./load-state.ts";
import { blockOf } from "./project-state.ts";
import { refusal } from "./refusal.ts";
import { isSameJson } from "./same-json.ts";

export interface UndoAbout {
  readonly project: string;
  readonly reason?: string | null;
  readonly source?: string;
  readonly dryRun?: boolean;
}

export interface UndoOrder extends UndoAbout {
  readonly change: string;
  /** Although it was edited since. */
  readonly force?: boolean;
}

/**
 * Undoes one change by its inverse operations. Undoing a kill is a restore, undoing a restore is a kill, undoing an undo
 * does the change again.
 *
 * Shape:  what was edited since and is not touched by the inverse stays.
 * Errors: `ProblemError`: not-found; conflict where it is undone already, has nothing to undo, or was edited since (each place and
 *         by whom in the issues; `force` undoes all the same); and those of `applyChange`.
 */
export async function undoChange(ports: ChangePorts, author: Author, order: UndoOrder): Promise<ChangeResult> {
  return await applyPlanned(ports, author, order.project, (tx) => planUndo(tx, order, ports.clock()));
}

/**
 * The order that undoes a change, from what the store holds at this time.
 *
 * Errors: those of `undoChange`, without those of `applyChange`.
 */
export async function planUndo(reader: StoreReader, order: UndoOrder, at: number): Promise<ChangeOrder> {
  const change = await requireUndoable(reader, order.project, order.change);
  if (order.force !== true) await refuseConflicts(reader, change, at);
  return { ...about(order), operations: change.inverse, undoes: change.id };
}

/**
 * Takes one flag in one environment back to what it was at a revision, stored ranges and published versions included.
 *
 * Shape:  kill and stops stay as they are now. An archived flag that served then comes back, in its other environments too,
 *         which a warning says.
 * Errors: `ProblemError`: not-found for an unknown revision; conflict where there is nothing to take back; those of `applyChange`.
 */
export async function undoFlag(
  ports: ChangePorts,
  author: Author,
  order: UndoAbout & { readonly flag: string; readonly environment: string; readonly revision: number },
): Promise<ChangeResult> {
  return await applyPlanned(ports, author, order.project, async (tx) => {
    const { project, flag, environment } = order;
    const record = await tx.getFlag(project, flag);
    if (record === null) throw refusal("not-found", "/flag", `Project ${project} has no flag "${flag}".`, "Check the key.");
    const revision = await requireRevision(tx, { project, environment, kind: "flag", key: flag }, order.revision);
    const operations = takeFlagBack(record, environment, revision.config as FlagEnvironment | null);
    return {
      ...about(order),
      operations: refuseNone(operations, `${flag} in ${environment} is as it was at revision ${order.revision}.`),
      issues: warnUnarchived([record], environment, operations),
    };
  });
}

/**
 * Takes every flag and segment of an environment back to a version of it, in one change.
 *
 * Shape:  kill and stops stay as they are now. An archived flag that served then comes back, in its other environments too,
 *         which a warning says; moves tell what the reversal costs.
 * Errors: `ProblemError`: not-found for an unknown version; conflict where nothing differs; those of `applyChange`.
 */
export async function undoEnvironment(
  ports: ChangePorts,
  author: Author,
  order: UndoAbout & { readonly environment: string; readonly version: number },
): Promise<ChangeResult> {
  return await applyPlanned(ports, author, order.project, async (tx) => {
    const { project, environment, version } = order;
    await requireVersion(tx, project, environment, version);
    const past = pastConfigs(await tx.listRevisionsAt(project, environment, version));
    const flags = await tx.listFlags(project);
    const segments = await tx.listSegments(project);
    const operations = [
      ...segments.flatMap((record) => takeSegmentBack(record, environment, past.segment(record.key))),
      ...flags.flatMap((record) => takeFlagBack(record, environment, past.flag(record.key))),
    ];
    const issues = warnUnarchived(flags, environment, operations);
    return { ...about(order), operations: refuseNone(operations, `${environment} is as it was at version ${version}.`), issues };
  });
}

function about({ project, reason, source, dryRun }: UndoAbout) {
  return { project, reason: reason ?? null, source: source ?? "api", ...(dryRun === undefined ? {} : { dryRun }) };
}

async function requireUndoable(reader: StoreReader, project: string, id: string): Promise<ChangeRecord> {
  const change = await reader.getChange(project, id);
  if (change === null) throw new ProblemError("not-found", `There is no change ${id} in project ${project}.`);
  if (change.undoneBy !== null) {
    throw refusal("conflict", "", `Change ${id} was undone by ${change.undoneBy}.`, "Undo that one to do it again.");
  }
  if (change.inverse.length === 0) throw refusal("conflict", "", `Change ${id} has nothing to undo.`, "Nothing to do.");
  return change;
}

async function refuseConflicts(reader: StoreReader, change: ChangeRecord, at: number): Promise<void> {
  const resources = change.effects.map((effect) => effect.resource);
  const state = await loadState(reader, { project: change.project, operations: change.inverse, resources, at });
  const issues = await findConflicts(reader, state, change);
  const first = issues[0];
  if (first === undefined) return;
  throw new ProblemError("conflict", `Change ${change.id} cannot simply be undone. ${first.message} ${first.mend}`, { issues });
}

function refuseNone(operations: readonly Operation[], why: string): readonly Operation[] {
  if (operations.length === 0) throw refusal("conflict", "", why, "Nothing to do.");
  return operations;
}

async function requireVersion(reader: StoreReader, project: string, environment: string, version: number): Promise<void> {
  const record = await reader.getEnvironment(project, environment);
  if (record === null) throw new ProblemError("not-found", `Project ${project} has no environment "${environment}".`);
  if (version <= record.version) return;
  throw new ProblemError("not-found", `${environment} has not reached version ${version}; it is at ${record.version}.`);
}

/** What stood at the version, by what and whose it was; null where there was nothing. */
function pastConfigs(revisions: readonly RevisionRecord[]) {
  const configs = new Map(revisions.map(({ kind, key, config }) => [`${kind}/${key}`, config]));
  return {
    flag: (key: string) => (configs.get(`flag/${key}`) ?? null) as FlagEnvironment | null,
    segment: (key: string) => (configs.get(`segment/${key}`) ?? null) as SegmentEnvironment | null,
  };
}

function takeFlagBack(record: FlagRecord, environment: string, past: FlagEnvironment | null): Operation[] {
  const flag = record.key;
  const present = blockOf(record, environment)?.config;
  if (past === null) {
    return present === undefined || record.archivedAt !== null ? [] : [{ kind: "remove-environment", flag, environment }];
  }
  const config = forPresentVariants(record, past);
  const isSame = present !== undefined && isSameJson(restorable(forPresentVariants(record, present)), restorable(config));
  return [
    ...(record.archivedAt === null ? [] : [{ kind: "unarchive-flag" as const, flag }]),
    ...(isSame ? [] : [{ kind: "configure-environment" as const, flag, environment, config }]),
  ];
}

/** What an undo takes back: neither kill nor stops, and pin epochs never go down. */
function restorable({ enabled: _enabled, stopped: _stopped, pinEpochs: _pinEpochs, ...config }: FlagEnvironment): unknown {
  return config;
}

/** Numbers kept for variants that have since been removed go; a rule that still names one is refused when it is validated. */
function forPresentVariants(record: FlagRecord, config: FlagEnvironment): FlagEnvironment {
  const isPresent = ([variant]: readonly [string, unknown]): boolean => Object.hasOwn(record.variants, variant);
  const { published, pinEpochs, stopped, ...rest } = config;
  const stops = stopped?.filter((variant) => Object.hasOwn(record.variants, variant));
  return {
    ...rest,
    ...(published === undefined ? {} : { published: Object.fromEntries(Object.entries(published).filter(isPresent)) }),
    ...(pinEpochs === undefined ? {} : { pinEpochs: Object.fromEntries(Object.entries(pinEpochs).filter(isPresent)) }),
    ...(stops === undefined || stops.length === 0 ? {} : { stopped: stops }),
  };
}

function takeSegmentBack(record: SegmentRecord, environment: string, past: SegmentEnvironment | null): Operation[] {
  const segment = record.key;
  const present = blockOf(record, environment)?.config;
  if (past === null) return present === undefined ? [] : [{ kind: "set-segment", segment, environment, config: null }];
  if (record.removedAt !== null) {
    const definition = { ...record.definition, environments: { [environment]: past } };
    return [{ kind: "create-segment", segment, definition }];
  }
  return isSameJson(present, past) ? [] : [{ kind: "set-segment", segment, environment, config: past }];
}

function warnUnarchived(flags: readonly FlagRecord[], environment: string, operations: readonly Operation[]): Issue[] {
  const back = new Set(operations.flatMap((operation) => (operation.kind === "unarchive-flag" ? [operation.flag] : [])));
  return flags.flatMap(({ key, environments }): Issue[] => {
    const others = Object.keys(environments).filter((name) => name !== environment);
    if (!back.has(key) || others.length === 0) return [];
    const message = `${key} was archived and comes back, in ${others.join(", ")} too.`;
    const mend = `Remove it from ${others.join(", ")} where it is not wanted.`;
    return [{ path: "", code: "unarchived", message, mend, severity: "warning" }];
  });
}
