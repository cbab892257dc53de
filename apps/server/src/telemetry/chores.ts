/** Chores of the telemetry store: what has to be done to what it keeps is written down first, and done as soon as it is there. */

import { ProblemError } from "@dimmer/protocol";
import { drawId } from "../access/draw-id.ts";
import { openSecret, sealSecret, type SealingKey } from "../access/seal-secret.ts";
import { openPasses } from "../open-passes.ts";
import type { ChoreRecord } from "../storage/chore-record.ts";
import type { Store, StoreTransaction } from "../storage/store.ts";
import type { EventIntake } from "./event-intake.ts";
import type { EventStore, Forgotten } from "./event-store.ts";
import type { HashedKeys } from "./hashed-keys.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";

export interface ChorePorts {
  readonly store: Store;
  readonly events: Pick<EventIntake, "settled" | "oldest">;
  readonly telemetry: Pick<EventStore, "forget" | "hashKeys">;
  readonly keys: HashedKeys;
  readonly sealing: SealingKey;
  readonly clock: () => number;
  readonly random: (bytes: number) => Uint8Array;
  /** Calls back once; gives what cancels it. */
  readonly setTimer: (ms: number, fire: () => void) => () => void;
  readonly onFailure: (error: unknown, what: string) => void;
}

export interface Chores {
  /** Writes it down in the caller's transaction, so that it is asked for exactly if the rest is. */
  erase(tx: StoreTransaction, project: string, person: string): Promise<ChoreRecord>;
  hash(tx: StoreTransaction, project: string): Promise<ChoreRecord>;
  /** Does it at once, once it is committed; undefined where the store is away or slow, and then it is done later. */
  tryNow(chore: ChoreRecord): Promise<Forgotten | undefined>;
  /** Looks at what is due; to be called at the start. */
  wake(): void;
  /** Resolves when what runs has ended. */
  close(): Promise<void>;
}

const NOTHING: Forgotten = { events: 0, comments: 0 };

/**
 * Shape:  tried again after a wait that doubles, for as long as it takes: a person who was promised to be erased is. As many wait at
 *         most as `waitingChores`.
 * Errors: `ProblemError("telemetry-unavailable")` where as many wait; nothing else throws.
 * Source: ADR-0050.
 */
export function openChores(ports: ChorePorts): Chores {
  const { store, sealing, random, clock } = ports;
  /** What is being done, so that nothing is done twice at a time. */
  const running = new Map<string, Promise<Forgotten>>();
  let isClosed = false;

  async function put(
    tx: StoreTransaction,
    project: string,
    more: Pick<ChoreRecord, "kind" | "sealed"> & { readonly id: string },
  ) {
    if ((await tx.countChores()) >= TELEMETRY_LIMITS.waitingChores)
      throw new ProblemError(
        "telemetry-unavailable",
        `${TELEMETRY_LIMITS.waitingChores} erasures wait for the telemetry store already. Bring it back first; the log says what keeps it away.`,
      );
    const at = clock();
    const chore = { project, ...more, createdAt: at, attempts: 0, dueAt: at };
    await tx.putChore(chore);
    return chore;
  }

  /** Everything that came before has to be stored first, or it would be stored afterwards as it came. */
  async function carryOut(chore: ChoreRecord): Promise<Forgotten> {
    const since = clock();
    await ports.events.settled();
    if ((ports.events.oldest() ?? Number.POSITIVE_INFINITY) <= since)
      throw new Error("Events that came before are not stored yet.");
    const done = chore.kind === "hash" ? await hashAll(chore.project) : await forget(chore);
    await store.transaction((tx) => tx.removeChore(chore.project, chore.id));
    return done;
  }

  async function forget({ project, id, sealed }: ChoreRecord): Promise<Forgotten> {
    const person = Buffer.from(openSecret(sealing, sealed ?? "", placeOf(id))).toString("utf8");
    return await ports.telemetry.forget(project, { person, keys: await ports.keys.namesOf(project, person) });
  }

  async function hashAll(project: string): Promise<Forgotten> {
    for (;;) {
      const secret = await ports.keys.secretOf(project);
      if (secret === undefined || !(await ports.telemetry.hashKeys(project, secret))) return NOTHING;
    }
  }

  function run(chore: ChoreRecord): Promise<Forgotten> {
    const name = JSON.stringify([chore.project, chore.id]);
    const known = running.get(name);
    if (known !== undefined) return known;
    const work = carryOut(chore).finally(() => running.delete(name));
    running.set(name, work);
    return work;
  }

  async function runOrPutOff(chore: ChoreRecord): Promise<void> {
    try {
      await run(chore);
    } catch (error) {
      ports.onFailure(error, `telemetry chore: ${chore.kind}`);
      const attempts = chore.attempts + 1;
      const waitMs = Math.min(TELEMETRY_LIMITS.choreMaxMs, TELEMETRY_LIMITS.choreFirstMs * 2 ** Math.min(attempts - 1, 20));
      await store.transaction((tx) => tx.putChore({ ...chore, attempts, dueAt: clock() + waitMs }));
    }
  }

  /** Gives the milliseconds until it should look again; what failed meanwhile is among what it looks at. */
  async function runDue(): Promise<number> {
    for (;;) {
      const chores = await store.listDueChores(TELEMETRY_LIMITS.choresAtOnce);
      const due = chores.filter(({ dueAt }) => dueAt <= clock());
      for (const chore of due) if (!isClosed) await runOrPutOff(chore);
      const waitMs = (chores[0]?.dueAt ?? Number.POSITIVE_INFINITY) - clock();
      if (isClosed || due.length === 0) return Math.min(TELEMETRY_LIMITS.choreMaxMs, waitMs);
    }
  }

  const passes = openPasses({ ...ports, runDue, retryMs: TELEMETRY_LIMITS.choreFirstMs, what: "telemetry chores" });
  return {
    erase: async (tx, project, person) => {
      const id = drawId("chore", random);
      const sealed = sealSecret(sealing, Buffer.from(person, "utf8"), placeOf(id), random);
      return await put(tx, project, { kind: "erase", id, sealed });
    },
    hash: (tx, project) => put(tx, project, { kind: "hash", id: drawId("chore", random), sealed: null }),
    async tryNow(chore) {
      let cancel = () => {};
      const over = new Promise<undefined>(
        (resolve) => (cancel = ports.setTimer(TELEMETRY_LIMITS.readMs, () => resolve(undefined))),
      );
      const done = run(chore).catch((error: unknown) => {
        ports.onFailure(error, `telemetry chore: ${chore.kind}`);
        return undefined;
      });
      const found = await Promise.race([done, over]);
      cancel();
      if (found === undefined) passes.wake();
      return found;
    },
    wake: () => passes.wake(),
    async close() {
      isClosed = true;
      await passes.close();
      await Promise.allSettled(running.values());
    },
  };
}

const placeOf = (id: string): string => `telemetry-chore/${id}`;
