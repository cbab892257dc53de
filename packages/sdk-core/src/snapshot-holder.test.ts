/** Which payloads take the place of the held snapshot, and which never do. */

import { expect, test } from "vitest";
import { patchFrom, booleanFlag, snapshotWith } from "../test/snapshots.ts";
import { openSnapshotHolder, type Offer, type SnapshotHolder } from "./snapshot-holder.ts";

type Held = readonly [epoch: string, version: number] | undefined;

/** Offers one payload after the other and says what became of the last, and what is held then. */
function check(given: readonly ((holder: SnapshotHolder) => Offer)[], outcome: Offer["outcome"], held: Held): void {
  const holder = openSnapshotHolder(() => {});
  const outcomes = given.map((offer) => offer(holder).outcome);
  expect(outcomes.at(-1)).toBe(outcome);
  expect(holder.compiled && [holder.compiled.epoch, holder.compiled.version]).toEqual(held);
}

const snapshot =
  (more: Parameters<typeof snapshotWith>[0] = {}) =>
  (holder: SnapshotHolder) =>
    holder.offerSnapshot(snapshotWith(more), "source");
const bootstrap =
  (more: Parameters<typeof snapshotWith>[0] = {}) =>
  (holder: SnapshotHolder) =>
    holder.offerSnapshot(snapshotWith(more), "bootstrap");
const patch =
  (from: number, more: Parameters<typeof patchFrom>[1] = {}) =>
  (holder: SnapshotHolder) =>
    holder.offerPatch(patchFrom(from, more));
const raw = (data: unknown) => (holder: SnapshotHolder) => holder.offerSnapshot(data, "source");
const rawPatch = (data: unknown) => (holder: SnapshotHolder) => holder.offerPatch(data);

/** Nested far beyond the stack. */
function nested(depth: number): unknown {
  let data: unknown = {};
  for (let level = 0; level < depth; level += 1) data = { when: data };
  return data;
}

test.each<[string, ((holder: SnapshotHolder) => Offer)[], Offer["outcome"], Held]>([
  ["the first snapshot", [snapshot()], "taken", ["e1", 1]],
  ["a later one", [snapshot(), snapshot({ version: 5 })], "taken", ["e1", 5]],
  ["the same again", [snapshot(), snapshot()], "known", ["e1", 1]],
  ["an older one", [snapshot({ version: 5 }), snapshot({ version: 4 })], "refused", ["e1", 5]],
  [
    "another epoch wins, whatever its version",
    [snapshot({ version: 5 }), snapshot({ epoch: "e2", version: 1 })],
    "taken",
    ["e2", 1],
  ],
  [
    "a superseded epoch never comes back",
    [snapshot(), snapshot({ epoch: "e2" }), snapshot({ version: 9 })],
    "refused",
    ["e2", 1],
  ],
  ["another environment's", [snapshot(), snapshot({ environment: "staging", version: 9 })], "refused", ["e1", 1]],
  ["another project's", [snapshot(), snapshot({ project: "other", epoch: "e2" })], "refused", ["e1", 1]],
  [
    "a bootstrap gives way, also to another environment",
    [bootstrap({ environment: "dev", version: 9 }), snapshot()],
    "taken",
    ["e1", 1],
  ],
  ["but not to an older version of its own", [bootstrap({ version: 9 }), snapshot()], "refused", ["e1", 9]],
  ["once confirmed it is the source's", [bootstrap(), snapshot(), snapshot({ environment: "staging" })], "refused", ["e1", 1]],
  ["an empty object", [snapshot(), raw({})], "refused", ["e1", 1]],
  ["nothing", [raw(undefined)], "refused", undefined],
  ["a page", [snapshot(), raw("<!doctype html>")], "refused", ["e1", 1]],
  ["another format", [snapshot(), raw({ ...snapshotWith({ version: 2 }), format: 2 })], "refused", ["e1", 1]],
  ["without flags", [snapshot(), raw({ ...snapshotWith({ version: 2 }), flags: undefined })], "refused", ["e1", 1]],
  ["a list for flags", [snapshot(), raw({ ...snapshotWith({ version: 2 }), flags: [] })], "refused", ["e1", 1]],
  ["a version that is no number", [snapshot(), raw({ ...snapshotWith(), version: "2" })], "refused", ["e1", 1]],
  ["a patch in sequence", [snapshot(), patch(1)], "taken", ["e1", 2]],
  ["a patch over several steps", [snapshot(), patch(1, { version: 7 })], "taken", ["e1", 7]],
  ["a patch before any snapshot", [patch(1)], "gap", undefined],
  ["a patch from later", [snapshot(), patch(2)], "gap", ["e1", 1]],
  ["a patch that overlaps", [snapshot({ version: 2 }), patch(1, { version: 4 })], "gap", ["e1", 2]],
  ["a patch again", [snapshot(), patch(1), patch(1)], "known", ["e1", 2]],
  ["a patch of another epoch", [snapshot(), patch(1, { epoch: "e2" })], "gap", ["e1", 1]],
  ["a patch backwards", [snapshot({ version: 9 }), patch(9, { version: 8 })], "refused", ["e1", 9]],
  ["a patch that is none", [snapshot(), rawPatch({ epoch: "e1", from: 1, version: 2 })], "refused", ["e1", 1]],
  ["a patch of another format", [snapshot(), rawPatch({ ...patchFrom(1), format: 2 })], "refused", ["e1", 1]],
  ["a patch whose flag is a number", [snapshot(), rawPatch({ ...patchFrom(1), flags: { a: 5 } })], "refused", ["e1", 1]],
  [
    "a patch whose tombstones are no names",
    [snapshot(), rawPatch({ ...patchFrom(1), removed: { flags: [1] } })],
    "refused",
    ["e1", 1],
  ],
  ["no patch at all", [snapshot(), rawPatch(null)], "refused", ["e1", 1]],
  [
    "deep nesting in a flag is the flag's matter",
    [snapshot(), raw({ ...snapshotWith({ version: 2 }), flags: { a: nested(50_000) } })],
    "taken",
    ["e1", 2],
  ],
])("%s", (_name, given, outcome, held) => check(given, outcome, held));

test("a payload that throws when it is read is refused", () => {
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error("no");
      },
    },
  );
  const holder = openSnapshotHolder(() => {});
  expect(holder.offerSnapshot(hostile, "source").outcome).toBe("refused");
  expect(holder.offerPatch(hostile).outcome).toBe("refused");
});

test("a swap is whole: the earlier snapshot stays as it was", () => {
  const swaps: [number | undefined, number][] = [];
  const holder = openSnapshotHolder((before, after) => swaps.push([before?.version, after.version]));
  holder.offerSnapshot(snapshotWith(), "source");
  const before = holder.compiled;
  holder.offerPatch(
    patchFrom(1, { flags: { a: booleanFlag("off"), c: booleanFlag("on") }, removed: { flags: ["b"], segments: [], values: [] } }),
  );
  expect([...(before?.flags.keys() ?? [])]).toEqual(["a", "b"]);
  expect([...(holder.compiled?.flags.keys() ?? [])]).toEqual(["a", "c"]);
  expect(holder.compiled?.flags.get("a")?.source.default).toEqual({ variant: "off" });
  expect(swaps).toEqual([
    [undefined, 1],
    [1, 2],
  ]);
});
