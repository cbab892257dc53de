/** Checks one rule. */

import type { FlagDefinition, Rule } from "../flag.ts";
import { LIMITS } from "../limits.ts";
import { isGoodCondition } from "./condition.ts";
import { type FlagFacts, factsOf } from "./flag-facts.ts";
import type { Parsed } from "./issue.ts";
import { checkRuleIdAt } from "./keys.ts";
import { conclude, newReport, type Spot } from "./report.ts";
import { checkServe } from "./serve.ts";
import { checkFields, checkText } from "./shape.ts";

/**
 * Reads one rule of a flag.
 *
 * Shape:  `{ id, name?, when?, serve }`; whether the id is unique only the whole environment can tell.
 * Errors: none thrown.
 * Source: ADR-0002; spec/flag-document.schema.json#/$defs/Rule.
 */
export function parseRule(
  data: unknown,
  at: { readonly path: string; readonly flag: Pick<FlagDefinition, "type" | "variants"> },
): Parsed<Rule> {
  const report = newReport();
  checkRule(data, { path: at.path, report }, factsOf(at.flag));
  return conclude(report, data as Rule);
}

export function checkRule(value: unknown, at: Spot, facts: FlagFacts): void {
  let when: unknown;
  checkFields(value, at, "a rule", {
    id: { add: "id: <name>", check: checkRuleIdAt },
    name: { check: (name, spot) => checkText(name, spot, "name", LIMITS.text) },
    when: {
      check: (tree, spot) => {
        if (isGoodCondition(tree, spot)) when = tree;
      },
    },
    serve: {
      add: "serve: { variant: <name> }",
      check: (serve, spot) => checkServe(serve, spot, { facts, isDefault: false, when }),
    },
  });
}
