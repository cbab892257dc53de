/** A snapshot made ready to be asked: flags and segments by name, compiled when first needed. */

import type { DeclaredAttributes } from "./declaration.ts";
import type { Evaluation } from "./details.ts";
import { compilePlan } from "./compile-plan.ts";
import type { BrokenPlan, Plan } from "./plan.ts";
import { compileProgram, makeAnswer } from "./program/compile-program.ts";
import type { Program } from "./program/program.ts";
import { ALWAYS_CAREFUL } from "./program/run-program.ts";
import type { Snapshot, SnapshotFlag, SnapshotSegment } from "./snapshot.ts";
import type { CompiledSegment } from "./targeting/segment.ts";

/** One flag; everything but its source appears when it is first evaluated. */
export interface CompiledFlag {
  readonly key: string;
  readonly source: SnapshotFlag;
  /** The answer for every context, where the flag has one: nothing else need be looked at. */
  constant: Evaluation | undefined;
  /** Decides for everyday contexts. */
  program: Program | undefined;
  /** Decides for all others, and is kept only where one was needed: it is ten times as big. */
  plan: Plan | BrokenPlan | undefined;
}

/**
 * All flags of one environment at one version, ready to evaluate. Swapped whole, so nobody sees half an edit.
 *
 * Shape:  `source` is the snapshot as it travels; `flags` and `segments` are safe for any key, `__proto__` included.
 */
export interface CompiledSnapshot {
  readonly source: Snapshot;
  readonly project: string;
  readonly environment: string;
  /** `project/environment`: one text for the metadata of all flags. */
  readonly flagSetId: string;
  readonly epoch: string;
  readonly version: number;
  readonly flags: ReadonlyMap<string, CompiledFlag>;
  readonly segments: ReadonlyMap<string, CompiledSegment>;
}

/** The step from one snapshot to a later one, as a patch carries it. */
export interface SnapshotUpdate {
  readonly epoch: string;
  readonly version: number;
  /** The whole declaration where it changed; null where it is gone. */
  readonly context?: DeclaredAttributes | null;
  readonly flags: Readonly<Record<string, SnapshotFlag>>;
  readonly segments: Readonly<Record<string, SnapshotSegment>>;
  readonly values: Readonly<Record<string, string>>;
  readonly removed: {
    readonly flags: readonly string[];
    readonly segments: readonly string[];
    readonly values: readonly string[];
  };
}

/**
 * Makes a snapshot ready. Cheap: flags compile one by one, when first evaluated.
 *
 * Shape:  a snapshot that `checkSnapshot` accepted → the same, ready.
 * Errors: none; a flag that turns out bad is PARSE_ERROR when asked for.
 */
export function compileSnapshot(source: Snapshot): CompiledSnapshot {
  return readySnapshot(source, mapOf(source.flags, newFlag), mapOf(source.segments, newSegment));
}

/** Applies a patch: a new snapshot, in which what did not change keeps its compiled form. */
export function updateSnapshot(compiled: CompiledSnapshot, update: SnapshotUpdate): CompiledSnapshot {
  const { context: declared, ...before } = compiled.source;
  const context = update.context === undefined ? declared : (update.context ?? undefined);
  const source: Snapshot = {
    ...before,
    epoch: update.epoch,
    version: update.version,
    ...(context === undefined ? {} : { context }),
    flags: merged(before.flags, update.flags, update.removed.flags),
    segments: merged(before.segments, update.segments, update.removed.segments),
    values: merged(before.values, update.values, update.removed.values),
  };
  return readySnapshot(
    source,
    mergedMap(compiled.flags, mapOf(update.flags, newFlag), update.removed.flags),
    mergedMap(compiled.segments, mapOf(update.segments, newSegment), update.removed.segments),
  );
}

/** The flag's plan, kept from now on. */
export function planOf(snapshot: CompiledSnapshot, flag: CompiledFlag): Plan | BrokenPlan {
  return (flag.plan ??= compilePlan(snapshot, flag.key, flag.source));
}

/** The flag's program, compiled now if this is the first time it is asked for. */
export function programOf(snapshot: CompiledSnapshot, flag: CompiledFlag): Program {
  return (flag.program ??= prepareFlag(snapshot, flag));
}

function prepareFlag(snapshot: CompiledSnapshot, flag: CompiledFlag): Program {
  const plan = flag.plan ?? compilePlan(snapshot, flag.key, flag.source);
  if (plan.problem === undefined && plan.constant === undefined) {
    const program = compileProgram(plan);
    if (program === ALWAYS_CAREFUL) flag.plan = plan;
    return program;
  }
  if (plan.problem === undefined) flag.constant = plan.constant;
  else flag.plan = plan;
  return ALWAYS_CAREFUL;
}

/** Makes the answer at one place of the flag's program, from a plan that is then let go. */
export function answerAt(snapshot: CompiledSnapshot, flag: CompiledFlag, place: number): Evaluation {
  const plan = flag.plan ?? compilePlan(snapshot, flag.key, flag.source);
  return makeAnswer(plan as Plan, place);
}

const newFlag = (key: string, source: SnapshotFlag): CompiledFlag => ({
  key,
  source,
  constant: undefined,
  program: undefined,
  plan: undefined,
});
const newSegment = (_key: string, source: SnapshotSegment): CompiledSegment => ({ source });

function readySnapshot(
  source: Snapshot,
  flags: ReadonlyMap<string, CompiledFlag>,
  segments: ReadonlyMap<string, CompiledSegment>,
): CompiledSnapshot {
  const { project, environment, epoch, version } = source;
  return { source, project, environment, flagSetId: `${project}/${environment}`, epoch, version, flags, segments };
}

function mapOf<S, T>(entries: Readonly<Record<string, S>>, make: (key: string, source: S) => T): Map<string, T> {
  const map = new Map<string, T>();
  for (const key of Object.keys(entries)) map.set(key, make(key, entries[key] as S));
  return map;
}

function merged<T>(
  before: Readonly<Record<string, T>>,
  changed: Readonly<Record<string, T>>,
  removed: readonly string[],
): Record<string, T> {
  const gone = new Set(removed);
  const kept = gone.size === 0 ? before : Object.fromEntries(Object.entries(before).filter(([key]) => !gone.has(key)));
  return { ...kept, ...changed };
}

function mergedMap<T>(
  before: ReadonlyMap<string, T>,
  changed: ReadonlyMap<string, T>,
  removed: readonly string[],
): Map<string, T> {
  const map = new Map(before);
  for (const key of removed) map.delete(key);
  for (const [key, value] of changed) map.set(key, value);
  return map;
}
