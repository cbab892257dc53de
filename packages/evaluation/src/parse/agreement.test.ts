/** The parser and the JSON Schema agree: on good documents, and on thousands of broken ones. */

import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FlagType } from "../flag.ts";
import { type IssueCode, ISSUE_KINDS } from "./codes.ts";
import { parseDocument } from "./document.ts";

const schema = JSON.parse(readFileSync(new URL("../../../../spec/flag-document.schema.json", import.meta.url), "utf8")) as object;
const fitsSchema = new Ajv2020({
  strict: true,
  strictRequired: false,
  strictTypes: false,
  unicode: false,
  logger: false,
}).compile(schema);

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
/** A record without the fields that came out undefined. */
const record = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(fields).map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));

const scalar = fc.oneof(fc.string({ maxLength: 5 }), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean());
const scalars = fc.array(scalar, { minLength: 1, maxLength: 3 });
const number = fc.integer({ min: -5, max: 5 });
const attributeName = fc.constantFrom("plan", "organization.plan", "targetingKey", "constructor", "__proto__", "a b", "ä");

const texts = (entry: fc.Arbitrary<string>) => fc.oneof(entry, fc.array(entry, { minLength: 1, maxLength: 3 }));
const operators = record({
  eq: optional(scalar),
  in: optional(scalars),
  contains: optional(texts(fc.string({ maxLength: 3 }))),
  endsWith: optional(texts(fc.string({ maxLength: 3 }))),
  matches: optional(texts(fc.constantFrom("^a+$", "[0-9]{2}", "toString"))),
  gte: optional(number),
  before: optional(fc.constantFrom<string | number>("2027-03-01T00:00:00Z", 0)),
  semver: optional(fc.constantFrom({ gte: "1.0.0" }, { gt: "1.0.0-rc.1", lt: "2.0.0" })),
  cidr: optional(texts(fc.constantFrom("10.0.0.0/8", "2001:db8::/32"))),
}).chain((some) => fc.boolean().map((exists) => (Object.keys(some).length === 0 ? { exists } : some)));

/** Entries become own properties, `__proto__` too. */
const attributes = fc
  .array(fc.tuple(attributeName, fc.oneof(scalar, scalars, operators)), { minLength: 1, maxLength: 3 })
  .map(
    (entries) =>
      JSON.parse(`{${entries.map(([name, test]) => `${JSON.stringify(name)}:${JSON.stringify(test)}`).join(",")}}`) as object,
  );

const { tree } = fc.letrec<{ tree: object }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, depthIdentifier: "tree" },
    attributes,
    fc.record({ all: fc.array(tie("tree"), { minLength: 1, maxLength: 2 }) }),
    fc.record({ any: fc.array(tie("tree"), { minLength: 1, maxLength: 2 }) }),
    fc.record({ not: tie("tree") }),
    fc.record({ segment: fc.constantFrom<unknown>("beta", ["beta", "staff"]) }),
    attributes.map((attribute) => ({ attribute })),
  ),
}));

const variant = fc.constantFrom("on", "off");
/** Two shares in thousandths; a stored split that agrees is the business of serve.test.ts. */
const split = fc.nat({ max: 100_000 }).map((share) => ({ on: share / 1_000, off: (100_000 - share) / 1_000 }));
const by = optional(fc.constantFrom("targetingKey", "organization.id"));
const ranges = fc.constantFrom<unknown>(
  [],
  [[0, 50_000, "on"]],
  [
    [0, 50_000, "on"],
    [50_000, 100_000, "off"],
  ],
);
const storedHalf = record({
  split: fc.constant({ on: 50, off: 50 }),
  stored: ranges.map((previous) => ({
    algorithm: "sha1-slot-v1",
    slots: 100_000,
    salt: "f",
    by: "targetingKey",
    offset: 7,
    ranges: [
      [0, 50_000, "on"],
      [50_000, 100_000, "off"],
    ],
    previous,
  })),
});
const serveIn = (rest: fc.Arbitrary<unknown>) =>
  fc.oneof(
    record({ variant }),
    record({ split, by, else: optional(variant) }),
    record({ split: fc.constant({ on: 12.5 }), rest, else: optional(variant) }),
    storedHalf,
  );
const rule = (id: string) =>
  record({
    id: fc.constant(id),
    name: optional(fc.constant("A rule")),
    when: optional(tree),
    serve: serveIn(fc.constantFrom<unknown>("next-rule", { variant: "off" })),
  });

const environment = record({
  enabled: fc.boolean(),
  fallback: fc.oneof(
    fc.constant<unknown>("off"),
    record({ when: optional(tree), variant: fc.constant("off") }).map((entry) => [entry, { variant: "off" }]),
  ),
  stopped: optional(fc.constantFrom<unknown>([], ["on"])),
  requires: optional(
    fc.constantFrom<unknown>([], [{ flag: "elsewhere", variant: "on" }], [{ flag: "elsewhere", variant: ["a", "b"] }]),
  ),
  pin: optional(fc.constant({ by: "sessionId", for: "30m" })),
  targets: optional(fc.constantFrom({}, { on: ["a"], off: ["b", "c"] })),
  rules: optional(fc.tuple(rule("eu"), rule("paid"))),
  default: serveIn(fc.constant({ variant: "off" })),
  published: optional(fc.constant({ on: 3 })),
  pinEpochs: optional(fc.constant({ on: 0 })),
  budgets: optional(fc.constantFrom<unknown>({}, { on: { callsPerMinute: 60 } })),
  shadow: optional(fc.constant({ variant: "on", percent: 2.5, callsPerMinute: 10 })),
  spend: optional(fc.constant({ on: { period: "day", amountMicroUsd: 5, warnAt: 50, cheaper: "off" } })),
});

const valueOf: Readonly<Record<FlagType, fc.Arbitrary<unknown>>> = {
  boolean: fc.boolean(),
  string: fc.string({ maxLength: 5 }),
  number: fc.double({ noNaN: true, noDefaultInfinity: true }),
  object: fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
};
const earlier = (value: fc.Arbitrary<unknown>) => fc.dictionary(fc.constantFrom("1", "20"), value, { maxKeys: 2 });
const variantsOfType = (type: FlagType) =>
  fc.record({
    on: record({ value: valueOf[type], only: optional(tree), versions: optional(earlier(valueOf[type])) }),
    off: record({ value: valueOf[type], description: optional(fc.constant("Off")) }),
  });

const flag = fc.constantFrom<FlagType>("boolean", "string", "number", "object").chain((type) =>
  fc
    .tuple(
      record({
        description: optional(fc.constant("What it decides")),
        tags: optional(fc.constantFrom([], ["ai", "search"])),
        links: optional(fc.constant({ runbook: "https://example.org/runbook" })),
        type: fc.constant(type),
        purpose: fc.constantFrom("release", "kill-switch", "experiment", "entitlement", "config"),
        owner: fc.constant("search-team"),
        audience: optional(fc.constantFrom("server", "browser")),
        schema: optional(fc.constantFrom<unknown>("ai-config", { type: "object" })),
        inputs: optional(fc.constantFrom<unknown>([], ["text", "audience?"])),
        expect: optional(
          fc.constantFrom<unknown>(
            [],
            [{ context: { plan: "pro" }, serves: "on" }],
            [{ context: {}, never: ["on", "off"], environments: ["production"] }],
          ),
        ),
        salt: optional(fc.constant("old-key")),
        variants: type === "boolean" ? optional(variantsOfType(type)) : variantsOfType(type),
        environments: optional(fc.dictionary(fc.constantFrom("production", "staging"), environment, { maxKeys: 2 })),
      }),
      fc.constantFrom<object>({ removeBy: "2028-02-29" }, { permanent: true }),
    )
    .map(([fields, lifetime]) => ({ ...fields, ...lifetime }))
    // Two fields that a schema sees apart.
    .filter((made) => !("schema" in made && made.schema === "ai-config" && "audience" in made && made.audience === "browser"))
    .filter((made) => !("inputs" in made) || ("schema" in made && made.schema === "ai-config")),
);

const segment = record({
  description: optional(fc.constant("Friends")),
  environments: optional(
    fc.dictionary(
      fc.constantFrom("production", "staging"),
      record({ include: optional(fc.constant(["a"])), exclude: optional(fc.constant([])), when: optional(attributes) }),
      { maxKeys: 2 },
    ),
  ),
});

const declaration = record({
  strict: optional(fc.constant(false)),
  attributes: fc.dictionary(
    fc.constantFrom("country", "company.size"),
    record({
      description: optional(fc.constant("Where they are")),
      type: fc.constantFrom("string", "number"),
      list: optional(fc.boolean()),
      private: optional(fc.boolean()),
    }),
    { maxKeys: 2 },
  ),
});

const document = record({
  version: fc.constant(1),
  context: optional(declaration),
  flags: fc.dictionary(fc.constantFrom("summarizer", "ai-enabled", "0.beta_x"), flag, { maxKeys: 2 }),
  segments: optional(fc.dictionary(fc.constantFrom("beta", "staff"), segment, { maxKeys: 2 })),
});

/** What a field may wrongly hold, or what a name may wrongly be. */
const JUNK: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  100.0001,
  1e308,
  "",
  "x",
  "X Y",
  "then",
  "default",
  "constructor",
  "next-rule",
  "2027-13-01",
  "v1",
  "1d",
  "a{1001}",
  [],
  [null],
  ["x", 5],
  [[0, 1]],
  {},
  { x: 1 },
  { split: {} },
  { variant: 5 },
  { all: [] },
  { exists: "yes" },
  { __proto__: null },
  Array.from({ length: 101 }, () => "x"),
  Array.from({ length: 1_001 }, () => "x"),
];
const NAMES = [
  "",
  "x",
  "Bad Key",
  "then",
  "prototype",
  "default",
  "startWith",
  "eq",
  "in",
  "all",
  "not",
  "attribute",
  "segment",
  "split",
  "rest",
  "variant",
  "when",
  "value",
  "only",
  "permanent",
  "removeBy",
  "stored",
  "~/",
  "a".repeat(129),
  "a".repeat(65),
];

type Mutation = {
  readonly kind: "delete" | "replace" | "add" | "rename";
  readonly place: number;
  readonly junk: unknown;
  readonly name: string;
};
const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom("delete", "replace", "add", "rename"),
  place: fc.nat(),
  junk: fc.constantFrom(...JUNK),
  name: fc.constantFrom(...NAMES),
});

interface Place {
  readonly parent: Record<string, unknown>;
  readonly key: string;
}

function placesOf(value: unknown): readonly Place[] {
  if (typeof value !== "object" || value === null) return [];
  const parent = value as Record<string, unknown>;
  return Object.keys(parent).flatMap((key) => [{ parent, key }, ...placesOf(parent[key])]);
}

/** Breaks a copy of the document at one place. */
function mutate(whole: object, { kind, place, junk, name }: Mutation): unknown {
  const copy = structuredClone(whole);
  const places = placesOf(copy);
  const target = places[place % places.length];
  if (target === undefined) throw new Error("a document has at least its version");
  const { parent, key } = target;
  const isList = Array.isArray(parent);
  const value = parent[key];
  const put = (at: string, what: unknown) =>
    Object.defineProperty(parent, at, { value: what, enumerable: true, configurable: true, writable: true });
  if (kind === "replace" || isList) put(key, structuredClone(junk));
  else if (kind === "add") put(name, structuredClone(junk));
  else delete parent[key];
  if (kind === "rename" && !isList) put(name, value);
  return copy;
}

function hasStructuralIssue(data: unknown): boolean {
  return parseDocument(data).issues.some(({ code }) => ISSUE_KINDS[code as IssueCode].structural);
}

describe("parser and schema", () => {
  it("both accept every good document, and the parser gives it back", () => {
    fc.assert(
      fc.property(document, (good) => {
        const { value, issues } = parseDocument(good);
        expect(issues.filter(({ severity }) => severity === "error")).toEqual([]);
        expect(value).toEqual(good);
        expect(fitsSchema(good)).toBe(true);
      }),
      { numRuns: 500, seed: 21 },
    );
  });

  it("agree on broken documents: the schema refuses exactly those with a structural issue", () => {
    let refused = 0;
    fc.assert(
      fc.property(document, fc.array(mutation, { minLength: 1, maxLength: 6 }), (good, mutations) => {
        for (const each of mutations) {
          const broken = mutate(good, each);
          const isStructural = hasStructuralIssue(broken);
          refused += Number(isStructural);
          expect({ broken, isFit: fitsSchema(broken) }).toEqual({ broken, isFit: !isStructural });
        }
      }),
      { numRuns: 1_500, seed: 22 },
    );
    expect(refused).toBeGreaterThan(3_000);
  });

  it("agree on JSON of any kind", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (any, flags) => {
        for (const data of [any, { version: 1, flags }, { version: 1, flags: { f: any } }])
          expect(fitsSchema(data)).toBe(!hasStructuralIssue(data));
      }),
      { numRuns: 1_000, seed: 23 },
    );
  });
});
