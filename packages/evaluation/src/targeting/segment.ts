/** Segments: lists of targeting keys and a tree, named once and used in many rules. */

import { LIMITS } from "../limits.ts";
import type { SnapshotSegment } from "../snapshot.ts";
import { compileCondition, type Condition, type Mode } from "./condition.ts";

/** A segment as the snapshot holds it, its parts compiled when first asked for. */
export interface CompiledSegment {
  readonly source: SnapshotSegment;
  lists?: SegmentLists;
  open?: Condition;
  closed?: Condition;
}

export interface SegmentLists {
  readonly include: ReadonlySet<string>;
  readonly exclude: ReadonlySet<string>;
  readonly isEmpty: boolean;
  /** A list over its limit, or not a list: membership is then unknown. */
  readonly isBroken: boolean;
}

/** The lists of a segment, read once. */
export function listsOf(segment: CompiledSegment): SegmentLists {
  return (segment.lists ??= compileLists(segment.source));
}

/** The tree of a segment, made ready once for each mode; undefined where it has none. */
export function treeOf(segment: CompiledSegment, mode: Mode): Condition | undefined {
  if (segment.source.when === undefined) return undefined;
  return (segment[mode] ??= compileCondition(segment.source.when, mode));
}

function compileLists({ include, exclude }: SnapshotSegment): SegmentLists {
  const isBroken = !isKeyList(include) || !isKeyList(exclude);
  const included = new Set(isBroken ? [] : include);
  const excluded = new Set(isBroken ? [] : exclude);
  return { include: included, exclude: excluded, isEmpty: included.size === 0 && excluded.size === 0, isBroken };
}

function isKeyList(list: unknown): boolean {
  if (list === undefined) return true;
  return Array.isArray(list) && list.length <= LIMITS.segmentKeys && list.every((key) => typeof key === "string");
}
