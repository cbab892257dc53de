/** Joined transactions: one commit of everything inside, or none. */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSqliteStore } from "./dialects/sqlite.ts";
import { type JoiningStore, joinTransactions } from "./join-transactions.ts";

let store: JoiningStore;
beforeEach(async () => (store = joinTransactions(await openSqliteStore({ path: ":memory:" }))));
afterEach(() => store.close());

const add = (key: string) => store.transaction((tx) => tx.putProject({ key, name: key, createdAt: 1 }));
const keys = async () => (await store.listProjects()).map(({ key }) => key);

describe("together", () => {
  it("commits what several transactions wrote, and reads see it before", async () => {
    const seen = await store.together(async (tx) => {
      await add("a");
      await tx.putProject({ key: "b", name: "b", createdAt: 1 });
      return await keys();
    });
    expect([seen, await keys()]).toEqual([
      ["a", "b"],
      ["a", "b"],
    ]);
  });

  it("commits nothing where the work fails after its transactions", async () => {
    const failing = store.together(async () => {
      await add("a");
      throw new Error("afterwards");
    });
    await expect(failing).rejects.toThrow("afterwards");
    expect(await keys()).toEqual([]);
  });

  it("commits nothing where a part failed, even if the work went on", async () => {
    const swallowing = store.together(async () => {
      await add("a");
      await store.transaction(() => Promise.reject(new Error("a part"))).catch(() => {});
    });
    await expect(swallowing).rejects.toThrow("a part");
    expect(await keys()).toEqual([]);
  });

  it("leaves transactions outside alone, also those that its caller begins when it is over", async () => {
    await store.together(() => add("a"));
    await Promise.all([add("b"), store.together(() => add("c"))]);
    expect(await keys()).toEqual(["a", "b", "c"]);
  });
});

describe("afterCommit", () => {
  it("waits for the commit inside, and for nothing outside", async () => {
    const log: string[] = [];
    await store.together(async () => {
      store.afterCommit(() => log.push("effect"));
      await add("a");
      log.push("work");
    });
    store.afterCommit(() => log.push("outside"));
    expect(log).toEqual(["work", "effect", "outside"]);
  });

  it("never comes where nothing was committed", async () => {
    const log: string[] = [];
    const failing = store.together(async () => {
      store.afterCommit(() => log.push("effect"));
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(log).toEqual([]);
  });
});
