/** Checks what a flag does in one environment. */

import type { FlagDefinition, FlagEnvironment } from "../flag.ts";
import { LIMITS } from "../limits.ts";
import { checkBudgets, checkShadow, checkSpend } from "./budgets.ts";
import { checkFallback } from "./fallback.ts";
import { checkVariant, type FlagFacts, factsOf } from "./flag-facts.ts";
import type { Parsed } from "./issue.ts";
import { checkFlagKeyAt, checkVariantKeyAt } from "./keys.ts";
import { conclude, newReport, quote, raise, type Spot, within } from "./report.ts";
import { checkRule } from "./rule.ts";
import { checkServe } from "./serve.ts";
import {
  checkFields,
  checkFormat,
  checkInteger,
  checkList,
  checkMap,
  checkText,
  checkTruth,
  type Foreign,
  isObject,
} from "./shape.ts";

/**
 * Reads what a flag does in one environment.
 *
 * Shape:  `enabled`, `fallback` and `default` are required; all names of variants are the flag's.
 * Errors: none thrown; whether required flags and segments exist only the whole document can tell.
 * Source: ADR-0002; spec/flag-document.schema.json#/$defs/FlagEnvironment.
 */
export function parseFlagEnvironment(
  data: unknown,
  at: { readonly path: string; readonly flag: Pick<FlagDefinition, "type" | "variants"> },
): Parsed<FlagEnvironment> {
  const report = newReport();
  checkEnvironment(data, { path: at.path, report }, factsOf(at.flag));
  return conclude(report, data as FlagEnvironment);
}

const MAX_VERSION = Number.MAX_SAFE_INTEGER;

export function checkEnvironment(value: unknown, at: Spot, facts: FlagFacts): void {
  at.report.patternWeight = 0;
  checkFields(value, at, "a flag's environment", {
    enabled: { add: "enabled: true", check: (enabled, spot) => checkTruth(enabled, spot, "enabled") },
    fallback: { add: "fallback: <variant>", check: (fallback, spot) => checkFallback(fallback, spot, facts) },
    stopped: { check: (stopped, spot) => checkVariantList(stopped, spot, "stopped", 0, facts) },
    requires: { check: (requires, spot) => checkList(requires, spot, "requires", { max: LIMITS.chain }, checkRequirement) },
    pin: { check: checkPin },
    budgets: { check: (budgets, spot) => checkBudgets(budgets, spot, facts) },
    shadow: { check: (shadow, spot) => checkShadow(shadow, spot, facts) },
    spend: { check: (spend, spot) => checkSpend(spend, spot, facts) },
    targets: { check: (targets, spot) => checkTargets(targets, spot, facts) },
    rules: { check: (rules, spot) => checkRules(rules, spot, facts) },
    default: {
      add: "default: { variant: <name> }",
      check: (serve, spot) => checkServe(serve, spot, { facts, isDefault: true, when: undefined }),
    },
    published: { check: (map, spot) => checkCounters(map, spot, "published", 1, facts) },
    pinEpochs: { check: (map, spot) => checkCounters(map, spot, "pinEpochs", 0, facts) },
  });
}

function checkVariantList(value: unknown, at: Spot, what: string, min: number, facts: FlagFacts): void {
  checkList(value, at, what, { min, max: LIMITS.variants }, (name, spot) => {
    if (checkVariantKeyAt(name, spot)) checkVariant(name, spot, facts);
  });
}

function checkRequirement(value: unknown, at: Spot): void {
  const anyFlag: FlagFacts = { variants: undefined, only: new Map() };
  checkFields(value, at, "a requirement", {
    flag: { add: "flag: <key>", check: checkFlagKeyAt },
    variant: {
      add: "variant: <name>",
      check: (names, spot) =>
        Array.isArray(names) ? checkVariantList(names, spot, "variant", 1, anyFlag) : checkVariantKeyAt(names, spot),
    },
  });
}

function checkPin(value: unknown, at: Spot): void {
  checkFields(value, at, "a pin", {
    by: { add: "by: sessionId", check: (by, spot) => checkText(by, spot, "by", LIMITS.text) },
    for: { add: "for: 24h", check: (life, spot) => checkFormat(life, spot, "for", /^[1-9][0-9]{0,5}[smhd]$/, "24h") },
  });
}

/** Variant → targeting keys; a key in two lists could be promised two variants. */
function checkTargets(value: unknown, at: Spot, facts: FlagFacts): void {
  const owners = new Map<string, string>();
  checkMap(value, at, "targets", { max: LIMITS.variants }, checkVariantKeyAt, (keys, spot, variant) => {
    checkVariant(variant, spot, facts);
    checkList(keys, spot, "a list of targeting keys", { max: LIMITS.segmentKeys }, (key, place) => {
      if (checkText(key, place, "a targeting key", LIMITS.text)) claimTarget(key, place, variant, owners);
    });
    if (facts.only.has(variant)) warnTarget(variant, spot);
  });
}

function claimTarget(key: string, at: Spot, variant: string, owners: Map<string, string>): void {
  const owner = owners.get(key) ?? variant;
  owners.set(key, owner);
  if (owner !== variant)
    raise(at, "duplicate-target", `${quote(key)} is a target of ${owner} already`, "leave it in one of the lists");
}

function warnTarget(variant: string, at: Spot): void {
  const message = `${variant} is restricted by its \`only\`, and being named here does not ensure it`;
  raise(at, "only-not-implied", message, "name only people who satisfy `only`; the others are blocked and get the fallback");
}

function checkRules(value: unknown, at: Spot, facts: FlagFacts): void {
  const ids = new Set<unknown>();
  checkList(value, at, "rules", { max: LIMITS.rules }, (rule, spot) => {
    checkRule(rule, spot, facts);
    const id = isObject(rule) ? rule["id"] : undefined;
    if (typeof id !== "string") return;
    if (ids.has(id))
      raise(within(spot, "id"), "duplicate-rule", `there is a rule ${quote(id)} already`, "give every rule an id of its own");
    ids.add(id);
  });
}

/** Variant → a number that export writes. */
function checkCounters(value: unknown, at: Spot, what: string, min: number, facts: FlagFacts): Foreign | undefined {
  return checkMap(value, at, what, { max: LIMITS.variants }, checkVariantKeyAt, (number, spot, variant) => {
    checkVariant(variant, spot, facts);
    checkInteger(number, spot, `an entry of ${what}`, min, MAX_VERSION);
  });
}
