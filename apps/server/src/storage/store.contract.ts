/** What every store must do, whatever lies behind it: each dialect's test runs this. */

import { strict as assert } from "node:assert";
import type { FlagEnvironment, JsonValue } from "@dimmer/evaluation";
import { ProblemError } from "@dimmer/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  changeRecord,
  environmentRecord,
  flagRecord,
  keyRecord,
  linkRecords,
  segmentRecord,
  valueVersion,
} from "./store.fixtures.ts";
import type { Store, StoreTransaction } from "./store.ts";

/**
 * Shape:  `open` gives an empty store each time; the contract closes it.
 * Source: the port, `store.ts`.
 */
export function storeContract(name: string, open: () => Promise<Store>): void {
  describe(`store contract: ${name}`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(async () => {
      await store.close();
    });
    const withProject = async (more: (tx: StoreTransaction) => Promise<void> = async () => {}): Promise<void> => {
      await store.transaction(async (tx) => {
        await tx.putProject({ key: "shop", name: "Shop", createdAt: 1 });
        await tx.putEnvironment(environmentRecord({ key: "production", production: true, createdAt: 2 }));
        await tx.putEnvironment(environmentRecord({ key: "staging", createdAt: 3 }));
        await more(tx);
      });
    };

    describe("transactions", () => {
      it("keeps what was committed and gives back what the work gave", async () => {
        expect(
          await store.transaction(async (tx) => {
            await tx.putProject({ key: "shop", name: "Shop", createdAt: 1 });
            return 7;
          }),
        ).toBe(7);
        expect(await store.listProjects()).toEqual([{ key: "shop", name: "Shop", createdAt: 1 }]);
      });

      it("keeps nothing of a work that rejects, and rejects with that very error", async () => {
        const why = new Error("changed my mind");
        const failing = store.transaction(async (tx) => {
          await tx.putProject({ key: "shop", name: "Shop", createdAt: 1 });
          throw why;
        });
        await expect(failing).rejects.toBe(why);
        expect(await store.listProjects()).toEqual([]);
      });

      it("sees its own writes inside, and nobody outside sees them before the commit", async () => {
        let seenOutside: unknown = "not yet";
        const isWritten = promiseWithResolve();
        const writing = store.transaction(async (tx) => {
          await tx.putProject({ key: "shop", name: "Shop", createdAt: 1 });
          isWritten.resolve();
          await turnsOfTheLoop(5);
          expect(await tx.getProject("shop")).not.toBeNull();
          expect(seenOutside).toBeOneOf([null, "not yet"]);
          throw new Error("roll back");
        });
        await isWritten.promise;
        const reading = store.getProject("shop").then((project) => (seenOutside = project));
        await expect(writing).rejects.toThrow("roll back");
        expect(await reading).toBeNull();
      });

      it("runs one writer at a time, so that no update is lost", async () => {
        await withProject();
        const bump = (): Promise<void> =>
          store.transaction(async (tx) => {
            const environment = await tx.getEnvironment("shop", "production");
            assert(environment !== null);
            await turnsOfTheLoop(1);
            await tx.putEnvironment({ ...environment, version: environment.version + 1 });
          });
        await Promise.all(Array.from({ length: 40 }, bump));
        expect((await store.getEnvironment("shop", "production"))?.version).toBe(40);
      });

      it("lets the next writer in after one that failed", async () => {
        const failing = store.transaction(() => Promise.reject(new Error("no")));
        const following = store.transaction((tx) => tx.putProject({ key: "shop", name: "Shop", createdAt: 1 }));
        await expect(failing).rejects.toThrow("no");
        await following;
        expect(await store.listProjects()).toHaveLength(1);
      });

      it("gives every read one commit, even where it takes several queries", async () => {
        await withProject((tx) => tx.putFlag(flagRecord({ revision: 1, variants: { v1: { latest: 1 } } })));
        let isDone = false;
        const writing = (async () => {
          for (let revision = 2; revision < 60; revision += 1) {
            await store.transaction((tx) =>
              tx.putFlag(flagRecord({ revision, variants: { [`v${revision}`]: { latest: revision } } })),
            );
          }
          isDone = true;
        })();
        while (!isDone) {
          const flag = (await store.listFlags("shop"))[0];
          assert(flag !== undefined);
          expect(flag.variants).toEqual({ [`v${flag.revision}`]: { latest: flag.revision } });
          await turnsOfTheLoop(1);
        }
        await writing;
      });

      it("refuses the store itself inside a transaction, where it would wait for ever", async () => {
        const nested = store.transaction(() => store.transaction(() => Promise.resolve()));
        await expect(nested).rejects.toThrow("inside a transaction use its tx");
        await expect(store.transaction(() => store.listProjects())).rejects.toThrow("inside a transaction use its tx");
        expect(await store.listProjects()).toEqual([]);
      });

      it("refuses a tx that is used after its transaction", async () => {
        let leaked: StoreTransaction | undefined;
        await store.transaction(async (tx) => {
          leaked = tx;
        });
        await expect(leaked?.listProjects()).rejects.toThrow("the transaction is over");
      });

      it("never commits past a statement that failed, even when its error was caught", async () => {
        await withProject((tx) => tx.putKey(keyRecord({ id: "one", hash: "same" })));
        const swallowing = store.transaction(async (tx) => {
          await tx.putProject({ key: "other", name: "Other", createdAt: 9 });
          await tx.putKey(keyRecord({ id: "two", hash: "same" })).catch(() => {});
        });
        await expect(swallowing).rejects.toThrow();
        expect(await store.getProject("other")).toBeNull();
      });

      it("refuses records of a project or environment that is not there, at the commit", async () => {
        await expect(store.transaction((tx) => tx.putFlag(flagRecord({})))).rejects.toThrow();
        expect(await store.listFlags("shop")).toEqual([]);
        await withProject();
        const nowhere = flagRecord({ environments: { nowhere: { revision: 1, config: CONFIG } } });
        await expect(store.transaction((tx) => tx.putFlag(nowhere))).rejects.toThrow();
        expect(await store.listFlags("shop")).toEqual([]);
      });

      it("refuses everything after it was closed, and closes twice without complaint", async () => {
        await store.close();
        await store.close();
        await expect(store.listProjects()).rejects.toThrow(ProblemError);
        await expect(store.transaction(() => Promise.resolve())).rejects.toMatchObject({ code: "store-unavailable" });
        await expect(store.check()).rejects.toMatchObject({ code: "store-unavailable" });
      });

      it("says that it is well", async () => {
        await expect(store.check()).resolves.toBeUndefined();
      });
    });

    describe("installation, projects and environments", () => {
      it("has one installation, replaced by the next put", async () => {
        expect(await store.installation()).toBeNull();
        for (const id of ["one", "two"]) await store.transaction((tx) => tx.putInstallation({ id, createdAt: 5, keyCheck: "c" }));
        expect(await store.installation()).toEqual({ id: "two", createdAt: 5, keyCheck: "c" });
      });

      it("lists in order of creation, and replaces by key", async () => {
        await withProject((tx) => tx.putEnvironment(environmentRecord({ key: "alpha", createdAt: 2 })));
        await store.transaction((tx) => tx.putProject({ key: "shop", name: "Renamed", createdAt: 1 }));
        await store.transaction((tx) =>
          tx.putEnvironment(environmentRecord({ key: "staging", name: "New", version: 4, createdAt: 3 })),
        );
        expect(await store.getProject("shop")).toEqual({ key: "shop", name: "Renamed", createdAt: 1 });
        expect((await store.listEnvironments("shop")).map(({ key }) => key)).toEqual(["alpha", "production", "staging"]);
        expect(await store.getEnvironment("shop", "staging")).toEqual(
          environmentRecord({ key: "staging", name: "New", version: 4, createdAt: 3 }),
        );
        expect((await store.getEnvironment("shop", "production"))?.production).toBe(true);
        expect(await store.getEnvironment("shop", "nowhere")).toBeNull();
        expect(await store.listEnvironments("elsewhere")).toEqual([]);
      });
    });

    describe("JSON", () => {
      const ODD_VALUES: readonly JsonValue[] = [
        null,
        0,
        1e300,
        5e-324,
        Number.MAX_SAFE_INTEGER,
        "",
        "Grüße 🎉 \u0000 \uD800 half, \u2028 line",
        { __proto__x: 1, "": [], constructor: { toString: null } },
        JSON.parse('{"__proto__":{"polluted":true}}') as JsonValue,
        { z: 1, a: { y: [1, { b: 2, a: 3 }], x: null }, 10: "ten", 9: "nine" },
        ["x".repeat(200_000)],
      ];

      it.each(ODD_VALUES.map((value, index) => ({ value, index })))(
        "gives value $index back byte for byte",
        async ({ value }) => {
          const record = valueVersion({ value });
          await withProject((tx) => tx.putValueVersion(record));
          const read = await store.getValueVersion("shop", "summarizer", "opus", 1);
          expect(JSON.stringify(read?.value)).toBe(JSON.stringify(value));
          expect(read).toEqual(record);
        },
      );

      it.each(["half \uD800 pair", "\uDC00", "NUL \0"])("refuses plain text that it could not give back: %j", async (name) => {
        const putting = store.transaction((tx) => tx.putProject({ key: "shop", name, createdAt: 1 }));
        await expect(putting).rejects.toMatchObject({ code: "invalid-request" });
        expect(await store.listProjects()).toEqual([]);
      });

      it("keeps plain text in every script", async () => {
        const name = "Ünïcödé 🎉 ‮rtl‬ 👩‍👩‍👧 'quotes' \"and\" \\ % _";
        await store.transaction((tx) => tx.putProject({ key: "shop", name, createdAt: 1 }));
        expect((await store.getProject("shop"))?.name).toBe(name);
      });
    });

    describe("flags", () => {
      it("gives a flag back with everything that decides it, variants in authored order", async () => {
        const record = flagRecord({
          variants: {
            zebra: { latest: 3, description: "Zebra", only: { plan: ["pro"] }, draft: { value: null } },
            alpha: { latest: 1 },
            mid: { latest: 2, draft: { value: { a: [1] } } },
          },
          environments: {
            production: { revision: 2, config: { ...CONFIG, published: { zebra: 3, alpha: 1, mid: 1 } } },
            staging: { revision: 1, config: CONFIG },
          },
          archivedAt: 99,
        });
        await withProject((tx) => tx.putFlag(record));
        const read = await store.getFlag("shop", "summarizer");
        expect(read).toEqual(record);
        expect(Object.keys(read?.variants ?? {})).toEqual(["zebra", "alpha", "mid"]);
        expect(await store.listFlags("shop")).toEqual([record]);
      });

      it("replaces a flag whole: variants and environments that are gone are gone", async () => {
        const both = { production: { revision: 1, config: CONFIG }, staging: { revision: 1, config: CONFIG } };
        await withProject((tx) =>
          tx.putFlag(flagRecord({ variants: { a: { latest: 1 }, b: { latest: 1 } }, environments: both })),
        );
        const smaller = flagRecord({ revision: 2, variants: { b: { latest: 2 } }, environments: { staging: both.staging } });
        await store.transaction((tx) => tx.putFlag(smaller));
        expect(await store.getFlag("shop", "summarizer")).toEqual(smaller);
      });

      it("lists by key, with or without archived ones, of one project only", async () => {
        await withProject(async (tx) => {
          await tx.putProject({ key: "other", name: "Other", createdAt: 2 });
          for (const key of ["b", "a", "c"]) await tx.putFlag(flagRecord({ key, archivedAt: key === "b" ? 5 : null }));
          await tx.putFlag(flagRecord({ project: "other", key: "z" }));
        });
        expect((await store.listFlags("shop")).map(({ key }) => key)).toEqual(["a", "b", "c"]);
        expect((await store.listFlags("shop", { archived: false })).map(({ key }) => key)).toEqual(["a", "c"]);
        expect(await store.getFlag("shop", "z")).toBeNull();
      });

      it("keeps value versions for good, and refuses to overwrite one", async () => {
        await withProject(async (tx) => {
          for (const number of [2, 1, 10]) await tx.putValueVersion(valueVersion({ number, digest: `d${number}` }));
          await tx.putValueVersion(valueVersion({ number: 1, digest: "d1" }));
        });
        expect((await store.listValueVersions("shop", "summarizer")).map(({ number }) => number)).toEqual([1, 2, 10]);
        const overwriting = store.transaction((tx) => tx.putValueVersion(valueVersion({ number: 2, digest: "other" })));
        await expect(overwriting).rejects.toThrow("immutable");
        expect((await store.getValueVersion("shop", "summarizer", "opus", 2))?.digest).toBe("d2");
      });

      it("lists just what is published in the environment now, of flags that are not archived", async () => {
        const published = (opus: number): FlagEnvironment => ({ ...CONFIG, published: { opus } });
        await withProject(async (tx) => {
          for (const number of [1, 2]) await tx.putValueVersion(valueVersion({ number, digest: `d${number}` }));
          await tx.putValueVersion(valueVersion({ flag: "gone", digest: "gone" }));
          const environments = {
            production: { revision: 1, config: published(2) },
            staging: { revision: 1, config: published(1) },
          };
          await tx.putFlag(flagRecord({ environments }));
          await tx.putFlag(flagRecord({ key: "gone", environments: { production: environments.staging }, archivedAt: 4 }));
        });
        const numbers = async (environment: string): Promise<readonly number[]> =>
          (await store.listPublishedValues("shop", environment)).map(({ number }) => number);
        expect(await numbers("production")).toEqual([2]);
        expect(await numbers("staging")).toEqual([1]);
        await store.transaction((tx) =>
          tx.putFlag(flagRecord({ environments: { production: { revision: 2, config: published(1) } } })),
        );
        expect(await numbers("production")).toEqual([1]);
        expect(await numbers("staging")).toEqual([]);
      });
    });

    it("gives segments back whole, by key, removed ones too", async () => {
      const beta = segmentRecord({ key: "beta", environments: { production: { revision: 3, config: { include: ["a", "b"] } } } });
      const alpha = segmentRecord({ key: "alpha", removedAt: 8 });
      await withProject(async (tx) => {
        await tx.putSegment(segmentRecord({ key: "beta", environments: { staging: { revision: 1, config: {} } } }));
        await tx.putSegment(beta);
        await tx.putSegment(alpha);
      });
      expect(await store.listSegments("shop")).toEqual([alpha, beta]);
      expect(await store.getSegment("shop", "beta")).toEqual(beta);
      expect(await store.getSegment("shop", "gamma")).toBeNull();
    });

    describe("history", () => {
      const changes = [
        changeRecord({ sequence: 1, effects: [{ resource: "flags/a", path: "" }], versions: { production: 1, staging: 1 } }),
        changeRecord({
          sequence: 2,
          effects: [{ resource: "flags/a/environments/staging", path: "" }],
          versions: { staging: 2 },
        }),
        changeRecord({
          sequence: 3,
          effects: [{ resource: "flags/b/environments/production", path: "" }],
          versions: { production: 2 },
        }),
        changeRecord({
          sequence: 4,
          effects: [{ resource: "segments/s/environments/production", path: "" }],
          versions: { production: 3 },
        }),
        changeRecord({ sequence: 5, effects: [{ resource: "flags/c", path: "" }], versions: {} }),
      ];

      const PAGES = [
        { page: { limit: 10 }, expected: [5, 4, 3, 2, 1] },
        { page: { limit: 2 }, expected: [5, 4] },
        { page: { limit: 2, before: 4 }, expected: [3, 2] },
        { page: { limit: 10, flag: "a" }, expected: [2, 1] },
        { page: { limit: 10, flag: "c" }, expected: [5] },
        { page: { limit: 10, environment: "production" }, expected: [4, 3, 1] },
        { page: { limit: 10, flag: "a", environment: "production" }, expected: [1] },
        { page: { limit: 10, flag: "b", environment: "staging" }, expected: [] },
        { page: { limit: 1, flag: "a", before: 2 }, expected: [1] },
        { page: { limit: 10, flag: "segments" }, expected: [] },
      ];
      it.each(PAGES)("lists changes newest first: $page", async ({ page, expected }) => {
        await withProject(async (tx) => {
          for (const change of changes) await tx.putChange(change);
        });
        expect((await store.listChanges("shop", page)).map(({ sequence }) => sequence)).toEqual(expected);
      });

      it("gives a change back whole, counts them, and lets one be marked as undone", async () => {
        expect(await store.lastChangeSequence("shop")).toBe(0);
        const first = changes[0];
        assert(first !== undefined);
        await withProject((tx) => tx.putChange(first));
        await store.transaction((tx) => tx.putChange({ ...first, undoneBy: "change-9" }));
        expect(await store.getChange("shop", first.id)).toEqual({ ...first, undoneBy: "change-9" });
        expect(await store.lastChangeSequence("shop")).toBe(1);
        expect(await store.getChange("shop", "none")).toBeNull();
        const again = store.transaction((tx) => tx.putChange({ ...first, id: "another id, same sequence" }));
        await expect(again).rejects.toThrow();
      });

      it("gives revisions by number, in order, and the state at any version", async () => {
        const of = { project: "shop", environment: "production", kind: "flag", key: "a" } as const;
        const revisions = [
          { ...of, revision: 1, version: 1, change: "c1", config: CONFIG },
          { ...of, revision: 2, version: 3, change: "c3", config: null },
          { ...of, key: "b", revision: 1, version: 2, change: "c2", config: CONFIG },
          { ...of, kind: "segment", revision: 1, version: 3, change: "c3", config: { include: ["x"] } },
          { ...of, environment: "staging", revision: 7, version: 1, change: "c1", config: CONFIG },
        ] as const;
        await withProject(async (tx) => {
          for (const revision of revisions) await tx.putRevision(revision);
        });
        expect(await store.getRevision("shop", "production", "flag", "a", 2)).toEqual(revisions[1]);
        expect(await store.getRevision("shop", "production", "flag", "a", 3)).toBeNull();
        expect(await store.listRevisions("shop", "production", "flag", "a")).toEqual([revisions[0], revisions[1]]);
        expect(await store.listRevisionsAt("shop", "production", 0)).toEqual([]);
        expect(await store.listRevisionsAt("shop", "production", 2)).toEqual([revisions[0], revisions[2]]);
        expect(await store.listRevisionsAt("shop", "production", 3)).toEqual([revisions[1], revisions[2], revisions[3]]);
      });
    });

    it("finds keys by digest, and lists those of exactly one scope", async () => {
      const [ours, theirs] = [keyRecord({ id: "a", hash: "h1", project: "shop" }), keyRecord({ id: "b", hash: "h2" })];
      await withProject(async (tx) => {
        await tx.putKey(ours);
        await tx.putKey(theirs);
      });
      expect(await store.listKeys("shop")).toEqual([ours]);
      expect(await store.listKeys(null)).toEqual([theirs]);
      await store.transaction((tx) => tx.putKey({ ...ours, revokedAt: 12 }));
      expect(await store.findKeyByHash("h1")).toEqual({ ...ours, revokedAt: 12 });
      expect(await store.findKeyByHash("h3")).toBeNull();
    });

    it("lists sealed secrets of exactly one purpose and place, newest first", async () => {
      const secret = (id: string, createdAt: number, environment: string | null) => ({
        ...{ id, purpose: "signing-key", project: "shop", environment, sealed: `v1.${id}`, createdAt, retiredAt: null },
      });
      const [old, young, wide] = [secret("old", 1, "production"), secret("young", 2, "production"), secret("wide", 3, null)];
      await withProject(async (tx) => {
        for (const record of [old, young, wide]) await tx.putSecret(record);
      });
      await store.transaction((tx) => tx.putSecret({ ...old, retiredAt: 4 }));
      expect(await store.listSecrets("signing-key", "shop", "production")).toEqual([young, { ...old, retiredAt: 4 }]);
      expect(await store.listSecrets("signing-key", "shop", null)).toEqual([wide]);
      expect(await store.listSecrets("webhook-secret", "shop", null)).toEqual([]);
    });

    describe("audit", () => {
      const append = (sequence: number, more: { chain?: string; hash?: string } = {}): Promise<void> =>
        store.transaction((tx) => tx.appendAudit(...linkRecords(sequence, more)));

      it("appends, pages both ways, and keeps chains apart", async () => {
        for (const sequence of [1, 2, 3, 4, 5]) await append(sequence);
        await append(1, { chain: "other" });
        const sequences = (rows: readonly { sequence: number }[]): readonly number[] => rows.map(({ sequence }) => sequence);
        expect(sequences(await store.listAuditLinks("chain", 0, 2))).toEqual([1, 2]);
        expect(sequences(await store.listAuditLinks("chain", 2, 10))).toEqual([3, 4, 5]);
        expect(sequences(await store.listAuditLinksBackwards("chain", null, 2))).toEqual([5, 4]);
        expect(sequences(await store.listAuditLinksBackwards("chain", 4, 10))).toEqual([3, 2, 1]);
        expect(await store.listAuditPayloads("chain", 2, 3)).toEqual([...linkRecords(2, {})[1], ...linkRecords(3, {})[1]]);
        expect(await store.getAuditHead("chain")).toEqual(linkRecords(5, {})[2]);
        expect(await store.getAuditHead("none")).toBeNull();
        expect(await store.listAuditChains()).toEqual(["chain", "other"]);
      });

      it("never overwrites a row, and leaves no gap", async () => {
        await append(1);
        await append(2);
        await expect(append(2, { hash: "forged" })).rejects.toThrow();
        await expect(append(1, { hash: "forged" })).rejects.toThrow();
        await expect(append(4)).rejects.toThrow();
        expect((await store.listAuditLinks("chain", 0, 10)).map(({ hash }) => hash)).toEqual(["hash-1", "hash-2"]);
        expect(await store.getAuditHead("chain")).toEqual(linkRecords(2, {})[2]);
      });

      it("blanks one part's content and salt, and nothing else", async () => {
        await append(1);
        await store.transaction((tx) => tx.blankAuditPayload("chain", 1, "actor"));
        const [actor, details] = linkRecords(1, {})[1];
        expect(await store.listAuditPayloads("chain", 1, 1)).toEqual([{ ...actor, content: null, salt: "" }, details]);
        await expect(store.transaction((tx) => tx.blankAuditPayload("chain", 9, "actor"))).rejects.toThrow("has no actor");
      });
    });

    it("finds the records that mention a text, wildcards and JSON escapes taken literally", async () => {
      const person = 'ada "50%_!" \\ \u0001';
      const targets = { ...CONFIG, targets: { opus: [person] } };
      await withProject(async (tx) => {
        await tx.putFlag(flagRecord({ key: "named", environments: { production: { revision: 4, config: targets } } }));
        await tx.putFlag(flagRecord({ key: "drafted", variants: { v: { latest: 2, draft: { value: { to: person } } } } }));
        await tx.putFlag(flagRecord({ key: "clean", environments: { production: { revision: 1, config: CONFIG } } }));
        await tx.putValueVersion(valueVersion({ number: 3, value: [person] }));
        await tx.putSegment(
          segmentRecord({ key: "s", environments: { staging: { revision: 5, config: { include: [person] } } } }),
        );
        await tx.putChange(changeRecord({ sequence: 1, reason: `for ${person}`, versions: {} }));
        await tx.putChange(changeRecord({ sequence: 2, reason: 'for ada "50xx!"', versions: {} }));
        const of = { project: "shop", environment: "production", version: 1, change: "c" };
        await tx.putRevision({ ...of, kind: "flag", key: "named", revision: 6, config: targets });
        await tx.putRevision({ ...of, kind: "segment", key: "s", revision: 7, config: { exclude: [person] } });
        await tx.putKey(keyRecord({ id: "k", name: `${person}'s`, project: "shop" }));
      });
      const found = await store.listMentions("shop", person);
      expect(
        found.map(({ kind, key, environment, variant, number }) => [kind, key, environment, variant, number].join(" ")),
      ).toEqual([
        "change change-1   1",
        "flag named production  4",
        "flag-revision named production  6",
        "key k   0",
        "segment s staging  5",
        "segment-revision s production  7",
        "value summarizer  opus 3",
        "variant drafted  v 2",
      ]);
      expect(await store.listMentions("elsewhere", person)).toEqual([]);
    });

    it("reads thousands of flags in a handful of queries", { timeout: 60_000 }, async () => {
      await withProject(async (tx) => {
        for (let index = 0; index < 2_000; index += 1) {
          const environments = { production: { revision: 1, config: CONFIG } };
          await tx.putFlag(flagRecord({ key: `flag-${String(index).padStart(5, "0")}`, environments }));
        }
      });
      const from = performance.now();
      const flags = await store.listFlags("shop");
      expect(flags).toHaveLength(2_000);
      expect(flags[1_999]?.environments["production"]?.config).toEqual(CONFIG);
      expect(performance.now() - from).toBeLessThan(2_000);
    });
  });
}

const CONFIG: FlagEnvironment = { enabled: true, fallback: "sonnet", default: { variant: "sonnet" } };

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
