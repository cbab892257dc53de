/** Whole documents: good flags survive bad ones, hostile input is bounded work, and the guide's example is true. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { LIMITS } from "../limits.ts";
import { parseCondition } from "./condition.ts";
import { parseDocument } from "./document.ts";
import { parseFlagEnvironment } from "./environment.ts";
import { parseFlagDefinition, parseSharedFields } from "./flag-definition.ts";
import { checkReferences } from "./references.ts";
import { parseRule } from "./rule.ts";
import { parseSegmentDefinition, parseSegmentEnvironment } from "./segment.ts";
import { parseServe } from "./serve.ts";

const good = { type: "boolean", purpose: "release", owner: "team", permanent: true };
const environment = { enabled: true, fallback: "off", default: { variant: "on" } };
const documentOf = (flags: object, more: object = {}) => ({ version: 1, flags, ...more });
const codesOf = (issues: readonly { readonly code: string }[]) => issues.map(({ code }) => code);

/** A tree at its limit is what takes most: three or four looks at each of its nodes. Hostile input has a hundred thousand and more. */
const MOST_READS = 4 * LIMITS.treeNodes;

/** The same data, in which every look at a field or an entry is counted. */
function countReads<T>(data: T, reads: { count: number }): T {
  const isPlain = Array.isArray(data) || Object.prototype.toString.call(data) === "[object Object]";
  if (!isPlain) return data;
  return new Proxy(data as object, {
    get(target, key) {
      reads.count += 1;
      return countReads(Reflect.get(target, key) as unknown, reads);
    },
  }) as T;
}

describe("parseDocument", () => {
  it("keeps the good flags and segments whatever is wrong with the others", () => {
    const { value, issues } = parseDocument(
      documentOf(
        { good, bad: { ...good, owner: 5 }, "Not A Key": good, other: good },
        { segments: { staff: {}, broken: { include: [] } }, colour: "red" },
      ),
    );
    expect(value).toEqual({ version: 1, flags: { good, other: good }, segments: { staff: {} } });
    expect(issues.map(({ path }) => path)).toEqual([
      "/flags/bad/owner",
      "/flags/Not A Key",
      "/segments/broken/include",
      "/colour",
    ]);
  });

  it("leaves out the flags of a circle, and keeps those that lead into it", () => {
    const requiring = (flag: string) => ({
      ...good,
      environments: { production: { ...environment, requires: [{ flag, variant: "on" }] } },
    });
    const { value, issues } = parseDocument(documentOf({ a: requiring("b"), b: requiring("c"), c: requiring("b"), d: good }));
    expect(Object.keys(value?.flags ?? {})).toEqual(["a", "d"]);
    expect(issues.map(({ path, code }) => [path, code])).toEqual([
      ["/flags/b", "requires-cycle"],
      ["/flags/c", "requires-cycle"],
    ]);
  });

  it("accepts a chain of exactly the limit, and refuses only the heads of a longer one", () => {
    const flags = Object.fromEntries(
      Array.from({ length: LIMITS.chain + 2 }, (_, index) => {
        const requires = index === 0 ? [] : [{ flag: `f${index - 1}`, variant: "on" }];
        return [`f${index}`, { ...good, environments: { production: { ...environment, requires } } }];
      }),
    );
    const { value, issues } = parseDocument(documentOf(flags));
    expect(Object.keys(value?.flags ?? {})).toHaveLength(LIMITS.chain);
    expect(issues.map(({ path }) => path)).toEqual([`/flags/f${LIMITS.chain}`, `/flags/f${LIMITS.chain + 1}`]);
  });

  it.each([null, undefined, 5, "text", [], true, {}, { version: 2, flags: {} }, { flags: {} }, () => 0])(
    "gives no value for %s",
    (data) => {
      const { value, issues } = parseDocument(data);
      expect(value).toBeUndefined();
      expect(issues.length).toBeGreaterThan(0);
    },
  );

  it("gives an empty document where the flags are none", () => {
    expect(parseDocument({ version: 1, flags: 5 })).toMatchObject({
      value: { version: 1, flags: {} },
      issues: [{ code: "wrong-type", path: "/flags" }],
    });
  });

  it("suggests the field that was meant", () => {
    const { issues } = parseDocument(documentOf({ f: { ...good, onwer: "x" } }));
    expect(issues).toMatchObject([{ path: "/flags/f/onwer", mend: "did you mean `owner`?" }]);
  });

  it("reads the guide's example without errors", () => {
    const guide = readFileSync(new URL("../../../../docs/guide/flag-document.md", import.meta.url), "utf8");
    const examples = [...guide.matchAll(/```yaml\n(version: 1\n[^]*?)```/g)].map(
      ([, text]) => parseYaml(text as string) as unknown,
    );
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      const { value, issues } = parseDocument(example);
      expect(issues.filter(({ severity }) => severity === "error")).toEqual([]);
      expect(value).toEqual(example);
    }
  });
});

describe("hostile input", () => {
  const nest = (depth: number, open: string, close: string) =>
    JSON.parse(open.repeat(depth) + "1" + close.repeat(depth)) as unknown;
  /** JSON.parse itself is the limit of how deep text can be; objects can be deeper. */
  const deep = (depth: number, wrap: (inner: unknown) => unknown) => {
    let value: unknown = 1;
    for (let level = 0; level < depth; level++) value = wrap(value);
    return value;
  };
  const cyclic: Record<string, unknown> = {};
  cyclic["not"] = cyclic;
  cyclic["value"] = cyclic;
  const variantsWith = (value: unknown) => ({ ...good, type: "object", variants: { a: { value } } });
  const onlyWith = (only: unknown) => ({
    ...good,
    variants: { on: { value: true, only }, off: { value: false } },
    environments: { production: environment },
  });

  it.each<[string, unknown, string]>([
    ["a value 100,000 deep", variantsWith(deep(100_000, (a) => ({ a }))), "too-deep"],
    ["lists 5,000 deep as JSON", variantsWith({ a: nest(5_000, "[", "]") }), "too-deep"],
    ["a tree 100,000 deep", onlyWith(deep(100_000, (not) => ({ not }))), "tree-too-deep"],
    ["a tree of 100,000 nodes", onlyWith({ all: Array.from({ length: 100_000 }, () => ({ a: 1 })) }), "tree-too-large"],
    ["a cyclic tree", onlyWith(cyclic), "tree-too-deep"],
    ["a cyclic value", variantsWith(cyclic), "too-deep"],
    ["a list of a million", onlyWith({ a: { in: Array.from({ length: 1_000_000 }, () => 1) } }), "too-many"],
    ["a value of 50 MB", variantsWith({ text: "é".repeat(25_000_000) }), "too-large"],
    ["a value of a million entries", variantsWith({ list: Array.from({ length: 1_000_000 }, () => 1) }), "too-large"],
    ["a key of 1 MB", { ...good, variants: { ["a".repeat(1_000_000)]: { value: true } } }, "bad-key"],
    ["a pattern of 100 kB", onlyWith({ a: { matches: "a".repeat(100_000) } }), "bad-pattern"],
    ["BigInt and Date", variantsWith({ a: 5n, b: new Date(0) }), "not-json"],
    ["NaN", variantsWith({ a: Number.NaN }), "not-json"],
    ["undefined", variantsWith({ a: undefined }), "not-json"],
    ["NaN as a value", { ...good, type: "number", variants: { a: { value: Number.NaN } } }, "value-type"],
    [
      "NaN as a share",
      { ...good, environments: { production: { ...environment, default: { split: { on: Number.NaN } } } } },
      "wrong-type",
    ],
    ["NaN to compare with", onlyWith({ a: Number.NaN }), "wrong-type"],
  ])("%s", (_, flag, code) => {
    const reads = { count: 0 };
    const { value, issues } = parseDocument(documentOf({ hostile: countReads(flag, reads), good }));
    expect(reads.count).toBeLessThan(MOST_READS);
    expect(value?.flags).toEqual({ good });
    expect(codesOf(issues)).toContain(code);
    expect(issues.every(({ message }) => message.length < 500)).toBe(true);
  });

  it("counts what goes beyond the limit of issues, errors and warnings apart", () => {
    const many = Object.fromEntries(Array.from({ length: 300_000 }, (_, index) => [`Field${index}`, 1]));
    const { issues } = parseDocument(documentOf({ f: { ...good, ...many } }));
    expect(issues).toHaveLength(LIMITS.issues + 1);
    expect(issues.at(-1)).toMatchObject({
      path: "",
      code: "more-issues",
      severity: "error",
      message: expect.stringContaining(String(300_000 - LIMITS.issues)) as string,
    });
    const rules = Array.from({ length: 250 }, (_, index) => ({
      id: `r${index}`,
      when: { segment: "beta" },
      serve: { variant: "on" },
    }));
    const warned = parseDocument(documentOf({ f: { ...good, environments: { production: { ...environment, rules } } } }));
    expect(warned.issues.at(-1)).toMatchObject({ code: "more-warnings", severity: "warning" });
    expect(Object.keys(warned.value?.flags ?? {})).toEqual(["f"]);
    const operators = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`operator${index}`, 1]));
    expect(parseCondition({ a: operators }, { path: "" }).issues).toHaveLength(LIMITS.issues + 1);
  });

  it("leaves Object.prototype alone, and takes such attributes as data", () => {
    const tree = JSON.parse(
      '{"__proto__":{"eq":"x"},"constructor.prototype.polluted":"x","constructor":["toString"]}',
    ) as unknown;
    const { value, issues } = parseDocument(documentOf({ f: onlyWith(tree) }));
    expect(codesOf(issues)).toEqual(["only-not-implied"]);
    expect(value?.flags["f"]?.variants?.["on"]?.only).toBe(tree);
    const bad = parseDocument(
      JSON.parse('{"version":1,"flags":{"__proto__":{"x":1},"prototype":{},"then":{},"constructor":{}}}'),
    );
    expect(codesOf(bad.issues)).toEqual(Array.from({ length: 4 }, () => "reserved-key"));
    expect(Object.keys(bad.value?.flags ?? { x: 1 })).toEqual([]);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("reads own fields only", () => {
    const inherited = Object.create({ type: "boolean", owner: "x" }) as object;
    expect(codesOf(parseDocument(documentOf({ f: inherited })).issues)).toContain("missing-field");
  });
});

describe("the parsers of the parts", () => {
  const flag = { type: "boolean" } as const;

  it("give back what is good, and start at the path they are given", () => {
    const serve = { split: { on: 10, off: 90 } };
    expect(parseServe(serve, { path: "/x", flag })).toEqual({ value: serve, issues: [] });
    expect(parseServe({ split: { on: 10 } }, { path: "/x", flag })).toMatchObject({
      value: undefined,
      issues: [{ path: "/x/split", code: "split-sum" }],
    });
    expect(parseServe({ split: { on: 10 }, rest: "next-rule" }, { path: "", flag })).toMatchObject({ issues: [] });
    expect(parseServe({ split: { on: 10 }, rest: "next-rule" }, { path: "", flag, of: "default" })).toMatchObject({
      issues: [{ code: "next-rule-in-default" }],
    });
    expect(parseRule({ id: "a", serve }, { path: "/r", flag })).toMatchObject({ value: { id: "a" }, issues: [] });
    expect(parseFlagEnvironment(environment, { path: "/e", flag })).toEqual({ value: environment, issues: [] });
    expect(parseFlagEnvironment({ ...environment, fallback: "x" }, { path: "/e", flag })).toMatchObject({
      issues: [{ path: "/e/fallback" }],
    });
    expect(parseFlagDefinition(good, { path: "/f", key: "f" })).toEqual({ value: good, issues: [] });
    expect(parseFlagDefinition(good, { path: "/f", key: "F" })).toMatchObject({
      value: undefined,
      issues: [{ path: "/f", code: "bad-key" }],
    });
    expect(parseFlagDefinition(5, { path: "", key: "f" })).toMatchObject({ issues: [{ path: "", code: "wrong-type" }] });
    expect(parseCondition({ plan: "pro" }, { path: "/c" })).toEqual({ value: { plan: "pro" }, issues: [] });
    expect(parseSegmentDefinition({ description: "" }, { path: "/s" })).toMatchObject({
      issues: [{ path: "/s/description", code: "empty-text" }],
    });
    expect(parseSegmentEnvironment({ include: ["a"] }, { path: "/s" })).toEqual({ value: { include: ["a"] }, issues: [] });
    expect(parseSharedFields({ owner: "new" }, { path: "" })).toEqual({ value: { owner: "new" }, issues: [] });
    expect(parseSharedFields({ owner: "", type: "string" }, { path: "" })).toMatchObject({
      issues: [{ path: "/owner" }, { path: "/type" }],
    });
  });

  it("check no variant's name against variants that are not there", () => {
    const broken = { type: "boolean", variants: [] } as never;
    expect(parseServe({ variant: "any" }, { path: "", flag: broken }).issues).toEqual([]);
    expect(parseServe({ variant: "any" }, { path: "", flag: { type: "string" } })).toMatchObject({
      issues: [{ code: "unknown-variant" }],
    });
  });

  it("take float sums for what they mean", () => {
    const variants = { a: { value: 1 }, b: { value: 2 }, c: { value: 3 } };
    for (const split of [
      { a: 33.3, b: 33.3, c: 33.4 },
      { a: 0.1 + 0.2, b: 99.7, c: 0 },
      { a: 16.1, b: 16.3, c: 67.6 },
      { a: 14.285, b: 14.285, c: 71.43 },
    ]) {
      expect(parseServe({ split }, { path: "", flag: { type: "number", variants } }).issues).toEqual([]);
    }
  });

  it("find the references of a document that is good otherwise", () => {
    const rule = {
      id: "r",
      when: { all: [{ attribute: { any: "x" } }, { segment: "beta" }] },
      serve: { variant: "on" },
    } as const;
    const document = {
      version: 1,
      flags: { f: { ...good, environments: { production: { ...environment, rules: [rule] } } } },
    } as const;
    expect(checkReferences(document as never)).toMatchObject([
      { code: "missing-segment", path: "/flags/f/environments/production/rules/0/when/all/1/segment" },
    ]);
    const withSegment = { ...document, segments: { bets: { environments: { production: {} } }, staff: {} } };
    expect(checkReferences(withSegment as never)).toMatchObject([{ mend: 'did you mean "bets"?' }]);
    expect(checkReferences({ ...document, segments: { beta: { environments: { production: {} } } } } as never)).toEqual([]);
  });
});
