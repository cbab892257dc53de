/** Checks one flag: its shared fields, its variants, its environments. */

import type { FlagDefinition } from "../flag.ts";
import { LIMITS } from "../limits.ts";
import { isCalendarDate } from "../targeting/instant.ts";
import { checkCondition } from "./condition.ts";
import { checkEnvironment } from "./environment.ts";
import { checkExpectationList } from "./expectation.ts";
import { type FlagFacts, factsOf } from "./flag-facts.ts";
import type { Parsed } from "./issue.ts";
import { checkEnvironmentKeyAt, checkFlagKeyAt, checkVariantKeyAt } from "./keys.ts";
import { conclude, newReport, quote, raise, type Spot } from "./report.ts";
import {
  checkChoice,
  checkFields,
  checkFormat,
  checkList,
  checkMap,
  checkText,
  type Field,
  type Foreign,
  isObject,
  kindOf,
  refuseType,
} from "./shape.ts";
import { checkJsonValue, checkValueType } from "./value.ts";

/**
 * Reads one flag.
 *
 * Shape:  a definition with its variants and environments → itself; `key` is checked too.
 * Errors: none thrown; any error makes the whole flag unusable.
 * Source: ADR-0002; spec/flag-document.schema.json#/$defs/FlagDefinition.
 */
export function parseFlagDefinition(data: unknown, at: { readonly path: string; readonly key: string }): Parsed<FlagDefinition> {
  const report = newReport();
  const spot = { path: at.path, report };
  checkFlagKeyAt(at.key, spot);
  checkFlag(data, spot);
  return conclude(report, data as FlagDefinition);
}

/**
 * Reads the shared fields of a flag that `update-flag` may set, all of them optional here.
 *
 * Shape:  any of description, tags, links, purpose, owner, removeBy, permanent, audience, schema, inputs and expect.
 * Errors: none thrown; that exactly one of removeBy and permanent remains is for the caller to check on the whole flag.
 * Source: ADR-0002.
 */
export function parseSharedFields(data: unknown, at: { readonly path: string }): Parsed<Partial<FlagDefinition>> {
  const report = newReport();
  const optional = Object.entries(SHARED).map(([name, { check }]): [string, Field] => [name, { check }]);
  checkFields(data, { path: at.path, report }, "a flag", Object.fromEntries(optional));
  return conclude(report, data as Partial<FlagDefinition>);
}

const TYPES = ["boolean", "string", "number", "object"];
const PURPOSES = ["release", "kill-switch", "experiment", "entitlement", "config"];
const AUDIENCES = ["server", "browser"];
/** Where only the shared fields are given, the variants are not known. */
const ANY_VARIANTS: FlagFacts = { variants: undefined, only: new Map() };
const MAX_LINKS = { max: LIMITS.tags };

const SHARED: Readonly<Record<string, Field>> = {
  description: { check: (value, at) => checkText(value, at, "description", LIMITS.text) },
  tags: {
    check: (value, at) =>
      checkList(value, at, "tags", { max: LIMITS.tags }, (tag, spot) => checkText(tag, spot, "a tag", LIMITS.flagKey)),
  },
  links: { check: (value, at) => checkMap(value, at, "links", MAX_LINKS, checkLinkName, checkLink) },
  purpose: { add: "purpose: release", check: (value, at) => checkChoice(value, at, "purpose", PURPOSES) },
  owner: { add: "owner: <team>", check: (value, at) => checkText(value, at, "owner", LIMITS.flagKey) },
  removeBy: { check: checkRemoveBy },
  permanent: { check: checkPermanent },
  audience: { check: (value, at) => checkChoice(value, at, "audience", AUDIENCES) },
  schema: { check: checkSchema },
  inputs: { check: checkInputs },
  expect: { check: (list, at) => checkExpectationList(list, at, ANY_VARIANTS) },
};

export function checkFlag(value: unknown, at: Spot): void {
  const type = isObject(value) ? value["type"] : undefined;
  const environments: { value: unknown; at: Spot }[] = [];
  const expectations: { value: unknown; at: Spot }[] = [];
  const flag = checkFields(value, at, "a flag", {
    ...SHARED,
    type: { add: "type: boolean", check: (given, spot) => checkChoice(given, spot, "type", TYPES) },
    salt: { check: (salt, spot) => checkText(salt, spot, "salt", LIMITS.text) },
    variants: {
      ...(type === "string" || type === "number" || type === "object" ? { add: "variants: { <name>: { value: … } }" } : {}),
      check: (variants, spot) => checkVariants(variants, spot, type),
    },
    environments: { check: (map, spot) => environments.push({ value: map, at: spot }) },
    expect: { check: (list, spot) => expectations.push({ value: list, at: spot }) },
  });
  if (flag === undefined) return;
  checkLifetime(flag, at);
  checkAudience(flag, at);
  checkTemplated(flag, at);
  const facts = factsOf(flag as Pick<FlagDefinition, "type" | "variants">);
  for (const each of environments) checkEnvironments(each.value, each.at, facts);
  for (const each of expectations) checkExpectationList(each.value, each.at, facts);
}

/** Every flag says when it goes, or that it stays. */
function checkLifetime(flag: Foreign, at: Spot): void {
  const hasEnd = flag["removeBy"] !== undefined;
  const isPermanent = flag["permanent"] !== undefined;
  if (hasEnd && isPermanent) raise(at, "two-lifetimes", "a flag has a removeBy or is permanent, not both", "remove one of them");
  if (!hasEnd && !isPermanent)
    raise(at, "missing-field", "a flag says when it goes", "add `removeBy: <YYYY-MM-DD>`, or `permanent: true`");
}

/** An AI config has no public fields yet, and a browser key is public. */
function checkAudience(flag: Foreign, at: Spot): void {
  if (flag["audience"] !== "browser" || flag["schema"] !== "ai-config") return;
  const message = "an AI config is for servers: its prompt would stand in every page";
  raise(at, "ai-config-in-browser", message, "remove `audience: browser`, and give browsers a flag of what they may see");
}

/** Nobody else's values are templates. */
function checkTemplated(flag: Foreign, at: Spot): void {
  if (flag["inputs"] === undefined || flag["schema"] === "ai-config") return;
  const message = "inputs are for the templates of AI configs, and this flag's values are none";
  raise(at, "inputs-without-templates", message, "add `schema: ai-config`, or remove `inputs`");
}

function checkVariants(variants: unknown, at: Spot, type: unknown): void {
  at.report.patternWeight = 0;
  checkMap(variants, at, "variants", { min: 1, max: LIMITS.variants }, checkVariantKeyAt, (variant, spot) => {
    checkFields(variant, spot, "a variant", {
      value: { add: "value: <what is served>", check: (value, place) => checkValue(value, place, type) },
      description: { check: (text, place) => checkText(text, place, "description", LIMITS.text) },
      versions: { check: (versions, place) => checkVersions(versions, place, type) },
      only: { check: checkCondition },
    });
  });
}

function checkValue(value: unknown, at: Spot, type: unknown): void {
  checkValueType(value, at, type);
  checkJsonValue(value, at, "the value");
}

/** Every environment serves one version of a variant, so there are no more earlier ones than environments. */
function checkVersions(value: unknown, at: Spot, type: unknown): void {
  checkMap(value, at, "versions", MAX_ENVIRONMENTS, checkVersionNumber, (earlier, spot) => checkValue(earlier, spot, type));
}

function checkVersionNumber(number: string, at: Spot): boolean {
  return checkFormat(number, at, "the number of a version", /^[1-9][0-9]{0,14}$/, "3");
}

/** Many are allowed: each has its own snapshot, so only the document grows. */
const MAX_ENVIRONMENTS = { max: 1_000 };

function checkEnvironments(map: unknown, at: Spot, facts: FlagFacts): void {
  checkMap(map, at, "environments", MAX_ENVIRONMENTS, checkEnvironmentKeyAt, (environment, spot) =>
    checkEnvironment(environment, spot, facts),
  );
}

function checkRemoveBy(value: unknown, at: Spot): void {
  if (!checkFormat(value, at, "removeBy", /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/, "2027-03-01") || isCalendarDate(value)) return;
  raise(at, "bad-date", `the calendar has no ${value}`, "give a real date, such as `2027-03-01`");
}

function checkPermanent(value: unknown, at: Spot): void {
  if (value === true) return;
  raise(
    at,
    "unknown-choice",
    `permanent can only be true, not ${kindOf(value)}`,
    "write `permanent: true`, or remove it and add `removeBy: <YYYY-MM-DD>`",
  );
}

function checkSchema(value: unknown, at: Spot): void {
  if (typeof value === "string") checkText(value, at, "schema", LIMITS.flagKey);
  else if (isObject(value)) checkJsonValue(value, at, "the schema");
  else refuseType(value, at, "schema", "the name of a schema, or a JSON Schema");
}

/** A name twice would be required and not. */
function checkInputs(value: unknown, at: Spot): void {
  const names = new Set<string>();
  checkList(value, at, "inputs", { max: LIMITS.inputs }, (input, spot) => {
    if (!checkFormat(input, spot, "an input", /^[A-Za-z_][A-Za-z0-9_]{0,63}\??$/, "text, or audience?")) return;
    const name = input.replace("?", "");
    if (names.has(name)) raise(spot, "duplicate-input", `there is an input ${quote(name)} already`, "name every input once");
    names.add(name);
  });
}

function checkLinkName(name: string, at: Spot): boolean {
  return checkText(name, at, "a link's name", LIMITS.flagKey);
}

/** Links are shown to people and clicked: a path, or the web. */
function checkLink(value: unknown, at: Spot): void {
  if (!checkText(value, at, "a link", LIMITS.text)) return;
  const scheme = /^[^a-z]*([a-z][a-z0-9+.-]*)\s*:/i.exec(value.slice(0, SCHEME))?.[1]?.toLowerCase();
  if (scheme === undefined || scheme === "http" || scheme === "https" || scheme === "mailto") return;
  raise(at, "unsafe-link", `a link cannot start with ${quote(`${scheme}:`)}`, "use https, or a path inside the repository");
}

/** No scheme is longer; a colon further back belongs to a path. */
const SCHEME = 40;
