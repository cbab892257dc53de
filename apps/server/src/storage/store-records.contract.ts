/** The contract of records: what is put comes back equal, in order, and nothing else with it. */

import type { FlagEnvironment, JsonValue } from "@dimmer/evaluation";
import { describe, expect, it } from "vitest";
import { CONFIG, environmentRecord, flagRecord, segmentRecord, valueVersion, withProject } from "./sample-records.contract.ts";
import type { Store } from "./store.ts";

/**
 * Shape:  `store` gives the empty store of the running test.
 * Source: the port, `store.ts`.
 */
export function recordContract(store: () => Store): void {
  describe("installation, projects and environments", () => {
    it("has one installation, replaced by the next put", async () => {
      expect(await store().installation()).toBeNull();
      for (const id of ["one", "two"])
        await store().transaction((tx) => tx.putInstallation({ id, createdAt: 5, keyCheck: "c", mark: `of ${id}` }));
      expect(await store().installation()).toEqual({ id: "two", createdAt: 5, keyCheck: "c", mark: "of two" });
    });

    it("lists in order of creation, and replaces by key", async () => {
      await withProject(store(), (tx) => tx.putEnvironment(environmentRecord({ key: "alpha", createdAt: 2 })));
      await store().transaction((tx) => tx.putProject({ key: "shop", name: "Renamed", createdAt: 1 }));
      await store().transaction((tx) =>
        tx.putEnvironment(environmentRecord({ key: "staging", name: "New", version: 4, createdAt: 3 })),
      );
      expect(await store().getProject("shop")).toEqual({ key: "shop", name: "Renamed", createdAt: 1 });
      expect((await store().listEnvironments("shop")).map(({ key }) => key)).toEqual(["alpha", "production", "staging"]);
      expect(await store().getEnvironment("shop", "staging")).toEqual(
        environmentRecord({ key: "staging", name: "New", version: 4, createdAt: 3 }),
      );
      expect((await store().getEnvironment("shop", "production"))?.production).toBe(true);
      expect(await store().getEnvironment("shop", "nowhere")).toBeNull();
      expect(await store().listEnvironments("elsewhere")).toEqual([]);
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

    it.each(ODD_VALUES.map((value, index) => ({ value, index })))("gives value $index back byte for byte", async ({ value }) => {
      const record = valueVersion({ value });
      await withProject(store(), (tx) => tx.putValueVersion(record));
      const read = await store().getValueVersion("shop", "summarizer", "opus", 1);
      expect(JSON.stringify(read?.value)).toBe(JSON.stringify(value));
      expect(read).toEqual(record);
    });

    it.each(["half \uD800 pair", "\uDC00", "NUL \0"])("refuses plain text that it could not give back: %j", async (name) => {
      const putting = store().transaction((tx) => tx.putProject({ key: "shop", name, createdAt: 1 }));
      await expect(putting).rejects.toMatchObject({ code: "invalid-request" });
      expect(await store().listProjects()).toEqual([]);
    });

    it("keeps plain text in every script", async () => {
      const name = "Ünïcödé 🎉 ‮rtl‬ 👩‍👩‍👧 'quotes' \"and\" \\ % _";
      await store().transaction((tx) => tx.putProject({ key: "shop", name, createdAt: 1 }));
      expect((await store().getProject("shop"))?.name).toBe(name);
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
        file: { name: "dimmer.yaml", moved: { "production/default": { zebra: 10, alpha: 90 } } },
        archivedAt: 99,
      });
      await withProject(store(), (tx) => tx.putFlag(record));
      const read = await store().getFlag("shop", "summarizer");
      expect(read).toEqual(record);
      expect(Object.keys(read?.variants ?? {})).toEqual(["zebra", "alpha", "mid"]);
      expect(await store().listFlags("shop")).toEqual([record]);
    });

    it("lists of many flags only what is asked for", async () => {
      const both = { production: { revision: 1, config: CONFIG }, staging: { revision: 1, config: CONFIG } };
      const requiring = { ...CONFIG, requires: [{ flag: "plain", variant: "a" }] };
      const plain = flagRecord({ key: "plain", environments: both });
      const needy = flagRecord({ key: "needy", environments: { ...both, staging: { revision: 1, config: requiring } } });
      const only = { segment: "beta" };
      const picky = flagRecord({ key: "picky", variants: { a: { latest: 1, only } }, environments: both, archivedAt: 5 });
      await withProject(store(), async (tx) => {
        for (const record of [plain, needy, picky]) await tx.putFlag(record);
      });
      expect(await store().listFlags("shop", { naming: "requires" })).toEqual([needy]);
      expect(await store().listFlags("shop", { naming: "segment" })).toEqual([picky]);
      expect(await store().listFlags("shop", { naming: "segment", archived: false })).toEqual([]);
      const definition = { ...plain.definition, expect: [{ context: {}, serves: "a" }] };
      await withProject(store(), (tx) => tx.putFlag({ ...plain, definition }));
      expect(await store().listFlags("shop", { naming: "expect" })).toEqual([{ ...plain, definition }]);
      await withProject(store(), (tx) => tx.putFlag(plain));
      const { production } = both;
      expect(await store().listFlags("shop", { archived: false, environment: "production" })).toEqual([
        { ...needy, environments: { production } },
        { ...plain, environments: { production } },
      ]);
    });

    it("gives many values at once, those that are there", async () => {
      const numbers = Array.from({ length: 700 }, (_, index) => index + 1);
      await withProject(store(), async (tx) => {
        for (const number of numbers) await tx.putValueVersion(valueVersion({ number }));
      });
      const places = [...numbers, 9_999].map((number) => ({ flag: "summarizer", variant: "opus", number }));
      const found = await store().listValuesAt("shop", places);
      expect(found.map(({ number }) => number).sort((one, other) => one - other)).toEqual(numbers);
      expect(await store().listValuesAt("shop", [])).toEqual([]);
    });

    it("replaces a flag whole: variants and environments that are gone are gone", async () => {
      const both = { production: { revision: 1, config: CONFIG }, staging: { revision: 1, config: CONFIG } };
      await withProject(store(), (tx) =>
        tx.putFlag(flagRecord({ variants: { a: { latest: 1 }, b: { latest: 1 } }, environments: both })),
      );
      const smaller = flagRecord({ revision: 2, variants: { b: { latest: 2 } }, environments: { staging: both.staging } });
      await store().transaction((tx) => tx.putFlag(smaller));
      expect(await store().getFlag("shop", "summarizer")).toEqual(smaller);
    });

    it("lists by key, with or without archived ones, of one project only", async () => {
      await withProject(store(), async (tx) => {
        await tx.putProject({ key: "other", name: "Other", createdAt: 2 });
        for (const key of ["b", "a", "c"]) await tx.putFlag(flagRecord({ key, archivedAt: key === "b" ? 5 : null }));
        await tx.putFlag(flagRecord({ project: "other", key: "z" }));
      });
      expect((await store().listFlags("shop")).map(({ key }) => key)).toEqual(["a", "b", "c"]);
      expect((await store().listFlags("shop", { archived: false })).map(({ key }) => key)).toEqual(["a", "c"]);
      expect(await store().listFlagKeys("shop")).toEqual(["a", "c"]);
      expect(await store().getFlag("shop", "z")).toBeNull();
    });

    it("keeps value versions for good, and refuses to overwrite one", async () => {
      await withProject(store(), async (tx) => {
        for (const number of [2, 1, 10]) await tx.putValueVersion(valueVersion({ number, digest: `d${number}` }));
        await tx.putValueVersion(valueVersion({ number: 1, digest: "d1" }));
      });
      expect((await store().listValueVersions("shop", "summarizer")).map(({ number }) => number)).toEqual([1, 2, 10]);
      const overwriting = store().transaction((tx) => tx.putValueVersion(valueVersion({ number: 2, digest: "other" })));
      await expect(overwriting).rejects.toThrow("immutable");
      expect((await store().getValueVersion("shop", "summarizer", "opus", 2))?.digest).toBe("d2");
    });

    it("lists just what is published in the environment now, of flags that are not archived", async () => {
      const published = (opus: number): FlagEnvironment => ({ ...CONFIG, published: { opus } });
      await withProject(store(), async (tx) => {
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
        (await store().listPublishedValues("shop", environment)).map(({ number }) => number);
      expect(await numbers("production")).toEqual([2]);
      expect(await numbers("staging")).toEqual([1]);
      await store().transaction((tx) =>
        tx.putFlag(flagRecord({ environments: { production: { revision: 2, config: published(1) } } })),
      );
      expect(await numbers("production")).toEqual([1]);
      expect(await numbers("staging")).toEqual([]);
    });
  });

  it("has one price sheet a project, replaced by the next put", async () => {
    const price = { provider: "openai", model: "gpt-4o*", from: "2026-01-01", inputUsd: 0.15, outputUsd: 0.6 };
    const sheet = { project: "shop", outputLimitUsd: 12.5, prices: [price] };
    await withProject(store(), (tx) => tx.putPriceSheet(sheet));
    expect([await store().getPriceSheet("shop"), await store().getPriceSheet("none")]).toEqual([sheet, null]);
    const emptied = { ...sheet, outputLimitUsd: null, prices: [] };
    await store().transaction((tx) => tx.putPriceSheet(emptied));
    expect(await store().listPriceSheets()).toEqual([emptied]);
  });

  it("has one declaration of contexts a project, replaced by the next put", async () => {
    await withProject(store());
    expect(await store().getContext("shop")).toBeNull();
    const declaration = {
      strict: true,
      attributes: { plan: { type: "string", values: ["pro"] }, age: { type: "number" } },
    } as const;
    for (const record of [
      { project: "shop", revision: 1, declaration },
      { project: "shop", revision: 2, declaration: null },
    ]) {
      await store().transaction((tx) => tx.putContext(record));
      expect(await store().getContext("shop")).toEqual(record);
    }
  });

  it("gives segments back whole, by key, removed ones too", async () => {
    const beta = segmentRecord({ key: "beta", environments: { production: { revision: 3, config: { include: ["a", "b"] } } } });
    const alpha = segmentRecord({ key: "alpha", file: { name: "dimmer.yaml" }, removedAt: 8 });
    await withProject(store(), async (tx) => {
      await tx.putSegment(segmentRecord({ key: "beta", environments: { staging: { revision: 1, config: {} } } }));
      await tx.putSegment(beta);
      await tx.putSegment(alpha);
    });
    expect(await store().listSegments("shop")).toEqual([alpha, beta]);
    expect(await store().listSegmentKeys("shop")).toEqual(["beta"]);
    expect(await store().getSegment("shop", "beta")).toEqual(beta);
    expect(await store().getSegment("shop", "gamma")).toBeNull();
  });
}
