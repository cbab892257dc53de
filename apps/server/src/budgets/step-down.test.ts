/** What a budget changes of its flag and takes back, and that a person's edit wins. */

import type { FlagEnvironment, SpendBudget } from "@dimmer/evaluation";
import { expect, test } from "vitest";
import type { BudgetSteps } from "../storage/budget-record.ts";
import type { UnitSpend } from "./ledger.ts";
import { planStepDown } from "./step-down.ts";

const CONFIG: FlagEnvironment = {
  enabled: true,
  fallback: ["haiku", "plain"].map((variant) => ({ variant })),
  default: { variant: "opus" },
};
const TOTAL: SpendBudget = { period: "day", amountMicroUsd: 100, cheaper: "haiku" };
const HERE = { flag: "chat", environment: "production" };
const RULE = { id: "budget-total", name: "The budget total is spent", serve: { variant: "haiku" } };
const unit = (spentMicroUsd: number, value: UnitSpend["value"] = null): UnitSpend => ({
  value,
  spentMicroUsd,
  calls: 1,
  unpriced: 0,
});

interface Case {
  readonly definition?: SpendBudget | null;
  readonly spent?: number | readonly UnitSpend[];
  readonly config?: Partial<FlagEnvironment>;
  readonly before?: Partial<BudgetSteps>;
  readonly pressed?: readonly string[];
  readonly since?: number;
}
function plan({ definition = TOTAL, spent = 0, config = {}, before, pressed = [], since = 1 }: Case) {
  const { operations, after } = planStepDown({
    ...HERE,
    budget: "total",
    definition,
    spent: typeof spent === "number" ? [unit(spent)] : spent,
    dear: ["opus", "haiku"],
    config: { ...CONFIG, ...config },
    before: before === undefined ? null : { since: 1, stopped: [], rules: [], released: [], ...before },
    pressed,
    since,
  });
  const said = operations.map((one) => [one.kind, "variant" in one ? one.variant : "rule" in one ? one.rule : undefined]);
  return { operations, after, said };
}

test("[budget-step-down] a flag's budget serves the cheaper variant by a rule above all others, then stops what costs, then takes it back", () => {
  expect(plan({ spent: 99 }).operations).toEqual([]);
  const spent = plan({ spent: 100 });
  expect(spent.operations).toEqual([{ kind: "set-rule", ...HERE, rule: RULE, at: 0 }]);
  const held = { before: spent.after, config: { rules: [RULE] } };
  expect(plan({ spent: 110, ...held }).operations).toEqual([]);
  const off = plan({ spent: 120, ...held });
  expect(off.said).toEqual([
    ["stop", "haiku"],
    ["stop", "opus"],
    ["remove-rule", "budget-total"],
  ]);
  const over = plan({ spent: 0, since: 2, before: off.after, config: { stopped: ["haiku", "opus"] } });
  expect(over.said).toEqual([
    ["restore", "haiku"],
    ["restore", "opus"],
  ]);
  expect(over.after).toEqual({ since: 2, stopped: [], rules: [], released: [] });
});

test("[budget-step-down] a variant's budget stops it; without a cheaper one a flag's is off at its amount", () => {
  const { cheaper: _cheaper, ...plain } = TOTAL;
  expect(plan({ definition: { ...plain, variant: "opus" }, spent: 100 }).said).toEqual([["stop", "opus"]]);
  expect(plan({ definition: plain, spent: 100 }).said).toEqual([
    ["stop", "haiku"],
    ["stop", "opus"],
  ]);
});

test("[budget-step-down] what a person stopped, restored or edited is theirs until the period ends", () => {
  const definition: SpendBudget = { period: "day", amountMicroUsd: 100, variant: "opus" };
  expect(plan({ definition, spent: 100, config: { stopped: ["opus"] } }), "stopped before").toMatchObject({
    operations: [],
    after: { stopped: [] },
  });
  const restored = plan({ definition, spent: 130, before: { stopped: ["opus"] } });
  expect(restored).toMatchObject({ operations: [], after: { stopped: [], released: ["opus"] } });
  expect(plan({ definition, spent: 130, before: restored.after }).operations).toEqual([]);
  expect(plan({ definition, spent: 130, before: restored.after, since: 2 }).said, "in the next").toEqual([["stop", "opus"]]);
  const pressed = plan({ definition, before: { stopped: ["opus"] }, config: { stopped: ["opus"] }, pressed: ["opus"] });
  expect(pressed, "pressed again by somebody").toMatchObject({ operations: [], after: { stopped: [] } });
  const edited = plan({ spent: 100, before: { rules: [RULE] }, config: { rules: [{ ...RULE, serve: { variant: "plain" } }] } });
  expect(edited).toMatchObject({ operations: [], after: { rules: [], released: ["budget-total"] } });
  const removed = plan({ spent: 100, before: { rules: [RULE] } });
  expect(removed).toMatchObject({ operations: [], after: { released: ["budget-total"] } });
  expect(plan({ spent: 100, config: { rules: [RULE] } }).operations, "a rule of that name is somebody's").toEqual([]);
});

test("[budget-step-down] by an attribute, the values that are spent get the cheaper variant, and those beyond the last of the fallback", () => {
  const definition: SpendBudget = { ...TOTAL, attribute: "team" };
  const first = plan({ definition, spent: [unit(100, "b"), unit(99, "c"), unit(110, "a"), unit(200, 7)] });
  expect(first.operations).toMatchObject([
    { kind: "set-rule", rule: { id: "budget-total", when: { team: ["a", "b"] }, serve: { variant: "haiku" } }, at: 0 },
    { kind: "set-rule", rule: { id: "budget-total-off", when: { team: [7] }, serve: { variant: "plain" } }, at: 0 },
  ]);
  const held = { before: first.after, config: { rules: [...first.after.rules].reverse() } };
  const more = plan({ definition, spent: [unit(100, "b"), unit(100, "c"), unit(110, "a"), unit(200, 7)], ...held });
  expect(more.operations).toMatchObject([{ kind: "set-rule", rule: { id: "budget-total", when: { team: ["a", "b", "c"] } } }]);
  expect(more.operations[0], "in its place").not.toHaveProperty("at");
  expect(plan({ definition: null, ...held }).said, "with the budget they go").toEqual([
    ["remove-rule", "budget-total"],
    ["remove-rule", "budget-total-off"],
  ]);
  const word = plan({ definition: { ...definition, attribute: "segment" }, spent: [unit(100, "x")] });
  expect(word.operations).toMatchObject([{ rule: { when: { attribute: { segment: ["x"] } } } }]);
});
