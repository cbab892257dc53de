/** What a budget that is spent changes of its flag, and what it takes back: pure, from what is there now and what it did before. */

import {
  CONDITION_WORDS,
  type Condition,
  type FlagEnvironment,
  type Rule,
  type Scalar,
  type SpendBudget,
} from "@dimmer/evaluation";
import { type Operation, SPEND_LIMITS } from "@dimmer/protocol";
import { isSameJson } from "../flags/same-json.ts";
import type { BudgetSteps } from "../storage/budget-record.ts";
import { stageOf } from "./flag-budgets.ts";
import type { UnitSpend } from "./ledger.ts";

export interface StepDownFacts {
  readonly flag: string;
  readonly environment: string;
  readonly budget: string;
  /** Null where the flag has it no more. */
  readonly definition: SpendBudget | null;
  readonly spent: readonly UnitSpend[];
  /** Variants whose calls cost something. */
  readonly dear: readonly string[];
  readonly config: FlagEnvironment;
  readonly before: BudgetSteps | null;
  /** Variants whose stop somebody else pressed last. */
  readonly pressed: readonly string[];
  /** The beginning of the period. */
  readonly since: number;
}

export interface PlannedSteps {
  readonly operations: readonly Operation[];
  /** What it holds once they are made. */
  readonly after: BudgetSteps;
}

/** What should be, as far as this budget goes. */
interface Wanted {
  readonly stops: readonly string[];
  readonly rules: readonly Rule[];
}

/**
 * Plans what is to be done now.
 *
 * Shape:  a variant's budget stops the variant; a flag's serves the cheaper variant by a rule above all others, and at its end stops
 *         whatever costs; a budget by an attribute does both by rules for the values that are spent. It takes back what it did itself and
 *         nobody has changed since, and what somebody took out of its hands it leaves alone until the period ends.
 * Errors: none.
 * Source: ADR-0064.
 */
export function planStepDown(facts: StepDownFacts): PlannedSteps {
  const { flag, environment, config, since } = facts;
  const before = facts.before ?? { since, stopped: [], rules: [], released: [] };
  const wanted = wantedOf(facts);
  const here = { flag, environment };
  const rules = config.rules ?? [];
  const operations: Operation[] = [];
  const stopped: string[] = [];
  const written: Rule[] = [];
  const released = new Set(before.since === since ? before.released : []);

  for (const variant of before.stopped) {
    if (config.stopped?.includes(variant) !== true || facts.pressed.includes(variant)) released.add(variant);
    else if (wanted.stops.includes(variant)) stopped.push(variant);
    else operations.push({ kind: "restore", ...here, variant });
  }
  for (const variant of wanted.stops) {
    // Who stopped it before wants it stopped, whatever is spent.
    if (stopped.includes(variant) || released.has(variant) || config.stopped?.includes(variant) === true) continue;
    operations.push({ kind: "stop", ...here, variant });
    stopped.push(variant);
  }
  for (const mine of before.rules) {
    const present = rules.find(({ id }) => id === mine.id);
    if (present === undefined || !isSameRule(present, mine)) released.add(mine.id);
    else if (wanted.rules.some(({ id }) => id === mine.id)) written.push(mine);
    else operations.push({ kind: "remove-rule", ...here, rule: mine.id });
  }
  // From the last to the first, as each goes to the top.
  for (const rule of [...wanted.rules].reverse()) {
    const mine = written.findIndex(({ id }) => id === rule.id);
    if (mine >= 0 && isSameRule(written[mine] as Rule, rule)) continue;
    if (mine < 0 && (released.has(rule.id) || rules.some(({ id }) => id === rule.id))) continue;
    operations.push({ kind: "set-rule", ...here, rule, ...(mine < 0 ? { at: 0 } : {}) });
    if (mine >= 0) written.splice(mine, 1);
    written.push(rule);
  }
  return { operations, after: { since, stopped, rules: written, released: [...released].sort() } };
}

/** What is written here has no split, so that nothing of it is laid out anew. */
const isSameRule = (one: Rule, other: Rule): boolean => isSameJson(one, other);

const NOTHING: Wanted = { stops: [], rules: [] };

function wantedOf({ budget, definition, spent, dear, config }: StepDownFacts): Wanted {
  if (definition === null) return NOTHING;
  const { variant, attribute, cheaper } = definition;
  if (attribute !== undefined) return { stops: [], rules: rulesByValue(budget, definition, attribute, spent, config) };
  const stage = stageOf(definition, spent[0]?.spentMicroUsd ?? 0);
  if (stage === "fine" || stage === "warned") return NOTHING;
  if (variant !== undefined) return { stops: [variant], rules: [] };
  if (stage === "off" || cheaper === undefined) return { stops: [...dear].sort(), rules: [] };
  return { stops: [], rules: [ruleOf(budget, cheaper, undefined)] };
}

function rulesByValue(
  budget: string,
  definition: SpendBudget,
  attribute: string,
  spent: readonly UnitSpend[],
  config: FlagEnvironment,
): readonly Rule[] {
  const valuesAt = (stage: "spent" | "off"): readonly Scalar[] =>
    [...spent]
      .filter(({ spentMicroUsd }) => stageOf(definition, spentMicroUsd) === stage)
      .sort((one, other) => other.spentMicroUsd - one.spentMicroUsd)
      .flatMap(({ value }) => value ?? [])
      .slice(0, SPEND_LIMITS.steppedDown)
      .sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  const last = typeof config.fallback === "string" ? config.fallback : config.fallback.at(-1)?.variant;
  const steps = [
    [valuesAt("off"), last, `${budget}-off`],
    [valuesAt("spent"), definition.cheaper, budget],
  ] as const;
  return steps.flatMap(([values, variant, name]) =>
    values.length === 0 || variant === undefined ? [] : [ruleOf(name, variant, conditionOf(attribute, values))],
  );
}

const ruleOf = (name: string, variant: string, when: Condition | undefined): Rule => ({
  id: `budget-${name}`,
  name: `The budget ${name} is spent`,
  ...(when === undefined ? {} : { when }),
  serve: { variant },
});

function conditionOf(attribute: string, values: readonly Scalar[]): Condition {
  const isWord = (CONDITION_WORDS as readonly string[]).includes(attribute);
  return isWord ? { attribute: { [attribute]: values } } : { [attribute]: values };
}
