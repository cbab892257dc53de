/** Checks what a flag may cost in one environment: calls a minute, a shadow, and budgets in dollars. */

import { LIMITS } from "../limits.ts";
import { checkFallbackVariant } from "./fallback.ts";
import { checkVariant, type FlagFacts } from "./flag-facts.ts";
import { checkBudgetKeyAt, checkVariantKeyAt } from "./keys.ts";
import { raise, type Spot, within } from "./report.ts";
import { checkPercent } from "./serve.ts";
import { checkChoice, checkFields, checkInteger, checkMap, checkText, type Field, type Foreign, refuseType } from "./shape.ts";

const CALLS: Field = {
  add: "callsPerMinute: 60",
  check: (calls, spot) => checkInteger(calls, spot, "callsPerMinute", 1, LIMITS.callsPerMinute),
};

export function checkBudgets(value: unknown, at: Spot, facts: FlagFacts): void {
  checkMap(value, at, "budgets", { max: LIMITS.variants }, checkVariantKeyAt, (budget, spot, variant) => {
    checkVariant(variant, spot, facts);
    checkFields(budget, spot, "a budget", { callsPerMinute: CALLS });
  });
}

export function checkShadow(value: unknown, at: Spot, facts: FlagFacts): void {
  checkFields(value, at, "a shadow", {
    variant: { add: "variant: <name>", check: (name, spot) => checkOneVariant(name, spot, facts) },
    percent: { add: "percent: 5", check: checkPercent },
    callsPerMinute: CALLS,
    dailyBudgetMicroUsd: { check: (amount, spot) => checkAmount(amount, spot, "dailyBudgetMicroUsd") },
  });
}

function checkOneVariant(name: unknown, at: Spot, facts: FlagFacts): void {
  if (checkVariantKeyAt(name, at)) checkVariant(name, at, facts);
}

/** Name → a budget in dollars. */
export function checkSpend(value: unknown, at: Spot, facts: FlagFacts): void {
  checkMap(value, at, "spend", { max: LIMITS.spendBudgets }, checkBudgetKeyAt, (budget, spot) => {
    const fields = checkFields(budget, spot, "a budget in dollars", {
      period: { add: "period: month", check: (period, place) => checkChoice(period, place, "period", ["day", "month"]) },
      amountMicroUsd: {
        add: "amountMicroUsd: 100000000",
        check: (amount, place) => checkAmount(amount, place, "amountMicroUsd"),
      },
      variant: { check: (name, place) => checkOneVariant(name, place, facts) },
      attribute: { check: (name, place) => checkText(name, place, "attribute", LIMITS.declaredName) },
      value: { check: checkAttributeValue },
      warnAt: { check: (percent, place) => checkInteger(percent, place, "warnAt", 1, 100) },
      cheaper: { check: (name, place) => checkFallbackVariant(name, place, facts) },
      offAt: { check: (percent, place) => checkInteger(percent, place, "offAt", 100, LIMITS.spendOffPercent) },
    });
    if (fields !== undefined) checkScope(fields, spot);
  });
}

const checkAmount = (amount: unknown, at: Spot, what: string): boolean => checkInteger(amount, at, what, 1, LIMITS.spendMicroUsd);

function checkAttributeValue(value: unknown, at: Spot): void {
  if (typeof value === "string") checkText(value, at, "value", LIMITS.declaredValue);
  else if (typeof value !== "number" && typeof value !== "boolean")
    refuseType(value, at, "value", "a text, a number or a truth value");
}

/** What cannot be meant together. */
const SCOPES: readonly (readonly [name: string, isWrong: (budget: Foreign) => boolean, message: string, mend: string])[] = [
  [
    "attribute",
    ({ attribute, variant }) => attribute !== undefined && variant !== undefined,
    "a budget is of a variant or by an attribute",
    "make two budgets of it",
  ],
  [
    "value",
    ({ attribute, value }) => attribute === undefined && value !== undefined,
    "a value is one of an attribute",
    "name the attribute, such as `attribute: plan`",
  ],
  [
    "cheaper",
    ({ cheaper, variant }) => cheaper !== undefined && variant !== undefined,
    "a variant that is spent steps down to the fallback",
    "name the cheaper one in `fallback`, or leave out `variant` to step down the whole flag",
  ],
  [
    "offAt",
    ({ cheaper, offAt }) => cheaper === undefined && offAt !== undefined,
    "without a cheaper variant a budget is off at its amount",
    "name the `cheaper` variant that is served until then",
  ],
];

function checkScope(budget: Foreign, at: Spot): void {
  for (const [name, isWrong, message, mend] of SCOPES)
    if (isWrong(budget)) raise(within(at, name), "budget-scope", message, mend);
}
