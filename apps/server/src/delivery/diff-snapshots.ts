/** The step from one snapshot to the next, as a patch carries it. */

import type { Snapshot } from "@dimmer/evaluation";
import type { SnapshotPatch } from "@dimmer/protocol";

/**
 * Compares two snapshots of one environment and epoch.
 *
 * Shape:  what changed or is new is whole, what is gone is named; values never change under a digest, so only their names count.
 * Errors: none; equal snapshots give an empty patch.
 * Source: ADR-0005.
 */
export function diffSnapshots(before: Snapshot, after: Snapshot): SnapshotPatch {
  return {
    format: 1,
    epoch: after.epoch,
    from: before.version,
    version: after.version,
    ...(isSame(before.context, after.context) ? {} : { context: after.context ?? null }),
    flags: changedIn(before.flags, after.flags),
    segments: changedIn(before.segments, after.segments),
    values: newIn(before.values, after.values),
    removed: {
      flags: goneFrom(before.flags, after.flags),
      segments: goneFrom(before.segments, after.segments),
      values: goneFrom(before.values, after.values),
    },
  };
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

type Named<T> = Readonly<Record<string, T>>;

/** Both sides come from the same code, so equal content is equal text; a difference in order costs a resend, never a wrong answer. */
function changedIn<T>(before: Named<T>, after: Named<T>): Named<T> {
  return pick(after, (name, entry) => !Object.hasOwn(before, name) || (before[name] !== entry && !isSame(before[name], entry)));
}

const newIn = (before: Named<string>, after: Named<string>) =>
  before === after ? {} : pick(after, (name) => !Object.hasOwn(before, name));

const goneFrom = (before: Named<unknown>, after: Named<unknown>) =>
  before === after ? [] : Object.keys(before).filter((name) => !Object.hasOwn(after, name));

const pick = <T>(from: Named<T>, wanted: (name: string, entry: T) => boolean): Named<T> =>
  Object.fromEntries(Object.entries(from).filter(([name, entry]) => wanted(name, entry)));
