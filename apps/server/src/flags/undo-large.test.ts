/** What the undo of a large environment costs: looks and copies are counted, not milliseconds. */

import { afterEach, expect, it, vi } from "vitest";
import type { FlagDefinition } from "@dimmer/evaluation";
import type { Operation } from "@dimmer/protocol";
import type { Store, StoreTransaction } from "../storage/store.ts";
import { ANYONE, create, openTestProject, PROJECT, SWITCH } from "./sample-project.contract.ts";
import { undoEnvironment } from "./undo.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const here = (flag: string) => ({ flag, environment: "production" });
const REQUIRING: FlagDefinition = {
  ...SWITCH,
  environments: {
    production: { enabled: true, fallback: "off", default: { variant: "on" }, requires: [{ flag: "base", variant: "on" }] },
  },
};

/** Everything that an undo takes back, of a third of the flags each: what they serve, that they were archived, that they are there. */
async function openEdited(size: number) {
  const project = await openTestProject();
  const names = (what: string) => Array.from({ length: size / 3 }, (_, index) => `${what}-${index}`);
  const [served, archived, late] = [names("served"), names("archived"), names("late")];
  const apply = (operations: readonly Operation[]) => project.apply(operations);
  await apply([create("base", SWITCH), ...[...served, ...archived].map((flag) => create(flag, REQUIRING))]);
  await apply([
    ...served.map((flag): Operation => ({ kind: "serve-all", ...here(flag), variant: "off" })),
    ...served.map((flag): Operation => ({ kind: "set-requires", ...here(flag), requires: [] })),
    ...archived.map((flag): Operation => ({ kind: "archive-flag", flag })),
    ...late.map((flag) => create(flag, REQUIRING)),
  ]);
  return project;
}

/** Counts what is read of every record that the store gives. */
function countReads<T>(found: T, count: () => void): T {
  if (Array.isArray(found)) return found.map((one: unknown) => countReads(one, count)) as T;
  if (typeof found !== "object" || found === null) return found;
  const get = (target: object, name: string | symbol): unknown => {
    count();
    return Reflect.get(target, name);
  };
  return new Proxy(found, { get }) as T;
}

const COUNTED = ["getFlag", "listFlags", "listRevisionsAt", "listSegments"] as const;

function counted(store: Store, count: () => void): Store {
  const countCalls = (tx: StoreTransaction): StoreTransaction => {
    const methods = COUNTED.map((name) => {
      const read = tx[name] as (...args: readonly unknown[]) => Promise<unknown>;
      return [name, async (...args: readonly unknown[]) => countReads(await read(...args), count)] as const;
    });
    return { ...tx, ...Object.fromEntries(methods) };
  };
  return { ...store, transaction: (work) => store.transaction((tx) => work(countCalls(tx))) };
}

/** Reads of records, and entries of maps that are written or copied. */
async function workOfUndo(size: number): Promise<{ readonly reads: number; readonly entries: number }> {
  const { ports } = await openEdited(size);
  let reads = 0;
  const store = counted(ports.store, () => (reads += 1));
  const set = vi.spyOn(Map.prototype, "set");
  const undone = await undoEnvironment({ ...ports, store }, ANYONE, { project: PROJECT, environment: "production", version: 1 });
  const entries = set.mock.calls.length;
  set.mockRestore();
  expect(undone.change?.operations.length).toBe(size);
  await ports.store.close();
  return { reads, entries };
}

it("costs twice as much for twice the flags", async () => {
  const [once, twice] = [await workOfUndo(120), await workOfUndo(240)];
  expect(once.reads).toBeGreaterThan(120);
  expect(once.entries).toBeGreaterThan(120);
  expect(twice.reads / once.reads).toBeLessThan(2.1);
  expect(twice.entries / once.entries).toBeLessThan(2.1);
});
