/** The parts of delivery: patches, their log, events on the wire, content codings. */

import { describe, expect, test } from "vitest";
import type { Snapshot, SnapshotFlag } from "@dimmer/evaluation";
import type { SnapshotVersion } from "@dimmer/protocol";
import { diffSnapshots } from "./diff-snapshots.ts";
import { chooseCoding, holdSnapshot } from "./held-snapshot.ts";
import { createPatchLog, type PatchStep } from "./patch-log.ts";
import { readEventId, readPosition, writeEvent } from "./sse.ts";

const flag = (revision: number, digest = "d1"): SnapshotFlag => ({
  revision,
  type: "boolean",
  enabled: true,
  variants: { on: { version: 1, digest, pinEpoch: 0 } },
  fallback: [{ variant: "on" }],
  default: { variant: "on" },
});
const snapshot = (version: number, parts: Partial<Snapshot> = {}): Snapshot => ({
  format: 1,
  project: "p",
  environment: "e",
  epoch: "x",
  version,
  flags: {},
  segments: {},
  values: {},
  ...parts,
});

describe("diffSnapshots", () => {
  test("what changed and is new goes whole, what is gone by name, values never twice", () => {
    const before = snapshot(4, {
      flags: { same: flag(1), edited: flag(1), gone: flag(1) },
      segments: { beta: { include: ["a"] } },
      values: { d1: "true", d0: "1" },
    });
    const after = snapshot(6, {
      flags: { same: flag(1), edited: flag(2), fresh: flag(1, "d2") },
      segments: {},
      values: { d1: "true", d2: "false" },
    });
    expect(diffSnapshots(before, after)).toEqual({
      format: 1,
      epoch: "x",
      from: 4,
      version: 6,
      flags: { edited: flag(2), fresh: flag(1, "d2") },
      segments: {},
      values: { d2: "false" },
      removed: { flags: ["gone"], segments: ["beta"], values: ["d0"] },
    });
  });

  test("a flag that is called like a method of every object is a flag like any other", () => {
    const after = snapshot(2, { flags: { constructor: flag(1) } });
    expect(Object.keys(diffSnapshots(snapshot(1), after).flags)).toEqual(["constructor"]);
    expect(diffSnapshots(after, snapshot(3)).removed.flags).toEqual(["constructor"]);
  });
});

describe("the patch log is bounded and never leads across a gap", () => {
  const step = (from: number, version: number, bytes = 10): PatchStep => ({ from, version, bytes: Buffer.alloc(bytes) });

  test("leads on from every version it holds", () => {
    const log = createPatchLog();
    log.push("x", step(1, 2));
    log.push("x", step(2, 5));
    expect(log.after({ epoch: "x", version: 1 })?.version).toBe(2);
    expect(log.after({ epoch: "x", version: 2 })?.version).toBe(5);
    for (const held of [
      { epoch: "x", version: 3 },
      { epoch: "x", version: 5 },
      { epoch: "x", version: 99 },
      { epoch: "y", version: 1 },
    ]) {
      expect(log.after(held)).toBeUndefined();
    }
  });

  test("drops the oldest beyond its count and its bytes", () => {
    const byCount = createPatchLog({ patches: 2, patchBytes: 1_000 });
    const byBytes = createPatchLog({ patches: 100, patchBytes: 25 });
    for (const log of [byCount, byBytes]) {
      for (let at = 1; at <= 4; at++) log.push("x", step(at, at + 1));
      expect([1, 2, 3, 4].map((version) => log.after({ epoch: "x", version }) !== undefined)).toEqual([false, false, true, true]);
    }
  });

  test("a gap or another epoch starts it afresh", () => {
    const log = createPatchLog();
    log.push("x", step(1, 2));
    log.push("x", step(3, 4));
    expect(log.after({ epoch: "x", version: 1 })).toBeUndefined();
    log.push("y", step(4, 5));
    expect(log.after({ epoch: "x", version: 3 })).toBeUndefined();
    expect(log.after({ epoch: "y", version: 4 })?.version).toBe(5);
  });
});

describe("events on the wire", () => {
  test("one event whatever a name holds; only a patch leaves its reader at a version", () => {
    const patch = diffSnapshots(snapshot(1), snapshot(2, { values: { d: "a\r\ndata: forged\n\nevent: patch\u2028" } }));
    const text = writeEvent({ event: "patch", data: patch }).toString();
    expect(text.split("\n\n")).toHaveLength(2);
    expect(text).toMatch(/^event: patch\nid: x:2\ndata: \{[^\n]*\}\n\n$/u);
    expect(text).not.toContain("\r");
    expect(writeEvent({ event: "refetch", data: { epoch: "x", version: 2 } }).toString()).toBe(
      'event: refetch\ndata: {"epoch":"x","version":2}\n\n',
    );
  });

  test.each<readonly [string, SnapshotVersion | undefined]>([
    ["x:7", { epoch: "x", version: 7 }],
    ["a:b:7", { epoch: "a:b", version: 7 }],
    ...["", "x", ":7", "x:-1", "x:1e99", "x:7.5", "x:", "x:99999999999999999999", `${"e".repeat(200)}:1`].map(
      (junk) => [junk, undefined] as const,
    ),
  ])("the event id %j is read as %j", (id, expected) => expect(readEventId(id)).toEqual(expected));

  test("half a position is none", () => {
    expect([readPosition("x", undefined), readPosition(undefined, "1"), readEventId(undefined)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("a held snapshot", () => {
  test.each([
    [undefined, "identity"],
    ["gzip, deflate", "gzip"],
    ["gzip, br", "br"],
    ["br;q=0, gzip;q=0.5", "gzip"],
    ["BR", "br"],
    ["*", "identity"],
    ["gzip;q=0.000", "identity"],
  ])("for Accept-Encoding %j takes %s", (header, coding) => expect(chooseCoding(header)).toBe(coding));

  test("compresses what is worth it, once", async () => {
    const held = holdSnapshot(snapshot(1, { values: { long: "x".repeat(5_000) } }));
    const [first, second] = await Promise.all([held.encoded("br"), held.encoded("br")]);
    expect(first.coding).toBe("br");
    expect(second.bytes).toBe(first.bytes);
    expect(first.bytes.length).toBeLessThan(500);
    expect((await holdSnapshot(snapshot(1)).encoded("br")).coding).toBe("identity");
  });
});
