/** What a document asks of attributes is held against what it declares of them. */

import { describe, expect, it } from "vitest";
import type { ContextDeclaration } from "../declaration.ts";
import type { Condition, FlagDefinition, FlagDocument, FlagEnvironment } from "../flag.ts";
import { checkAttributeUse } from "./attribute-use.ts";
import { parseContextDeclaration } from "./declaration.ts";
import { parseDocument } from "./document.ts";

const CONTEXT: ContextDeclaration = {
  attributes: {
    plan: { type: "string", values: ["free", "pro"] },
    seats: { type: "number", values: [1, 5] },
    score: { type: "number" },
    isStaff: { type: "boolean" },
    appVersion: { type: "semver" },
    since: { type: "instant" },
    address: { type: "ip" },
    roles: { type: "string", list: true },
    "organization.id": { type: "string" },
    "organization.plan": { type: "string", values: ["free", "pro"] },
    any: { type: "string" },
  },
};
const OFF: FlagEnvironment = { enabled: true, fallback: "off", default: { variant: "off" } };

function documentWith(block: Partial<FlagEnvironment>, more: Partial<FlagDefinition> = {}, context = CONTEXT): FlagDocument {
  const environments = { production: { ...OFF, ...block } };
  const flag: FlagDefinition = { type: "boolean", purpose: "release", owner: "web", permanent: true, environments, ...more };
  return { version: 1, context, flags: { f: flag } };
}

const withRule = (when: Condition) => documentWith({ rules: [{ id: "a", when, serve: { variant: "on" } }] });
const codesAt = (document: FlagDocument) => checkAttributeUse(document).map(({ path, code }) => [path, code]);

const P = "/flags/f/environments/production";
const WHEN = `${P}/rules/0/when`;

/** A condition, and what is wrong with it where. */
const CONDITIONS: readonly (readonly [Condition, string, string])[] = [
  [{ plan: "prro" }, "/plan", "attribute-value"],
  [{ plan: ["free", "prro"] }, "/plan/1", "attribute-value"],
  [{ plan: { eq: "prro" } }, "/plan/eq", "attribute-value"],
  [{ plan: { in: ["prro"] } }, "/plan/in/0", "attribute-value"],
  [{ seats: 2 }, "/seats", "attribute-value"],
  [{ seats: "5" }, "/seats", "attribute-type"],
  [{ plan: { gte: 3 } }, "/plan/gte", "attribute-type"],
  [{ score: { startsWith: "1" } }, "/score/startsWith", "attribute-type"],
  [{ isStaff: "true" }, "/isStaff", "attribute-type"],
  [{ isStaff: { matches: "t" } }, "/isStaff/matches", "attribute-type"],
  [{ appVersion: { gte: 2 } }, "/appVersion/gte", "attribute-type"],
  [{ appVersion: { before: 2 } }, "/appVersion/before", "attribute-type"],
  [{ appVersion: "2.3" }, "/appVersion", "attribute-type"],
  [{ since: { cidr: "10.0.0.0/8" } }, "/since/cidr", "attribute-type"],
  [{ since: "2027-03-01" }, "/since", "attribute-type"],
  [{ address: { semver: { gte: "1.0.0" } } }, "/address/semver", "attribute-type"],
  [{ roles: 3 }, "/roles", "attribute-type"],
  [{ organization: "acme" }, "/organization", "attribute-type"],
  [{ organization: { eq: "acme" } }, "/organization", "attribute-type"],
  [{ "organization.plan": "prro" }, "/organization.plan", "attribute-value"],
  [{ "organization.size": 3 }, "/organization.size", "undeclared-attribute"],
  [{ not: { plann: "pro" } }, "/not/plann", "undeclared-attribute"],
  [{ all: [{ any: [{ plan: "prro" }] }] }, "/all/0/any/0/plan", "attribute-value"],
  [{ attribute: { any: 3 } }, "/attribute/any", "attribute-type"],
];

const GOOD: readonly Condition[] = [
  { plan: "pro", seats: [1, 5], score: { gt: 3, before: 5 }, isStaff: true },
  { plan: { startsWith: "p", exists: true } },
  { appVersion: { semver: { gte: "2.3.0" } } },
  { since: { after: "2027-03-01T09:00:00Z" }, address: { cidr: "10.0.0.0/8" } },
  { roles: ["admin"], "organization.plan": "pro", organization: { exists: true } },
  { targetingKey: 3, segment: "beta", attribute: { any: "x" } },
];

describe("what a document asks of declared attributes", () => {
  it.each(CONDITIONS)("%j", (when, path, code) => {
    expect(codesAt(withRule(when))).toEqual([[WHEN + path, code]]);
  });

  it.each(GOOD.map((when) => [when] as const))("%j fits", (when) => {
    expect(codesAt(withRule(when))).toEqual([]);
  });

  it("is not looked at without a declaration", () => {
    const { context: _context, ...undeclared } = withRule({ anything: "goes" });
    expect(checkAttributeUse(undeclared)).toEqual([]);
  });

  it("suggests what was probably meant", () => {
    expect(checkAttributeUse(withRule({ plann: "pro" }))[0]?.mend).toContain('did you mean "plan"?');
    expect(checkAttributeUse(withRule({ plan: "pto" }))[0]?.mend).toContain('did you mean "pro"?');
    expect(checkAttributeUse(withRule({ appVersion: { gte: 2 } }))[0]?.mend).toContain("semver: { gte: … }");
    expect(checkAttributeUse(withRule({ score: { matches: "2" } }))[0]?.mend).toContain("use one of: eq, in, gt");
  });

  it("is looked at in every place of a flag and a segment", () => {
    const serve = { split: { on: 50, off: 50 }, by: "isStaff" };
    const flag = documentWith(
      {
        fallback: [{ when: { plan: "x" }, variant: "off" }, { variant: "off" }],
        rules: [{ id: "a", serve: { ...serve, by: "roles" } }],
        default: serve,
        pin: { by: "organization", for: "24h" },
      },
      { variants: { on: { value: true, only: { plan: "x" } }, off: { value: false } } },
    );
    const segments = { beta: { environments: { production: { when: { plan: "x" } }, staging: {} } }, empty: {} };
    const bare: FlagDefinition = { type: "boolean", purpose: "release", owner: "web", permanent: true };
    expect(codesAt({ ...flag, flags: { ...flag.flags, bare }, segments })).toEqual([
      ["/flags/f/variants/on/only/plan", "attribute-value"],
      [`${P}/fallback/0/when/plan`, "attribute-value"],
      [`${P}/rules/0/serve/by`, "attribute-type"],
      [`${P}/default/by`, "attribute-type"],
      [`${P}/pin/by`, "attribute-type"],
      ["/segments/beta/environments/production/when/plan", "attribute-value"],
    ]);
  });

  it("lets a split go by what names somebody, and warns of what nobody declares", () => {
    const by = (name: string) => codesAt(documentWith({ default: { split: { on: 50, off: 50 }, by: name } }));
    for (const name of ["organization.id", "targetingKey", "score"]) expect(by(name)).toEqual([]);
    expect(by("sessionId")).toEqual([[`${P}/default/by`, "undeclared-attribute"]]);
  });

  it("holds the contexts of expectations against it; what they leave out may be missing", () => {
    const expecting = (context: FlagDefinition["expect"] & object) => codesAt(documentWith({}, { expect: context }));
    expect(
      expecting([{ context: { targetingKey: "user-1", organization: { plan: "pro" }, plan: null }, serves: "off" }]),
    ).toEqual([]);
    expect(
      expecting([
        { context: { seats: "5", plan: "prro", sise: 3 }, serves: "off" },
        { context: { organization: "acme" }, serves: "off" },
        { context: { organization: { size: 3 } }, serves: "off" },
      ]),
    ).toEqual([
      ["/flags/f/expect/0/context", "attribute-value"],
      ["/flags/f/expect/0/context", "attribute-type"],
      ["/flags/f/expect/0/context/sise", "undeclared-attribute"],
      ["/flags/f/expect/1/context/organization", "undeclared-attribute"],
      ["/flags/f/expect/2/context/organization/size", "undeclared-attribute"],
    ]);
  });
});

describe("a document with a declaration", () => {
  it("loses the flags and segments that do not fit it", () => {
    const when: Condition = { plan: "prro" };
    const document = { ...withRule(when), segments: { beta: { environments: { production: { when } } } } };
    const { value } = parseDocument(document);
    expect(value).toEqual({ version: 1, context: CONTEXT, flags: {}, segments: {} });
  });

  it("is not held against a declaration that is broken", () => {
    const { value, issues } = parseDocument({ ...withRule({ plan: "prro" }), context: { attributes: [] } });
    expect(issues.map(({ path }) => path)).toEqual(["/context/attributes"]);
    expect(Object.keys(value ?? {})).toEqual(["version", "flags"]);
  });

  it("says of a strict one that nothing is declared", () => {
    const { issues } = parseDocument({ ...withRule({ plan: "pro" }), context: { strict: true, attributes: {} } });
    expect(issues[0]).toMatchObject({ code: "unknown-attribute", mend: "declare it under `context.attributes`" });
  });

  it("may be read by itself", () => {
    expect(parseContextDeclaration(CONTEXT, { path: "" })).toEqual({ value: CONTEXT, issues: [] });
    expect(parseContextDeclaration({}, { path: "/context" }).issues[0]?.path).toBe("/context");
  });
});
