/** Segments: lists of targeting keys and a tree, named once and used in many rules. */

import { LIMITS } from "../limits.ts";
import { mayGoOn, type Run, unitOf } from "../run.ts";
import type { SnapshotSegment } from "../snapshot.ts";
import { compileCondition, type Mode, type Test } from "./condition.ts";
import { giveUp } from "./operators.ts";
import { FALSE, TRUE, type Truth, UNKNOWN } from "./truth.ts";

/** A segment as the snapshot holds it, its parts compiled when first asked for. */
export interface CompiledSegment {
  readonly source: SnapshotSegment;
  lists?: SegmentLists;
  open?: Test;
  closed?: Test;
}

interface SegmentLists {
  readonly include: ReadonlySet<string>;
  readonly exclude: ReadonlySet<string>;
  readonly isEmpty: boolean;
  /** A list over its limit, or not a list: membership is then unknown. */
  readonly isBroken: boolean;
}

/**
 * Whether the context is in a segment: exclude wins, then include, then `when`; without a `when` only `include` matches.
 *
 * Shape:  a missing segment or a chain that is too long is unknown; in `closed` mode, lists without a targeting key are too.
 * Source: ADR-0003.
 */
export function testSegment(run: Run, name: string, mode: Mode): Truth {
  const segment = run.snapshot.segments.get(name);
  if (segment === undefined || run.depth >= LIMITS.chain || !mayGoOn(run, 1)) return giveUp(run);
  const lists = (segment.lists ??= compileLists(segment.source));
  if (lists.isBroken) return giveUp(run);
  const key = lists.isEmpty ? undefined : unitOf(run.context.targetingKey);
  if (key === undefined) return !lists.isEmpty && mode === "closed" ? UNKNOWN : testWhen(run, segment, mode);
  if (lists.exclude.has(key)) return FALSE;
  return lists.include.has(key) ? TRUE : testWhen(run, segment, mode);
}

function testWhen(run: Run, segment: CompiledSegment, mode: Mode): Truth {
  if (segment.source.when === undefined) return FALSE;
  const test = (segment[mode] ??= compileCondition(segment.source.when, mode));
  run.depth++;
  const result = test(run);
  run.depth--;
  return result;
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
