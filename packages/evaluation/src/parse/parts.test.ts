/** The small rules of the parser: names, nearest words, sizes, implied conditions, graphs. */

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LIMITS } from "../limits.ts";
import { shapeOf } from "./graph.ts";
import { implies } from "./implied.ts";
import { checkEnvironmentKey, checkFlagKey, checkRuleId, checkSegmentKey, checkVariantKey } from "./keys.ts";
import { nearestWord, suggest } from "./nearest.ts";
import { newReport } from "./report.ts";
import { kindOf } from "./shape.ts";
import { checkJsonValue } from "./value.ts";

describe("keys", () => {
  it.each(["a", "0", "summarizer", "a.b_c-d", "a".repeat(128)])("a flag may be called %s", (key) => {
    expect(checkFlagKey(key)).toBeUndefined();
    expect(checkEnvironmentKey(key)).toBeUndefined();
    expect(checkSegmentKey(key)).toBeUndefined();
  });

  it.each([
    "",
    "A",
    "a b",
    "a\r\nb",
    "ä",
    "😀",
    ".",
    "..",
    "%00",
    "/",
    "a/b",
    "-a",
    "_",
    "a\n",
    "\u202Ea",
    "a".repeat(129),
    "a".repeat(1_000_000),
    "__proto__",
    "constructor",
    "prototype",
    "then",
    "hasOwnProperty",
    "toString",
    5,
    null,
  ])("a flag may not be called %.20s", (key) => {
    const issue = checkFlagKey(key);
    expect(issue?.severity).toBe("error");
    expect(issue?.message.length).toBeLessThan(200);
  });

  it("a variant starts with a letter, a rule is not called default", () => {
    expect(checkVariantKey("default")).toBeUndefined();
    expect(checkVariantKey("0a")?.code).toBe("bad-key");
    expect(checkVariantKey("a".repeat(LIMITS.variantKey + 1))?.code).toBe("bad-key");
    expect(checkRuleId("eu")).toBeUndefined();
    expect(checkRuleId("default")?.code).toBe("reserved-key");
  });

  it("mends a name where it can", () => {
    expect(checkFlagKey("New Checkout!")?.mend).toContain("`new-checkout`");
    expect(checkFlagKey("Then")?.mend).not.toContain("`");
    expect(checkFlagKey("😀")?.mend).not.toContain("`");
  });
});

describe("nearestWord", () => {
  it.each([
    ["onwer", "owner"],
    ["Owner", "owner"],
    ["owners", "owner"],
    ["purpse", "purpose"],
    ["colour", undefined],
    ["x".repeat(100), undefined],
  ])("%s → %s", (written, meant) => {
    expect(nearestWord(written, ["description", "owner", "purpose", "removeBy"])).toBe(meant);
  });

  it("lists the words where none is near, not all of many", () => {
    expect(suggest("zzzzz", ["on", "off"])).toBe("use one of: on, off");
    expect(
      suggest(
        "zzzzz",
        Array.from({ length: 50 }, (_, index) => `v${index}`),
      ),
    ).toMatch(/v19, …$/);
  });
});

describe("the size of a value", () => {
  const problemsOf = (value: unknown) => {
    const report = newReport();
    checkJsonValue(value, { path: "", report }, "the value");
    return report.issues.map(({ code }) => code);
  };
  /** A list with a text that fills it up to exactly so many bytes. */
  const filled = (value: unknown, bytes: number) => {
    const used = Buffer.byteLength(JSON.stringify([value, ""]));
    return [value, "x".repeat(bytes - used)];
  };

  it("is that of JSON.stringify in UTF-8, to the byte, for any value", () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
        fc.constantFrom("\ud800", "\udc00", "\ud83d\ude00", '"', "\\", "\n", "\u0000", "\u000b", "\u001f", "\u007f", "é", "€"),
      ),
    });
    const json = fc.letrec<{ json: unknown }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("json"), { maxLength: 4 }),
        fc.dictionary(text, tie("json"), { maxKeys: 4 }),
      ),
    })).json;
    fc.assert(
      fc.property(json, (value) => {
        expect(problemsOf(filled(value, LIMITS.valueBytes))).toEqual([]);
        expect(problemsOf(filled(value, LIMITS.valueBytes + 1))).toEqual(["too-large"]);
      }),
      { numRuns: 150, seed: 31 },
    );
  });

  it("allows exactly the limit of levels", () => {
    let value: unknown = 1;
    for (let level = 0; level < LIMITS.valueDepth; level++) value = [value];
    expect(problemsOf(value)).toEqual([]);
    expect(problemsOf([value])).toEqual(["too-deep"]);
  });

  it("names what JSON cannot hold", () => {
    expect([5n, () => 0, Symbol("s"), undefined, Number.POSITIVE_INFINITY].map(problemsOf)).toEqual(
      Array.from({ length: 5 }, () => ["not-json"]),
    );
    expect([5n, null, [], {}, "", 0, Number.NaN, true].map(kindOf)).toEqual([
      "bigint",
      "null",
      "a list",
      "an object",
      "a text",
      "a number",
      "NaN",
      "true or false",
    ]);
  });
});

describe("implies", () => {
  it.each<[unknown, unknown, boolean]>([
    [{ plan: "pro" }, { plan: "pro" }, true],
    [{ plan: "pro" }, { plan: ["pro", "team"] }, true],
    [{ plan: ["pro", "team"] }, { plan: ["team", "pro"] }, true],
    [{ plan: { in: ["pro"] } }, { plan: { eq: "pro" } }, true],
    [{ plan: { in: ["pro"], exists: true } }, { plan: "pro" }, false],
    [{ plan: { gt: 3 } }, { plan: 3 }, false],
    [{ plan: ["pro", "free"] }, { plan: ["pro", "team"] }, false],
    [{ plan: "3" }, { plan: 3 }, false],
    [{ plan: "pro", region: "eu" }, { plan: "pro" }, true],
    [{ plan: "pro" }, { plan: "pro", region: "eu" }, false],
    [{ all: [{ region: "eu" }, { all: [{ plan: "pro" }] }] }, { plan: "pro" }, true],
    [{ attribute: { plan: "pro" } }, { plan: "pro" }, true],
    [{ attribute: { any: "pro" } }, { any: [{ pro: 1 }] }, false],
    [{ any: [{ plan: "pro" }] }, { plan: "pro" }, false],
    [{ any: [{ plan: "pro" }, { vip: true }] }, { any: [{ plan: "pro" }, { vip: true }] }, true],
    [{ any: [{ not: { plan: "free" } }] }, { any: [{ not: { plan: "free" } }] }, false],
    [{ any: [{ any: [{ a: 1 }] }] }, { any: [{ any: [{ a: 1 }] }] }, true],
    [{ not: { plan: "free" } }, { not: { plan: "free" } }, false],
    [{ segment: "staff" }, { segment: "staff" }, true],
    [{ segment: "staff" }, { segment: "beta" }, false],
    [{ age: { gte: 18 } }, { age: { gte: 18 } }, true],
    [undefined, { plan: "pro" }, false],
  ])("%j implies %j: %s", (when, only, expected) => {
    expect(implies(when, only)).toBe(expected);
  });
});

describe("shapeOf", () => {
  const shape = (arrows: Record<string, string[]>) => {
    const { circling, chain } = shapeOf(new Map(Object.entries(arrows)));
    return { circling: [...circling].sort(), chain: Object.fromEntries(chain) };
  };

  it("measures chains, over the longest way and repeated arrows", () => {
    expect(shape({ a: ["b", "c", "b"], b: ["c"], c: ["elsewhere"], d: [] })).toEqual({
      circling: [],
      chain: { a: 3, b: 2, c: 1, d: 1 },
    });
  });

  it("finds circles, not what leads into or out of them", () => {
    expect(shape({ in: ["a"], a: ["b"], b: ["a", "out"], out: [], self: ["self"] })).toEqual({
      circling: ["a", "b", "self"],
      chain: { out: 1 },
    });
  });

  it("takes a chain of 100,000 without recursion", () => {
    const { chain } = shapeOf(new Map(Array.from({ length: 100_000 }, (_, index) => [`n${index}`, [`n${index + 1}`]])));
    expect(chain.get("n0")).toBe(100_000);
  });
});
