/** The contract of history, keys, secrets, audit and mentions. */

import { strict as assert } from "node:assert";
import { describe, expect, it } from "vitest";
import {
  changeRecord,
  CONFIG,
  flagRecord,
  keyRecord,
  linkRecords,
  segmentRecord,
  valueVersion,
  withProject,
  requestAnswer,
} from "./sample-records.contract.ts";
import type { RequestAnswerRecord, Store } from "./store.ts";

/**
 * Shape:  `store` gives the empty store of the running test.
 * Source: the port, `store.ts`.
 */
export function historyContract(store: () => Store): void {
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
      { page: { limit: 10, environments: ["production"] }, expected: [4, 3, 1] },
      { page: { limit: 10, environments: ["production", "staging"] }, expected: [4, 3, 2, 1] },
      { page: { limit: 10, flag: "a", environments: ["production"] }, expected: [1] },
      { page: { limit: 10, flag: "b", environments: ["staging"] }, expected: [] },
      { page: { limit: 1, flag: "a", before: 2 }, expected: [1] },
      { page: { limit: 10, flag: "segments" }, expected: [] },
      { page: { limit: 10, after: 3 }, expected: [5, 4] },
      { page: { limit: 10, after: 1, before: 4 }, expected: [3, 2] },
      { page: { limit: 10, flag: "a", after: 1 }, expected: [2] },
    ];
    it.each(PAGES)("lists changes newest first: $page", async ({ page, expected }) => {
      await withProject(store(), async (tx) => {
        for (const change of changes) await tx.putChange(change);
      });
      expect((await store().listChanges("shop", page)).map(({ sequence }) => sequence)).toEqual(expected);
    });

    it("gives a change back whole, counts them, and lets one be marked as undone", async () => {
      expect(await store().lastChangeSequence("shop")).toBe(0);
      const first = changes[0];
      assert(first !== undefined);
      await withProject(store(), (tx) => tx.putChange(first));
      await store().transaction((tx) => tx.putChange({ ...first, undoneBy: "change-9" }));
      expect(await store().getChange("shop", first.id)).toEqual({ ...first, undoneBy: "change-9" });
      expect(await store().lastChangeSequence("shop")).toBe(1);
      expect(await store().getChange("shop", "none")).toBeNull();
      const again = store().transaction((tx) => tx.putChange({ ...first, id: "another id, same sequence" }));
      await expect(again).rejects.toThrow(/unique/i);
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
      await withProject(store(), async (tx) => {
        for (const revision of revisions) await tx.putRevision(revision);
      });
      expect(await store().getRevision("shop", "production", "flag", "a", 2)).toEqual(revisions[1]);
      expect(await store().getRevision("shop", "production", "flag", "a", 3)).toBeNull();
      expect(await store().listRevisions("shop", "production", "flag", "a")).toEqual([revisions[0], revisions[1]]);
      expect(await store().listFlagRevisions("shop", "production", ["none", "a"])).toEqual([revisions[0], revisions[1]]);
      expect(await store().listRevisionsAt("shop", "production", 0)).toEqual([]);
      expect(await store().listRevisionsAt("shop", "production", 2)).toEqual([revisions[0], revisions[2]]);
      expect(await store().listRevisionsAt("shop", "production", 3)).toEqual([revisions[1], revisions[2], revisions[3]]);
      const [a, b, segment] = [revisions[1], revisions[2], revisions[3]].map(({ kind, key }) => ({ kind, key }));
      expect(await store().listChangedSince("shop", "production", 0)).toEqual([a, b, segment]);
      expect(await store().listChangedSince("shop", "production", 2)).toEqual([a, segment]);
      expect(await store().listChangedSince("shop", "production", 3)).toEqual([]);
    });
  });

  it("finds keys by digest, and lists those of exactly one scope", async () => {
    const [ours, theirs] = [keyRecord({ id: "a", hash: "h1", project: "shop" }), keyRecord({ id: "b", hash: "h2" })];
    await withProject(store(), async (tx) => {
      await tx.putKey(ours);
      await tx.putKey(theirs);
    });
    expect(await store().listKeys("shop")).toEqual([ours]);
    expect(await store().listKeys(null)).toEqual([theirs]);
    await store().transaction((tx) => tx.putKey({ ...ours, revokedAt: 12 }));
    expect(await store().findKeyByHash("h1")).toEqual({ ...ours, revokedAt: 12 });
    expect(await store().findKeyByHash("h3")).toBeNull();
    expect([await store().getKey(ours.id), await store().getKey("absent")]).toEqual([{ ...ours, revokedAt: 12 }, null]);
  });

  it("lists sealed secrets of exactly one purpose and place, newest first", async () => {
    const secret = (id: string, createdAt: number, environment: string | null) => ({
      id,
      purpose: "signing-key",
      project: "shop",
      environment,
      sealed: `v1.${id}`,
      createdAt,
      retiredAt: null,
    });
    const [old, young, wide] = [secret("old", 1, "production"), secret("young", 2, "production"), secret("wide", 3, null)];
    await withProject(store(), async (tx) => {
      for (const record of [old, young, wide]) await tx.putSecret(record);
    });
    await store().transaction((tx) => tx.putSecret({ ...old, retiredAt: 4 }));
    expect(await store().listSecrets("signing-key", "shop", "production")).toEqual([young, { ...old, retiredAt: 4 }]);
    expect(await store().listSecrets("signing-key", "shop", null)).toEqual([wide]);
    expect(await store().listSecrets("webhook-secret", "shop", null)).toEqual([]);
  });

  describe("answers of requests", () => {
    const put = (...records: readonly RequestAnswerRecord[]) =>
      store().transaction(async (tx) => {
        for (const record of records) await tx.putRequestAnswer(record);
      });
    const kept = async (...records: readonly RequestAnswerRecord[]) => {
      const found: string[] = [];
      for (const { caller, idempotencyKey } of records) {
        if ((await store().getRequestAnswer(caller, idempotencyKey)) !== null) found.push(`${caller} ${idempotencyKey}`);
      }
      return found;
    };

    it("are found by caller and key, and never replaced", async () => {
      const [mine, theirs] = [requestAnswer({}), requestAnswer({ caller: "key_2", sealed: null })];
      await put(mine, theirs);
      expect([await store().getRequestAnswer("key_1", "a"), await store().getRequestAnswer("key_2", "a")]).toEqual([
        mine,
        theirs,
      ]);
      expect(await store().getRequestAnswer("key_1", "b")).toBeNull();
      await expect(put(requestAnswer({ status: 200 }))).rejects.toThrow(/unique/iu);
    });

    it("go when they are old, and beyond what a caller and all together may have", async () => {
      const records = [1, 2, 3, 4, 5].map((at) => requestAnswer({ idempotencyKey: String(at), at }));
      const others = [2, 6].map((at) => requestAnswer({ caller: "key_2", idempotencyKey: String(at), at }));
      await put(...records, ...others);
      const drop = (until: number, newestOfCaller: number, newest: number) =>
        store().transaction((tx) => tx.dropRequestAnswers({ until, newestOfCaller, newest }));
      await drop(1, 10, 10);
      expect(await kept(...records, ...others)).toEqual(["key_1 2", "key_1 3", "key_1 4", "key_1 5", "key_2 2", "key_2 6"]);
      await drop(1, 3, 10);
      expect(await kept(...records, ...others)).toEqual(["key_1 3", "key_1 4", "key_1 5", "key_2 2", "key_2 6"]);
      await drop(1, 3, 2);
      expect(await kept(...records, ...others)).toEqual(["key_1 5", "key_2 6"]);
    });

    it("lose their content, and that they were given stays", async () => {
      await put(requestAnswer({}));
      await store().transaction((tx) => tx.blankRequestAnswers());
      expect(await store().getRequestAnswer("key_1", "a")).toEqual(requestAnswer({ sealed: null }));
    });
  });

  describe("audit", () => {
    const append = (sequence: number, more: { chain?: string; hash?: string } = {}): Promise<void> =>
      store().transaction((tx) => tx.appendAudit(...linkRecords(sequence, more)));

    it("appends, pages both ways, and keeps chains apart", async () => {
      for (const sequence of [1, 2, 3, 4, 5]) await append(sequence);
      await append(1, { chain: "other" });
      const sequences = (rows: readonly { sequence: number }[]): readonly number[] => rows.map(({ sequence }) => sequence);
      expect(sequences(await store().listAuditLinks("chain", 0, 2))).toEqual([1, 2]);
      expect(sequences(await store().listAuditLinks("chain", 2, 10))).toEqual([3, 4, 5]);
      expect(sequences(await store().listAuditLinksBackwards("chain", null, 2))).toEqual([5, 4]);
      expect(sequences(await store().listAuditLinksBackwards("chain", 4, 10))).toEqual([3, 2, 1]);
      expect(await store().listAuditPayloads("chain", 2, 3)).toEqual([...linkRecords(2, {})[1], ...linkRecords(3, {})[1]]);
      expect(await store().countAuditPayloads("chain", 1, 3)).toBe(4);
      const [{ body, hash }, [actor, details]] = linkRecords(3, {});
      expect(await store().listAuditRows("chain", 2, 1)).toEqual([
        {
          sequence: 3,
          body,
          hash,
          actorSalt: actor?.salt,
          actorContent: actor?.content,
          detailsSalt: details?.salt,
          detailsContent: details?.content,
        },
      ]);
      expect(await store().getAuditHead("chain")).toEqual(linkRecords(5, {})[2]);
      expect(await store().getAuditHead("none")).toBeNull();
      expect(await store().listAuditChains()).toEqual(["chain", "other"]);
    });

    it("never overwrites a row, and leaves no gap", async () => {
      await append(1);
      await append(2);
      await expect(append(2, { hash: "forged" })).rejects.toThrow(/unique/i);
      await expect(append(1, { hash: "forged" })).rejects.toThrow(/unique/i);
      await expect(append(4)).rejects.toThrow("does not end at 3");
      expect((await store().listAuditLinks("chain", 0, 10)).map(({ hash }) => hash)).toEqual(["hash-1", "hash-2"]);
      expect(await store().getAuditHead("chain")).toEqual(linkRecords(2, {})[2]);
    });

    it("blanks one part's content and salt, and nothing else", async () => {
      await append(1);
      await store().transaction((tx) => tx.blankAuditPayload("chain", 1, "actor"));
      const [actor, details] = linkRecords(1, {})[1];
      expect(await store().listAuditPayloads("chain", 1, 1)).toEqual([{ ...actor, content: null, salt: "" }, details]);
      await expect(store().transaction((tx) => tx.blankAuditPayload("chain", 9, "actor"))).rejects.toThrow("has no actor");
    });
  });

  it("finds the records that mention a text, wildcards and JSON escapes taken literally", async () => {
    const person = 'ada "50%_!" \\ \u0001';
    const targets = { ...CONFIG, targets: { opus: [person] } };
    await withProject(store(), async (tx) => {
      await tx.putFlag(flagRecord({ key: "named", environments: { production: { revision: 4, config: targets } } }));
      await tx.putFlag(flagRecord({ key: "drafted", variants: { v: { latest: 2, draft: { value: { to: person } } } } }));
      await tx.putFlag(flagRecord({ key: "clean", environments: { production: { revision: 1, config: CONFIG } } }));
      await tx.putValueVersion(valueVersion({ number: 3, value: [person] }));
      await tx.putSegment(segmentRecord({ key: "s", environments: { staging: { revision: 5, config: { include: [person] } } } }));
      await tx.putChange(changeRecord({ sequence: 1, reason: `for ${person}`, versions: {} }));
      await tx.putChange(changeRecord({ sequence: 2, reason: 'for ada "50xx!"', versions: {} }));
      const declaration = { attributes: { owner: { type: "string", description: person } } } as const;
      await tx.putContext({ project: "shop", revision: 8, declaration });
      const of = { project: "shop", environment: "production", version: 1, change: "c" };
      await tx.putRevision({ ...of, kind: "flag", key: "named", revision: 6, config: targets });
      await tx.putRevision({ ...of, kind: "segment", key: "s", revision: 7, config: { exclude: [person] } });
      await tx.putKey(keyRecord({ id: "k", name: `${person}'s`, project: "shop" }));
    });
    const found = await store().listMentions("shop", person);
    expect(
      found.map(({ kind, key, environment, variant, number }) => [kind, key, environment, variant, number].join(" ")),
    ).toEqual([
      "change change-1   1",
      "context    8",
      "flag named production  4",
      "flag-revision named production  6",
      "key k   0",
      "segment s staging  5",
      "segment-revision s production  7",
      "value summarizer  opus 3",
      "variant drafted  v 2",
    ]);
    expect(await store().listMentions("elsewhere", person)).toEqual([]);
  });

  it("reads thousands of flags in a handful of queries", { timeout: 60_000 }, async () => {
    await withProject(store(), async (tx) => {
      for (let index = 0; index < 2_000; index += 1) {
        const environments = { production: { revision: 1, config: CONFIG } };
        await tx.putFlag(flagRecord({ key: `flag-${String(index).padStart(5, "0")}`, environments }));
      }
    });
    const from = performance.now();
    const flags = await store().listFlags("shop");
    expect(flags).toHaveLength(2_000);
    expect(flags[1_999]?.environments["production"]?.config).toEqual(CONFIG);
    expect(performance.now() - from).toBeLessThan(2_000);
  });
}
