/** Checks the expectations of a flag: who must, or must never, get which variant. */

import { LIMITS } from "../limits.ts";
import { checkVariant, type FlagFacts } from "./flag-facts.ts";
import { checkEnvironmentKeyAt, checkVariantKeyAt } from "./keys.ts";
import { raise, type Spot } from "./report.ts";
import { checkFields, checkList, checkObject } from "./shape.ts";
import { checkJsonValue } from "./value.ts";

const SIZE = { max: LIMITS.expectations };
const NAMES = { min: 1, max: LIMITS.variants };
const ENVIRONMENTS = { min: 1, max: 1_000 };

export function checkExpectationList(value: unknown, at: Spot, facts: FlagFacts): void {
  const names = (given: unknown, spot: Spot) => checkNames(given, spot, facts);
  checkList(value, at, "expect", SIZE, (one, spot) => {
    const fields = checkFields(one, spot, "an expectation", {
      environments: {
        check: (list, place) =>
          checkList(list, place, "environments", ENVIRONMENTS, (key, each) => checkEnvironmentKeyAt(key, each)),
      },
      context: {
        add: "context: { targetingKey: user-1 }",
        check: (context, place) => {
          if (checkObject(context, place, "a context")) checkJsonValue(context, place, "the context");
        },
      },
      serves: { check: names },
      never: { check: names },
    });
    if (fields === undefined) return;
    const [serves, never] = [fields["serves"] !== undefined, fields["never"] !== undefined];
    if (serves && never) raise(spot, "two-expectations", "an expectation says `serves` or `never`, not both", "make two of it");
    if (!serves && !never)
      raise(spot, "missing-field", "an expectation says what it expects", "add `serves: <variant>`, or `never: <variant>`");
  });
}

/** One variant of the flag, or several. */
function checkNames(value: unknown, at: Spot, facts: FlagFacts): void {
  const check = (name: unknown, spot: Spot) => {
    if (checkVariantKeyAt(name, spot)) checkVariant(name, spot, facts);
  };
  if (Array.isArray(value)) checkList(value, at, "a list of variants", NAMES, check);
  else check(value, at);
}
