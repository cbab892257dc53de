/** A snapshot made from the one before equals one that is read whole. */

import { randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { FlagDefinition, Snapshot } from "@dimmer/evaluation";
import type { Operation } from "@dimmer/protocol";
import { INSTALLER } from "../access/initial-keys.ts";
import { deriveKeys } from "../access/derive-keys.ts";
import { initialiseInstallation } from "../environments/installation.ts";
import { applyChange, type ChangePorts } from "../flags/apply-change.ts";
import { buildSnapshot } from "../flags/build-snapshot.ts";
import { openSqliteStore } from "../storage/dialects/sqlite.ts";
import type { Store } from "../storage/store.ts";
import { refreshSnapshot } from "./refresh-snapshot.ts";

let store: Store;
let ports: ChangePorts;
beforeEach(async () => {
  store = await openSqliteStore({ path: ":memory:" });
  const { audit, sealing, check } = deriveKeys("a-secret-key-for-tests-of-at-least-32-bytes");
  const random = (bytes: number) => new Uint8Array(randomBytes(bytes));
  const access = { store, clock: () => 1_800_000_000_000, random, auditKey: audit, sealing };
  await initialiseInstallation(
    { ...access, keyCheck: check },
    { project: { key: "p", name: "P" }, environment: { key: "e", name: "E", production: true } },
  );
  ports = { ...access, committed: () => {} };
});
afterEach(() => store.close());

const FLAGS = ["a", "b", "c", "constructor"];
const place = { environment: "e" };
const definition = (value: string): FlagDefinition => ({
  type: "string",
  purpose: "release",
  owner: "tests",
  permanent: true,
  variants: { on: { value }, off: { value: "shared" } },
  environments: {
    e: { enabled: true, fallback: "off", pin: { by: "session", for: "1h" }, default: { split: { on: 50, off: 50 } } },
  },
});

/** Any of these may be refused: the state it leaves is what counts. */
const operation = fc
  .tuple(fc.constantFrom(...FLAGS), fc.constantFrom("on", "off"), fc.integer({ min: 0, max: 100 }), fc.nat(9))
  .map(([flag, variant, percent, kind]): Operation[] => {
    switch (kind) {
      case 0:
        return [{ kind: "create-flag", flag, definition: definition(`${flag} at first`) }];
      case 1:
        return [{ kind: "archive-flag", flag }];
      case 2:
        return [{ kind: "unarchive-flag", flag }];
      case 3:
        return [{ kind: "kill", flag, ...place }];
      case 4:
        return [{ kind: "restore", flag, ...place }];
      case 5:
        return [
          { kind: "draft-value", flag, variant, value: `${percent}` },
          { kind: "publish", flag, variant, environments: ["e"] },
        ];
      case 6:
        return [{ kind: "update-flag", flag, fields: { audience: percent > 50 ? "browser" : "server" } }];
      case 7:
        return [{ kind: "create-segment", segment: "s", definition: { environments: { e: { include: [variant] } } } }];
      case 8:
        return [
          { kind: "set-segment", segment: "s", environment: "e", config: percent > 50 ? { include: [`${percent}`] } : null },
        ];
      default:
        return [{ kind: "ramp", flag, ...place, rule: "default", variant, percent }];
    }
  });

test("after any changes, seen one by one or together, it equals a snapshot read whole", async () => {
  let held: Snapshot | undefined;
  const run = async (operations: readonly Operation[]) => {
    await applyChange(ports, INSTALLER, { project: "p", operations, reason: null, source: "test" }).catch((error: unknown) => {
      if (!(error instanceof Error) || error.name !== "ProblemError") throw error;
    });
  };
  for (const key of FLAGS) await run([{ kind: "create-flag", flag: key, definition: definition(key) }]);
  const steps = fc.array(fc.tuple(operation, fc.boolean()), { minLength: 20, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(steps, async (changes) => {
      for (const [operations, isSeen] of changes) {
        await run(operations);
        if (!isSeen) continue;
        const before = held;
        const seen = await store.transaction((tx) => refreshSnapshot(tx, "p", "e", before));
        expect(JSON.stringify(seen)).toBe(JSON.stringify({ ...(await buildSnapshot(store, "p", "e")), values: sameOrder(seen) }));
        held = seen ?? undefined;
      }
      expect(await store.transaction((tx) => refreshSnapshot(tx, "p", "e", held))).toEqual(await buildSnapshot(store, "p", "e"));
    }),
    { numRuns: 15, seed: 20_270_101 },
  );
});

/** The order of values is nobody's business; that they are the same is checked by `toEqual`. */
const sameOrder = (snapshot: Snapshot | null) => snapshot?.values;

test("what did not change is the same object, so that nobody compares it", async () => {
  for (const flag of ["a", "b"])
    await applyChange(ports, INSTALLER, {
      project: "p",
      operations: [{ kind: "create-flag", flag, definition: definition(flag) }],
      reason: null,
      source: "test",
    });
  const held = await buildSnapshot(store, "p", "e");
  await applyChange(ports, INSTALLER, {
    project: "p",
    operations: [{ kind: "kill", flag: "a", ...place }],
    reason: null,
    source: "test",
  });
  const next = await refreshSnapshot(store, "p", "e", held);
  expect([next?.flags["b"] === held.flags["b"], next?.flags["a"] === held.flags["a"]]).toEqual([true, false]);
});

test("another epoch, or a version that went back, is read whole; no environment is null", async () => {
  await applyChange(ports, INSTALLER, {
    project: "p",
    operations: [{ kind: "create-flag", flag: "a", definition: definition("a") }],
    reason: null,
    source: "test",
  });
  const whole = await buildSnapshot(store, "p", "e");
  const stranger = { ...whole, flags: {}, values: {} };
  for (const held of [
    { ...stranger, epoch: "other" },
    { ...stranger, version: 99 },
  ])
    expect(await refreshSnapshot(store, "p", "e", held)).toEqual(whole);
  expect(await refreshSnapshot(store, "p", "absent", undefined)).toBeNull();
});
