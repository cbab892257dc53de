/** Chores of the telemetry store: done at once where it is there, else later, and never before what came before is stored. */

import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openTestPorts } from "../access/sample-ports.contract.ts";
import type { InstallationPorts } from "../environments/installation.ts";
import type { ChoreRecord } from "../storage/chore-record.ts";
import { openChores, type Chores } from "./chores.ts";
import type { Forgettable, Forgotten } from "./event-store.ts";
import { openHashedKeys, setHashing } from "./hashed-keys.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";
import { StoreGoneError } from "./telemetry-store.ts";

const PROJECT = "shop";

interface World {
  readonly chores: Chores;
  readonly forgotten: Forgettable[];
  readonly failures: unknown[];
  /** The store is away. */
  isAway: boolean;
  /** When what waits was received. */
  oldest: number | undefined;
  /** How often `hashKeys` finds more. */
  more: number;
  now: number;
  /** Runs the timer that is set for so long. */
  fire(ms?: number): Promise<void>;
  readonly waits: readonly number[];
}

let ports: InstallationPorts;
let world: World;

function open(): World {
  const timers = new Map<() => void, number>();
  const waits: number[] = [];
  const settle = async () => {
    for (let turn = 0; turn < 20; turn++) await sleep(0);
  };
  const made: Omit<World, "chores"> = {
    forgotten: [],
    failures: [],
    isAway: false,
    oldest: undefined,
    more: 0,
    now: 1_000,
    waits,
    async fire(ms) {
      for (const [run, wait] of Array.from(timers)) {
        if (ms !== undefined && wait !== ms) continue;
        timers.delete(run);
        made.now += wait;
        run();
      }
      await settle();
    },
  };
  const away = () => new StoreGoneError("It is away.");
  const chores = openChores({
    ...ports,
    clock: () => made.now,
    keys: openHashedKeys(ports),
    events: { settled: () => Promise.resolve(true), oldest: () => made.oldest },
    telemetry: {
      forget: async (_project, person): Promise<Forgotten> => {
        if (made.isAway) throw away();
        made.forgotten.push(person);
        return { events: 3, comments: 1 };
      },
      hashKeys: async () => {
        if (made.isAway) throw away();
        return made.more-- > 0;
      },
    },
    setTimer(ms, run) {
      timers.set(run, ms);
      waits.push(ms);
      return () => void timers.delete(run);
    },
    onFailure: (error) => void made.failures.push(error),
  });
  return Object.assign(made, { chores });
}

beforeEach(async () => {
  ports = await openTestPorts();
  await ports.store.transaction((tx) => tx.putProject({ key: PROJECT, name: "Shop", createdAt: 1 }));
  world = open();
});
afterEach(async () => {
  await world.chores.close();
  await ports.store.close();
});

const ask = (person = "ada"): Promise<ChoreRecord> => ports.store.transaction((tx) => world.chores.erase(tx, PROJECT, person));
const waiting = () => ports.store.listChores(PROJECT, 100);

test("[person-forgotten] it is done at once, and only what was committed; the person stands in no row in clear", async () => {
  const failing = ports.store.transaction(async (tx) => {
    await world.chores.erase(tx, PROJECT, "ada");
    throw new Error("half-way");
  });
  await expect(failing).rejects.toThrow("half-way");
  expect(await waiting()).toEqual([]);
  const chore = await ask();
  expect(JSON.stringify(await waiting())).not.toContain("ada");
  expect(await world.chores.tryNow(chore)).toEqual({ events: 3, comments: 1 });
  expect(world.forgotten).toEqual([{ person: "ada", keys: ["ada"] }]);
  expect(await waiting()).toEqual([]);
});

test("[person-forgotten] with the store away it waits, is tried after waits that double to a bound, and is done when it is back", async () => {
  world.isAway = true;
  expect(await world.chores.tryNow(await ask())).toBeUndefined();
  await world.fire(0);
  const waited: number[] = [];
  for (let time = 0; time < 10; time++) {
    const [set = 0] = world.waits.slice(-1);
    waited.push(set);
    await world.fire(set);
  }
  const { choreFirstMs, choreMaxMs } = TELEMETRY_LIMITS;
  expect(waited.slice(0, 4)).toEqual([choreFirstMs, 2 * choreFirstMs, 4 * choreFirstMs, 8 * choreFirstMs]);
  expect(waited.at(-1)).toBe(choreMaxMs);
  const [left] = await waiting();
  expect(left?.attempts).toBeGreaterThan(5);
  expect(world.failures.length).toBeGreaterThan(5);
  // Also across a restart.
  await world.chores.close();
  world = open();
  world.now = (left?.dueAt ?? 0) + 1;
  world.chores.wake();
  await world.fire(0);
  expect(world.forgotten).toEqual([{ person: "ada", keys: ["ada"] }]);
  expect(await waiting()).toEqual([]);
});

test("[person-forgotten] it waits for what came before it and is not stored yet; what comes after it does not hold it up", async () => {
  world.oldest = world.now;
  expect(await world.chores.tryNow(await ask())).toBeUndefined();
  expect(world.forgotten).toEqual([]);
  expect(String(world.failures[0])).toContain("not stored yet");
  world.oldest = world.now + 1;
  const [chore] = await waiting();
  expect(await world.chores.tryNow(chore as ChoreRecord)).toEqual({ events: 3, comments: 1 });
});

test("a store that does not answer holds up nobody", async () => {
  const hanging = openChores({
    ...ports,
    keys: openHashedKeys(ports),
    events: { settled: () => Promise.resolve(true), oldest: () => undefined },
    telemetry: { forget: () => new Promise(() => {}), hashKeys: () => Promise.resolve(false) },
    setTimer(ms, run) {
      if (ms === TELEMETRY_LIMITS.readMs) setImmediate(run);
      return () => {};
    },
    onFailure: () => {},
  });
  expect(await hanging.tryNow(await ask())).toBeUndefined();
  expect(await waiting()).toHaveLength(1);
});

test("[keys-hashed] a person is forgotten under their hash, too, even where the project hashes no more; hashing goes on until all is hashed", async () => {
  await ports.store.transaction((tx) => setHashing(tx, ports, PROJECT, true));
  const keys = openHashedKeys(ports);
  const [raw, hashed] = await keys.namesOf(PROJECT, "ada");
  expect([raw, hashed]).toEqual(["ada", expect.stringMatching(/^hashed:/u)]);
  world.more = 2;
  const chore = await ports.store.transaction((tx) => world.chores.hash(tx, PROJECT));
  expect(await world.chores.tryNow(chore)).toEqual({ events: 0, comments: 0 });
  expect(world.more).toBe(-1);
  await ports.store.transaction((tx) => setHashing(tx, ports, PROJECT, false));
  expect(await keys.secretOf(PROJECT)).toBeUndefined();
  await world.chores.tryNow(await ask());
  expect(world.forgotten).toEqual([{ person: "ada", keys: ["ada", hashed] }]);
  // Turned on again it is the same secret, so that what was hashed before is found.
  await ports.store.transaction((tx) => setHashing(tx, ports, PROJECT, true));
  expect(await keys.namesOf(PROJECT, "ada")).toEqual(["ada", hashed]);
  expect(await ports.store.transaction((tx) => setHashing(tx, ports, PROJECT, true))).toBe(false);
});

test("as many wait as may, and one more is refused with the mend", async () => {
  const crowd = { ...ports.store, transaction: ports.store.transaction.bind(ports.store) };
  const full = crowd.transaction((tx) =>
    world.chores.erase({ ...tx, countChores: () => Promise.resolve(TELEMETRY_LIMITS.waitingChores) }, PROJECT, "ada"),
  );
  await expect(full).rejects.toMatchObject({ code: "telemetry-unavailable" });
});
