/** Which flags a swap changes. */

import { compileSnapshot, updateSnapshot, type Condition, type Snapshot, type SnapshotFlag } from "@dimmer/evaluation";
import { expect, test } from "vitest";
import { booleanFlag, patchFrom, snapshotWith } from "../test/snapshots.ts";
import { changedFlags } from "./changed-flags.ts";

const asking = (when: Condition): SnapshotFlag => booleanFlag("off", { rules: [{ id: "r", when, serve: { variant: "on" } }] });
const plain = booleanFlag("on");
const base = snapshotWith({
  flags: {
    plain,
    segmented: asking({ any: [{ plan: "pro" }, { not: { segment: "beta" } }] }),
    nested: asking({ segment: ["staff"] }),
    requiring: booleanFlag("on", { requires: [{ flag: "plain", variant: "on" }] }),
    further: booleanFlag("on", { requires: [{ flag: "requiring", variant: ["on"] }] }),
  },
  segments: { beta: { include: ["a"] }, staff: { when: { segment: "beta" } }, idle: { include: ["z"] } },
});

test.each<[string, Partial<Snapshot>, string[]]>([
  ["nothing", {}, []],
  ["a flag, and what requires it", { flags: { ...base.flags, plain: booleanFlag("off") } }, ["plain", "requiring", "further"]],
  ["a revision alone changes no decision", { flags: { ...base.flags, plain: booleanFlag("on", { revision: 7 }) } }, []],
  ["a new flag", { flags: { ...base.flags, extra: booleanFlag("on") } }, ["extra"]],
  ["a flag that is gone", { flags: { plain } }, ["segmented", "nested", "requiring", "further"]],
  [
    "a value under its old name",
    { values: { true: "true", false: '"no"' } },
    ["plain", "segmented", "nested", "requiring", "further"],
  ],
  ["a segment, through other segments", { segments: { ...base.segments, beta: { include: ["b"] } } }, ["segmented", "nested"]],
  ["a segment that is gone", { segments: { idle: { include: ["z"] } } }, ["segmented", "nested"]],
  ["a segment that nobody asks", { segments: { ...base.segments, idle: {} } }, []],
  ["a flag that cannot be read", { flags: { ...base.flags, further: {} as SnapshotFlag } }, ["further"]],
])("%s", (_name, more, expected) => {
  // A deep copy, so that nothing is equal by identity alone.
  const after = structuredClone({ ...base, version: 2, ...more });
  expect(changedFlags(compileSnapshot(base), compileSnapshot(after))).toEqual(expected);
});

test("after a patch", () => {
  const before = compileSnapshot(base);
  const after = updateSnapshot(
    before,
    patchFrom(1, { flags: { nested: booleanFlag("on") }, removed: { flags: ["further"], segments: [], values: [] } }),
  );
  expect(changedFlags(before, after)).toEqual(["nested", "further"]);
});
