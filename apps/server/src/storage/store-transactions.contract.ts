/** The contract of transactions: whole or not at all, one writer at a time, one commit for every reader. */

import { strict as assert } from "node:assert";
import { ProblemError } from "@dimmer/protocol";
import { describe, expect, it } from "vitest";
import { CONFIG, flagRecord, keyRecord, withProject } from "./sample-records.contract.ts";
import type { Store, StoreTransaction } from "./store.ts";

/**
 * Shape:  `store` gives the empty store of the running test.
 * Source: the port, `store.ts`.
 */
export function transactionContract(store: () => Store): void {
  describe("transactions", () => {
    it("keeps what was committed and gives back what the work gave", async () => {
      expect(
        await store().transaction(async (tx) => {
          await tx.putProject({ key: "shop", name: "Shop", createdAt: 1 });
          return 7;
        }),
      ).toBe(7);
      expect(await store().listProjects()).toEqual([{ key: "shop", name: "Shop", createdAt: 1 }]);
    });

    it("keeps nothing of a work that rejects, and rejects with that very error", async () => {
      const why = new Error("changed my mind");
      const failing = store().transaction(async (tx) => {
        await tx.putProject({ key: "shop", name: "Shop", createdAt: 1 });
        throw why;
      });
      await expect(failing).rejects.toBe(why);
      expect(await store().listProjects()).toEqual([]);
    });

    it("sees its own writes inside, and nobody outside sees them before the commit", async () => {
      let seenOutside: unknown = "not yet";
      const isWritten = promiseWithResolve();
      const writing = store().transaction(async (tx) => {
        await tx.putProject({ key: "shop", name: "Shop", createdAt: 1 });
        isWritten.resolve();
        await turnsOfTheLoop(5);
        expect(await tx.getProject("shop")).not.toBeNull();
        expect(seenOutside).toBeOneOf([null, "not yet"]);
        throw new Error("roll back");
      });
      await isWritten.promise;
      const reading = store()
        .getProject("shop")
        .then((project) => (seenOutside = project));
      await expect(writing).rejects.toThrow("roll back");
      expect(await reading).toBeNull();
    });

    it("runs one writer at a time, so that no update is lost", async () => {
      await withProject(store());
      const bump = (): Promise<void> =>
        store().transaction(async (tx) => {
          const environment = await tx.getEnvironment("shop", "production");
          assert(environment !== null);
          await turnsOfTheLoop(1);
          await tx.putEnvironment({ ...environment, version: environment.version + 1 });
        });
      await Promise.all(Array.from({ length: 40 }, bump));
      expect((await store().getEnvironment("shop", "production"))?.version).toBe(40);
    });

    it("lets the next writer in after one that failed", async () => {
      const failing = store().transaction(() => Promise.reject(new Error("no")));
      const following = store().transaction((tx) => tx.putProject({ key: "shop", name: "Shop", createdAt: 1 }));
      await expect(failing).rejects.toThrow("no");
      await following;
      expect(await store().listProjects()).toHaveLength(1);
    });

    it("gives every read one commit, even where it takes several queries", async () => {
      await withProject(store(), (tx) => tx.putFlag(flagRecord({ revision: 1, variants: { v1: { latest: 1 } } })));
      const writer = { isDone: false };
      const writing = (async () => {
        for (let revision = 2; revision < 60; revision += 1) {
          await store().transaction((tx) =>
            tx.putFlag(flagRecord({ revision, variants: { [`v${revision}`]: { latest: revision } } })),
          );
        }
        writer.isDone = true;
      })();
      while (!writer.isDone) {
        const flag = (await store().listFlags("shop"))[0];
        assert(flag !== undefined);
        expect(flag.variants).toEqual({ [`v${flag.revision}`]: { latest: flag.revision } });
        await turnsOfTheLoop(1);
      }
      await writing;
    });

    it("refuses the store itself inside a transaction, where it would wait for ever", async () => {
      const nested = store().transaction(() => store().transaction(() => Promise.resolve()));
      await expect(nested).rejects.toThrow("inside a transaction use its tx");
      await expect(store().transaction(() => store().listProjects())).rejects.toThrow("inside a transaction use its tx");
      expect(await store().listProjects()).toEqual([]);
    });

    it("refuses a tx that is used after its transaction", async () => {
      let leaked: StoreTransaction | undefined;
      await store().transaction(async (tx) => {
        leaked = tx;
      });
      await expect(leaked?.listProjects()).rejects.toThrow("the transaction is over");
    });

    it("never commits past a statement that failed, even when its error was caught", async () => {
      await withProject(store(), (tx) => tx.putKey(keyRecord({ id: "one", hash: "same" })));
      const swallowing = store().transaction(async (tx) => {
        await tx.putProject({ key: "other", name: "Other", createdAt: 9 });
        await tx.putKey(keyRecord({ id: "two", hash: "same" })).catch(() => {});
      });
      await expect(swallowing).rejects.toThrow(/unique/i);
      expect(await store().getProject("other")).toBeNull();
    });

    it("refuses records of a project or environment that is not there, at the commit", async () => {
      await expect(store().transaction((tx) => tx.putFlag(flagRecord({})))).rejects.toThrow(/foreign key/i);
      expect(await store().listFlags("shop")).toEqual([]);
      await withProject(store());
      const nowhere = flagRecord({ environments: { nowhere: { revision: 1, config: CONFIG } } });
      await expect(store().transaction((tx) => tx.putFlag(nowhere))).rejects.toThrow(/foreign key/i);
      expect(await store().listFlags("shop")).toEqual([]);
    });

    it("refuses everything after it was closed, and closes twice without complaint", async () => {
      await store().close();
      await store().close();
      await expect(store().listProjects()).rejects.toThrow(ProblemError);
      await expect(store().transaction(() => Promise.resolve())).rejects.toMatchObject({ code: "store-unavailable" });
      await expect(store().check()).rejects.toMatchObject({ code: "store-unavailable" });
    });

    it("says that it is well", async () => {
      await expect(store().check()).resolves.toBeUndefined();
    });
  });
}

function promiseWithResolve(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Lets everything that is ready run first. */
async function turnsOfTheLoop(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
