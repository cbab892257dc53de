/** Every code of the table is reached, where it should be; the schema finds the structural ones and no others. */

import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { LIMITS } from "../limits.ts";
import { storeSplit } from "../bucketing/store-split.ts";
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

type Json = Record<string, unknown>;

/** A flag that uses a bit of everything; a case changes one place of it. */
function makeFlag(): Json {
  return {
    type: "object",
    purpose: "release",
    owner: "search-team",
    removeBy: "2027-03-01",
    links: { runbook: "docs/runbook.md" },
    expect: [{ environments: ["production"], context: { region: "eu" }, serves: "small" }],
    variants: {
      big: { value: { model: "big" }, only: { plan: ["pro", "team"] } },
      small: { value: { model: "small" }, versions: { 2: { model: "tiny" } } },
      plain: { value: { reply: "resting" } },
    },
    environments: { production: makeEnvironment() },
  };
}

function makeEnvironment(): Json {
  return {
    enabled: true,
    fallback: [{ when: { region: "us" }, variant: "small" }, { variant: "plain" }],
    stopped: [],
    pin: { by: "sessionId", for: "24h" },
    spend: { seats: { period: "day", amountMicroUsd: 5, attribute: "seats", value: 5 } },
    targets: { small: ["user-7"] },
    rules: [
      { id: "eu", when: { region: "eu" }, serve: { variant: "small" } },
      {
        id: "paid",
        when: { plan: ["pro"] },
        serve: { split: { big: 10, small: 90 }, stored: storeSplit({ big: 10, small: 90 }, { salt: "f" }) },
      },
    ],
    default: { variant: "small" },
    published: { small: 2 },
    pinEpochs: { small: 1 },
  };
}

/** A document with one flag `f`, changed by the case. */
type Change = (flag: Json, document: Json) => void;

/** Sets a place given by a path of names; `undefined` deletes it. */
function at(path: string, value: unknown): Change {
  return (flag, document) => {
    const names = path.split("/");
    const last = names.pop() as string;
    const root: Json = names[0] === "" ? document : flag;
    const parent = names.filter((name) => name !== "").reduce((place: Json, name) => place[name] as Json, root);
    if (value === undefined) delete parent[last];
    else Object.defineProperty(parent, last, { value, enumerable: true, configurable: true, writable: true });
  };
}
const here = (path: string, value: unknown): Change => at(`environments/production/${path}`, value);
const when = (tree: unknown): Change => here("rules/0/when", tree);
const split = (serve: unknown): Change => here("rules/1/serve", serve);
const SHADOW = { variant: "big", percent: 1, callsPerMinute: 1 };
const SPEND = { period: "month", amountMicroUsd: 1_000_000 };
const spend = (more: object): Change => here("spend", { total: { ...SPEND, ...more } });
const required =
  (environments: unknown): Change =>
  (flag, document) => {
    document["flags"] = { f: flag, other: { type: "boolean", purpose: "release", owner: "t", permanent: true, environments } };
  };
const onOff = (more: Json = {}): Json => ({ enabled: true, fallback: "off", default: { variant: "on" }, ...more });
const both =
  (first: Change, second: Change): Change =>
  (flag, document) => {
    first(flag, document);
    second(flag, document);
  };
const declare = (attributes: unknown): Change => at("/context", { attributes });
const crowd = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, 1]));
const stored = (more: Json): Json => ({ ...storeSplit({ big: 10, small: 90 }, { salt: "f" }), ...more });
const switchIn = (production: Json): Json => ({
  type: "boolean",
  purpose: "release",
  owner: "t",
  permanent: true,
  environments: { production },
});
/** Entries `c0`, `c1`, … each made from the name of the one before. */
const chainOf = (name: string, length: number, make: (before: string | undefined) => Json): Json =>
  Object.fromEntries(
    Array.from({ length }, (_, index) => [`${name}${index}`, make(index === 0 ? undefined : `${name}${index - 1}`)]),
  );
const nested = (depth: number): unknown => (depth === 0 ? { a: 1 } : { not: nested(depth - 1) });
const deep = (depth: number): unknown => (depth === 0 ? {} : { a: deep(depth - 1) });

const F = "/flags/f";
const P = `${F}/environments/production`;

/** Code, what is done to the document, where the issue stands. */
const CASES: readonly (readonly [IssueCode, string, Change])[] = [
  ["wrong-type", `${F}/owner`, at("owner", 5)],
  ["wrong-type", `${F}/tags`, at("tags", "a")],
  ["wrong-type", `${F}/variants`, at("variants", [])],
  ["wrong-type", `${F}/type`, at("type", null)],
  ["wrong-type", `${F}/removeBy`, at("removeBy", 20270301)],
  ["wrong-type", `${F}/schema`, at("schema", 5)],
  ["wrong-type", `${F}/variants/small`, at("variants/small", "x")],
  ["wrong-type", `${P}/enabled`, here("enabled", "true")],
  ["wrong-type", `${P}/fallback`, here("fallback", 5)],
  ["wrong-type", `${P}/fallback/0/variant`, here("fallback/0/variant", 5)],
  ["wrong-type", `${P}/published/small`, here("published/small", 1.5)],
  ["wrong-type", `${P}/targets/small/0`, here("targets/small/0", 7)],
  ["wrong-type", `${P}/rules/0`, here("rules/0", "eu")],
  ["wrong-type", `${P}/rules/0/id`, here("rules/0/id", 5)],
  ["wrong-type", `${P}/rules/0/serve`, here("rules/0/serve", "small")],
  ["wrong-type", `${P}/rules/0/when`, when([])],
  ["wrong-type", `${P}/rules/0/when/all`, when({ all: {} })],
  ["wrong-type", `${P}/rules/0/when/segment`, when({ segment: 5 })],
  ["wrong-type", `${P}/rules/0/when/attribute`, when({ attribute: 5 })],
  ["wrong-type", `${P}/rules/0/when/a/0`, when({ a: [[]] })],
  ["wrong-type", `${P}/rules/0/when/a/gt`, when({ a: { gt: "3" } })],
  ["wrong-type", `${P}/rules/0/when/a/after`, when({ a: { after: true } })],
  ["wrong-type", `${P}/rules/0/when/a/exists`, when({ a: { exists: "yes" } })],
  ["wrong-type", `${P}/rules/0/when/a/contains`, when({ a: { contains: 5 } })],
  ["wrong-type", `${P}/rules/0/when/a/contains/1`, when({ a: { contains: ["x", 5] } })],
  ["wrong-type", `${P}/rules/0/when/a/semver`, when({ a: { semver: "1.0.0" } })],
  ["wrong-type", `${P}/rules/0/when/a/semver/gte`, when({ a: { semver: { gte: 1 } } })],
  ["wrong-type", `${P}/rules/1/serve/split/big`, split({ split: { big: "10", small: 90 } })],
  ["wrong-type", `${P}/rules/1/serve/rest`, split({ split: { big: 10 }, rest: 5 })],
  ["wrong-type", `${P}/rules/1/serve/stored/ranges/0`, here("rules/1/serve/stored/ranges/0", "x")],
  ["wrong-type", `${P}/requires/0/variant`, here("requires", [{ flag: "x", variant: 5 }])],
  ["wrong-type", "/segments", at("/segments", [])],
  ["unknown-field", `${F}/onwer`, at("onwer", "x")],
  ["unknown-field", `${P}/constructor`, here("constructor", 1)],
  ["unknown-field", `${P}/rules/0/serve/weight`, here("rules/0/serve/weight", 1)],
  ["unknown-field", "/flag", at("/flag", {})],
  ["unknown-field", "/__proto__", at("/__proto__", {})],
  ["missing-field", F, at("owner", undefined)],
  ["missing-field", F, at("removeBy", undefined)],
  ["missing-field", F, at("variants", undefined)],
  ["missing-field", P, here("fallback", undefined)],
  ["missing-field", `${P}/rules/0/serve`, here("rules/0/serve", {})],
  ["missing-field", `${P}/rules/1/serve/rest`, split({ split: { big: 10 }, else: "small", rest: {} })],
  ["missing-field", "", at("/flags", undefined)],
  ["unknown-choice", `${F}/type`, at("type", "bool")],
  ["unknown-choice", `${F}/purpose`, at("purpose", "relase")],
  ["unknown-choice", `${F}/permanent`, at("permanent", false)],
  ["unknown-choice", `${P}/rules/1/serve/rest`, split({ split: { big: 10 }, rest: "next" })],
  ["bad-version", "/version", at("/version", 2)],
  ["bad-version", "/version", at("/version", "1")],
  ["bad-key", "/flags/Bad Key", at("/flags", { "Bad Key": {} })],
  ["bad-key", "/flags/", at("/flags", { "": {} })],
  ["bad-key", `/flags/${"a".repeat(129)}`, at("/flags", { ["a".repeat(129)]: {} })],
  ["bad-key", `${F}/environments/Prod~1uction`, at("environments", { "Prod/uction": onOff() })],
  ["bad-key", `${F}/variants/~0x`, at("variants/~x", { value: {} })],
  ["bad-key", `${P}/rules/0/when/segment`, when({ segment: "Beta" })],
  ["reserved-key", "/flags/constructor", at("/flags", { constructor: {} })],
  ["reserved-key", "/flags/then", at("/flags/then", {})],
  ["reserved-key", `${P}/rules/0/id`, here("rules/0/id", "default")],
  ["bad-format", `${F}/removeBy`, at("removeBy", "1 March 2027")],
  ["bad-format", `${F}/variants/small/versions/01`, at("variants/small/versions", { "01": {} })],
  ["bad-format", `${F}/inputs/0`, both(at("schema", "ai-config"), at("inputs", ["the text"]))],
  [
    "too-many",
    `${F}/inputs`,
    both(
      at("schema", "ai-config"),
      at(
        "inputs",
        Array.from({ length: 101 }, (_, n) => `i${n}`),
      ),
    ),
  ],
  ["duplicate-input", `${F}/inputs/1`, both(at("schema", "ai-config"), at("inputs", ["text", "text?"]))],
  ["inputs-without-templates", F, at("inputs", ["text"])],
  ["missing-field", `${P}/budgets/big`, here("budgets", { big: {} })],
  ["unknown-variant", `${P}/budgets/none`, here("budgets", { none: { callsPerMinute: 1 } })],
  ["out-of-range", `${P}/budgets/big/callsPerMinute`, here("budgets", { big: { callsPerMinute: 0 } })],
  ["out-of-range", `${P}/shadow/percent`, here("shadow", { variant: "big", percent: 101, callsPerMinute: 1 })],
  ["percent-decimals", `${P}/shadow/percent`, here("shadow", { variant: "big", percent: 0.0001, callsPerMinute: 1 })],
  ["unknown-variant", `${P}/shadow/variant`, here("shadow", { variant: "none", percent: 1, callsPerMinute: 1 })],
  ["wrong-type", `${P}/shadow/variant`, here("shadow", { variant: 5, percent: 1, callsPerMinute: 1 })],
  ["missing-field", `${P}/shadow`, here("shadow", { variant: "big", percent: 1 })],
  ["out-of-range", `${P}/shadow/dailyBudgetMicroUsd`, here("shadow", { ...SHADOW, dailyBudgetMicroUsd: 0 })],
  ["missing-field", `${P}/spend/total`, here("spend", { total: { period: "day" } })],
  ["bad-key", `${P}/spend/Total`, here("spend", { Total: SPEND })],
  ["unknown-choice", `${P}/spend/total/period`, spend({ period: "week" })],
  ["out-of-range", `${P}/spend/total/amountMicroUsd`, spend({ amountMicroUsd: 0 })],
  ["unknown-variant", `${P}/spend/total/variant`, spend({ variant: "none" })],
  ["wrong-type", `${P}/spend/total/variant`, spend({ variant: 5 })],
  ["wrong-type", `${P}/spend/total`, here("spend", { total: 5 })],
  ["empty-text", `${P}/spend/total/attribute`, spend({ attribute: "" })],
  ["wrong-type", `${P}/spend/total/value`, spend({ attribute: "plan", value: null })],
  ["too-long", `${P}/spend/total/value`, spend({ attribute: "plan", value: "x".repeat(257) })],
  ["out-of-range", `${P}/spend/total/warnAt`, spend({ warnAt: 101 })],
  ["unknown-variant", `${P}/spend/total/cheaper`, spend({ cheaper: "none" })],
  ["out-of-range", `${P}/spend/total/offAt`, spend({ cheaper: "small", offAt: 99 })],
  ["budget-scope", `${P}/spend/total/attribute`, spend({ attribute: "plan", variant: "big" })],
  ["budget-scope", `${P}/spend/total/value`, spend({ value: "free" })],
  ["budget-scope", `${P}/spend/total/cheaper`, spend({ variant: "big", cheaper: "small" })],
  ["budget-scope", `${P}/spend/total/offAt`, spend({ offAt: 120 })],
  ["bad-format", `${P}/pin/for`, here("pin/for", "1 day")],
  ["out-of-range", `${P}/rules/1/serve/split/big`, split({ split: { big: -1, small: 100 } })],
  ["out-of-range", `${P}/rules/1/serve/split/small`, split({ split: { small: 100.0001 } })],
  [
    "out-of-range",
    `${P}/rules/1/serve/stored/offset`,
    split({ split: { big: 10, small: 90 }, stored: stored({ offset: 100_000 }) }),
  ],
  ["out-of-range", `${P}/published/small`, here("published/small", 0)],
  ["empty-text", `${F}/owner`, at("owner", "")],
  ["empty-text", `${P}/pin/by`, here("pin/by", "")],
  ["empty-text", `${P}/rules/0/when/`, when({ "": 1 })],
  ["too-long", `${F}/description`, at("description", "x".repeat(LIMITS.text + 1))],
  ["too-long", `${P}/rules/0/when/${"a".repeat(LIMITS.text + 1)}`, when({ ["a".repeat(LIMITS.text + 1)]: 1 })],
  ["too-few", `${F}/variants`, at("variants", {})],
  ["too-few", `${P}/fallback`, here("fallback", [])],
  ["too-few", `${P}/rules/0/when/a`, when({ a: [] })],
  ["too-few", `${P}/rules/1/serve/stored/ranges/0`, here("rules/1/serve/stored/ranges/0", [0, 1])],
  [
    "too-many",
    `${F}/tags`,
    at(
      "tags",
      Array.from({ length: LIMITS.tags + 1 }, () => "t"),
    ),
  ],
  [
    "too-many",
    `${P}/rules`,
    here(
      "rules",
      Array.from({ length: 1_000_000 }, () => 0),
    ),
  ],
  ["too-many", `${P}/targets/small`, here("targets/small", Array.from({ length: LIMITS.segmentKeys + 1 }, String))],
  ["too-many", `${P}/rules/0/when/a/in`, when({ a: { in: Array.from({ length: LIMITS.listEntries + 1 }, String) } })],
  ["two-expectations", `${F}/expect/0`, at("expect", [{ context: {}, serves: "small", never: "big" }])],
  ["missing-field", `${F}/expect/0`, at("expect", [{ context: {} }])],
  ["wrong-type", `${F}/expect/0`, at("expect", ["x"])],
  ["wrong-type", `${F}/expect/0/context`, at("expect", [{ context: [], serves: "small" }])],
  ["wrong-type", `${F}/expect/0/serves`, at("expect", [{ context: {}, serves: 5 }])],
  ["too-few", `${F}/expect/0/never`, at("expect", [{ context: {}, never: [] }])],
  ["bad-key", `${F}/expect/0/environments/0`, at("expect", [{ context: {}, never: "big", environments: ["Prod"] }])],
  ["unknown-variant", `${F}/expect/0/serves/1`, at("expect", [{ context: {}, serves: ["small", "tiny"] }])],
  ["two-lifetimes", F, at("permanent", true)],
  ["value-type", `${F}/variants/small/value`, at("variants/small/value", "text")],
  ["value-type", `${F}/variants/small/value`, at("variants/small/value", [])],
  ["value-type", `${F}/variants/small/value`, at("variants/small/value", null)],
  ["value-type", `${F}/variants/small/versions/1`, at("variants/small/versions", { 1: "text" })],
  ["value-type", `${F}/variants/big/value`, at("type", "number")],
  ["next-rule-in-default", `${P}/default/rest`, here("default", { split: { small: 10 }, rest: "next-rule" })],
  ["empty-tree", `${P}/rules/0/when`, when({})],
  ["empty-tree", `${P}/rules/0/when/any`, when({ any: [] })],
  ["empty-tree", `${P}/rules/0/when/attribute`, when({ attribute: {} })],
  ["empty-tree", `${P}/rules/0/when/a`, when({ a: {} })],
  ["empty-tree", `${P}/rules/0/when/a/semver`, when({ a: { semver: {} } })],
  ["empty-tree", `${F}/variants/small/only`, at("variants/small/only", {})],
  ["null-literal", `${P}/rules/0/when/a`, when({ a: null })],
  ["null-literal", `${P}/rules/0/when/a/in/0`, when({ a: { in: [null] } })],
  ["unknown-operator", `${P}/rules/0/when/a/startWith`, when({ a: { startWith: "x" } })],
  ["unknown-operator", `${P}/rules/0/when/a/constructor`, when({ a: { constructor: "x" } })],
  ["unknown-operator", `${P}/rules/0/when/a/semver/ge`, when({ a: { semver: { ge: "1.0.0" } } })],

  ["bad-date", `${F}/removeBy`, at("removeBy", "2027-02-29")],
  ["unsafe-link", `${F}/links/runbook`, at("links/runbook", " javascript:alert(1)")],
  ["unsafe-link", `${F}/links/runbook`, at("links/runbook", "data:text/html,x")],
  ["too-large", `${F}/variants/small/value`, at("variants/small/value", { text: "x".repeat(LIMITS.valueBytes) })],
  ["too-deep", `${F}/variants/small/value`, at("variants/small/value", deep(LIMITS.valueDepth))],
  ["too-deep", `${F}/schema`, at("schema", deep(100))],
  ["tree-too-deep", `${P}/rules/0/when${"/not".repeat(LIMITS.treeDepth)}`, when(nested(LIMITS.treeDepth))],
  ["tree-too-large", `${P}/rules/0/when/any/999/a`, when({ any: Array.from({ length: LIMITS.treeNodes }, () => ({ a: 1 })) })],
  ["tree-too-large", `${P}/rules/0/when/k1999`, when(crowd)],
  ["tree-too-large", `${P}/rules/0/when/attribute/k1999`, when({ attribute: crowd })],
  ["bad-semver", `${P}/rules/0/when/v/semver/gte`, when({ v: { semver: { gte: "v1.2.3" } } })],
  ["bad-instant", `${P}/rules/0/when/t/before`, when({ t: { before: "2027-03-01" } })],
  ["bad-cidr", `${P}/rules/0/when/ip/cidr`, when({ ip: { cidr: "10.0.0.1" } })],
  ["bad-cidr", `${P}/rules/0/when/ip/cidr/1`, when({ ip: { cidr: ["10.0.0.0/8", "10.1.2.3/8"] } })],
  ["bad-pattern", `${P}/rules/0/when/a/matches`, when({ a: { matches: "(?<=a)b" } })],
  ["bad-pattern", `${P}/rules/0/when/a/matches/0`, when({ a: { matches: ["((a{1,100}){1,100}){1,100}"] } })],
  ["too-many-patterns", `${P}/rules/0/when/a/matches/7`, when({ a: { matches: Array(9).fill("(?i)\\pL") } })],
  ["percent-decimals", `${P}/rules/1/serve/split/big`, split({ split: { big: 1e-9, small: 99 } })],
  ["percent-decimals", `${P}/rules/1/serve/split/big`, split({ split: { big: 0.0005, small: 99.9995 } })],
  ["ai-config-in-browser", F, both(at("schema", "ai-config"), at("audience", "browser"))],
  ["split-sum", `${P}/rules/1/serve/split`, split({ split: { big: 10, small: 89.999 } })],
  ["split-sum", `${P}/rules/1/serve/split`, split({ split: { big: 10, small: 90.001 }, rest: "next-rule" })],
  ["bad-stored-split", `${P}/rules/1/serve/stored`, split({ split: { small: 100 }, stored: stored({ ranges: [[5, 5, "a"]] }) })],
  ["stored-mismatch", `${P}/rules/1/serve/stored/ranges`, split({ split: { big: 20, small: 80 }, stored: stored({}) })],
  ["stored-mismatch", `${P}/rules/1/serve/stored/ranges`, split({ split: { small: 100 }, stored: stored({}) })],
  ["stored-mismatch", `${P}/rules/1/serve/stored/by`, split({ split: { big: 10, small: 90 }, by: "org", stored: stored({}) })],
  ["unknown-variant", `${P}/fallback`, here("fallback", "plane")],
  ["unknown-variant", `${P}/default/variant`, here("default", { variant: "tostring" })],
  ["unknown-variant", `${P}/stopped/0`, here("stopped", ["tiny"])],
  ["unknown-variant", `${P}/targets/tiny`, here("targets", { tiny: [] })],
  ["unknown-variant", `${P}/rules/1/serve/else`, split({ split: { small: 100 }, else: "tiny" })],
  ["unknown-variant", `${P}/rules/1/serve/rest/variant`, split({ split: { small: 10 }, rest: { variant: "tiny" } })],
  ["unknown-variant", `${P}/rules/1/serve/split/tiny`, split({ split: { tiny: 0, small: 100 } })],
  [
    "unknown-variant",
    `${P}/requires/0/variant`,
    both(here("requires", [{ flag: "other", variant: ["on", "of"] }]), required({ production: onOff() })),
  ],
  ["restricted-fallback", `${P}/fallback`, here("fallback", "big")],
  ["duplicate-rule", `${P}/rules/1/id`, here("rules/1/id", "eu")],
  ["duplicate-target", `${P}/targets/plain/0`, here("targets", { small: ["a", "b", "b"], plain: ["b"] })],
  ["requires-cycle", F, here("requires", [{ flag: "f", variant: "small" }])],
  [
    "requires-chain",
    "/flags/c32",
    at(
      "/flags",
      chainOf("c", 500, (before) => switchIn(onOff({ requires: before === undefined ? [] : [{ flag: before, variant: "on" }] }))),
    ),
  ],
  [
    "segment-cycle",
    "/segments/a",
    at("/segments", {
      a: { environments: { production: { when: { not: { segment: "b" } } } } },
      b: { environments: { production: { when: { all: [{ segment: ["c", "a"] }] } } } },
      c: { environments: { production: {} } },
    }),
  ],
  [
    "segment-chain",
    "/segments/s32",
    at(
      "/segments",
      chainOf("s", 34, (before) => ({ environments: { production: before === undefined ? {} : { when: { segment: before } } } })),
    ),
  ],

  ["wrong-type", "/context", at("/context", [])],
  ["missing-field", "/context", at("/context", { strict: true })],
  ["wrong-type", "/context/strict", at("/context", { strict: "yes", attributes: {} })],
  ["empty-text", "/context/attributes/", declare({ "": { type: "string" } })],
  ["missing-field", "/context/attributes/plan", declare({ plan: { values: ["pro"] } })],
  ["unknown-choice", "/context/attributes/plan/type", declare({ plan: { type: "text" } })],
  ["wrong-type", "/context/attributes/plan/values/0", declare({ plan: { type: "string", values: [true] } })],
  ["empty-text", "/context/attributes/plan/values/0", declare({ plan: { type: "string", values: [""] } })],
  ["too-few", "/context/attributes/plan/values", declare({ plan: { type: "string", values: [] } })],
  ["wrong-type", "/context/attributes/plan/list", declare({ plan: { type: "string", list: 1 } })],
  ["wrong-type", "/context/attributes/plan/private", declare({ plan: { type: "string", private: 1 } })],
  ["too-long", "/context/attributes/plan/description", declare({ plan: { type: "string", description: "x".repeat(2_001) } })],
  ["bad-declaration", "/context/attributes/plan/values/0", declare({ plan: { type: "number", values: ["3"] } })],
  ["bad-declaration", "/context/attributes/plan/values", declare({ plan: { type: "semver", values: ["1.0.0"] } })],
  ["undeclared-attribute", `${P}/rules/0/when/region`, declare({ plan: { type: "string" } })],
  ["unknown-attribute", `${P}/rules/0/when/region`, at("/context", { strict: true, attributes: {} })],
  ["attribute-type", `${P}/rules/0/when/region`, declare({ region: { type: "number" } })],
  ["attribute-value", `${P}/rules/0/when/region`, declare({ region: { type: "string", values: ["us"] } })],

  ["fallback-may-end", `${P}/fallback`, here("fallback", [{ when: { a: 1 }, variant: "small" }])],
  ["only-not-implied", `${P}/rules/0/serve/variant`, here("rules/0/serve/variant", "big")],
  ["only-not-implied", `${P}/rules/1/serve/split/big`, here("rules/1/when", { plan: ["pro", "free"] })],
  [
    "only-not-implied",
    `${P}/rules/1/serve/else`,
    both(here("rules/1/when", { region: "us" }), split({ split: { small: 100 }, else: "big" })),
  ],
  ["only-not-implied", `${P}/default/rest/variant`, here("default", { split: { small: 10 }, rest: { variant: "big" } })],
  ["only-not-implied", `${P}/default/variant`, here("default", { variant: "big" })],
  ["only-not-implied", `${P}/targets/big`, here("targets", { big: ["a"] })],
  ["missing-flag", `${P}/requires/0/flag`, here("requires", [{ flag: "tostring", variant: "on" }])],
  [
    "missing-flag",
    `${P}/requires/0/flag`,
    both(here("requires", [{ flag: "other", variant: "on" }]), required({ staging: onOff() })),
  ],
  ["missing-segment", `${P}/rules/0/when/segment`, when({ segment: "beta" })],
  ["missing-segment", `${P}/fallback/0/when/any/0/not/segment`, here("fallback/0/when", { any: [{ not: { segment: ["b"] } }] })],
  ["missing-segment", `${F}/variants/big/only/segment`, at("variants/big/only", { segment: "beta" })],
  [
    "missing-segment",
    "/segments/a/environments/x/when/segment",
    at("/segments", { a: { environments: { x: { when: { segment: "b" } } } } }),
  ],
];

function makeDocument(change: Change): Json {
  const flag = makeFlag();
  const document: Json = { version: 1, flags: { f: flag } };
  change(flag, document);
  return document;
}

describe("the codes of the parser", () => {
  it.each(CASES)("%s at %s", (code, path, change) => {
    const document = makeDocument(change);
    const { issues } = parseDocument(document);
    expect(issues.filter((issue) => issue.path === path).map((issue) => issue.code)).toContain(code);
    for (const issue of issues) {
      expect(issue.message.length).toBeGreaterThan(5);
      expect(issue.message.length).toBeLessThan(400);
      expect(issue.mend.length).toBeGreaterThan(3);
    }
    const isStructural = issues.some((issue) => ISSUE_KINDS[issue.code as IssueCode].structural);
    expect(isStructural).toBe(ISSUE_KINDS[code].structural);
    expect(fitsSchema(document)).toBe(!isStructural);
  });

  it("are all reached", () => {
    const notInJson: readonly IssueCode[] = ["not-json", "more-issues", "more-warnings"];
    expect(new Set([...CASES.map(([code]) => code), ...notInJson])).toEqual(new Set(Object.keys(ISSUE_KINDS)));
  });

  it("are absent from a good document", () => {
    const document = makeDocument(() => {});
    expect(parseDocument(document)).toEqual({ value: document, issues: [] });
    expect(fitsSchema(document)).toBe(true);
  });
});
