/** Checks the fallback of a flag in one environment, and what else must be safe for everyone. */

import { LIMITS } from "../limits.ts";
import { checkCondition } from "./condition.ts";
import { checkVariant, type FlagFacts } from "./flag-facts.ts";
import { checkVariantKeyAt } from "./keys.ts";
import { quote, raise, type Spot } from "./report.ts";
import { checkFields, checkList, isObject, refuseType } from "./shape.ts";

/** One variant's name, or entries; whoever finds no entry gets the caller's default, which is seldom meant. */
export function checkFallback(value: unknown, at: Spot, facts: FlagFacts): void {
  if (typeof value === "string") return checkFallbackVariant(value, at, facts);
  if (!Array.isArray(value)) return refuseType(value, at, "fallback", "a variant's name or a list of entries");
  const list = checkList(value, at, "fallback", { min: 1, max: LIMITS.variants }, (entry, spot) =>
    checkFields(entry, spot, "a fallback entry", {
      when: { check: checkCondition },
      variant: { add: "variant: <name>", check: (name, place) => checkFallbackVariant(name, place, facts) },
    }),
  );
  if (list === undefined || list.some((entry) => isObject(entry) && entry["when"] === undefined)) return;
  raise(
    at,
    "fallback-may-end",
    "every fallback entry has a `when`; whoever meets none gets the caller's default",
    "end with an entry without `when`",
  );
}

export function checkFallbackVariant(name: unknown, at: Spot, facts: FlagFacts): void {
  if (!checkVariantKeyAt(name, at)) return;
  checkVariant(name, at, facts);
  if (!facts.only.has(name as string)) return;
  raise(
    at,
    "restricted-fallback",
    `${quote(name as string)} has an \`only\`; a fallback must be safe for everyone`,
    "name a variant without `only`",
  );
}
