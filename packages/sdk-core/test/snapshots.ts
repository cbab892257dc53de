/** Small snapshots and patches for tests. */

import type { Snapshot, SnapshotFlag } from "@dimmer/evaluation";
import type { SnapshotPatch } from "@dimmer/protocol";

/** A boolean flag that serves one variant to everybody. */
export function booleanFlag(serves: "on" | "off", more: Partial<SnapshotFlag> = {}): SnapshotFlag {
  const variants = { on: { version: 1, digest: "true", pinEpoch: 0 }, off: { version: 1, digest: "false", pinEpoch: 0 } };
  return {
    revision: 1,
    type: "boolean",
    enabled: true,
    variants,
    fallback: [{ variant: "off" }],
    default: { variant: serves },
    ...more,
  };
}

export function snapshotWith(more: Partial<Snapshot> = {}): Snapshot {
  return {
    format: 1,
    project: "demo",
    environment: "production",
    epoch: "e1",
    version: 1,
    flags: { a: booleanFlag("on"), b: booleanFlag("on") },
    segments: {},
    values: { true: "true", false: "false" },
    ...more,
  };
}

export function patchFrom(from: number, more: Partial<SnapshotPatch> = {}): SnapshotPatch {
  return {
    format: 1,
    epoch: "e1",
    from,
    version: from + 1,
    flags: {},
    segments: {},
    values: {},
    removed: { flags: [], segments: [], values: [] },
    ...more,
  };
}
