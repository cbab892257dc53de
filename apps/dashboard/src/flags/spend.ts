/** Budgets in dollars of a flag in one environment: in words, and as a form has them. */

import { sayDollars, sayShare, type SpendBudget, saySpend } from "@dimmer/evaluation";
import type { BudgetView, Operation } from "@dimmer/protocol";
import { readDollars, WRONG_DOLLARS } from "./budgets.ts";

export type Spend = Readonly<Record<string, SpendBudget>>;

/** As somebody types it; what the form has no field for stays in `rest`. */
export interface TypedSpend {
  readonly name: string;
  readonly dollars: string;
  readonly period: SpendBudget["period"];
  /** A variant; empty for the whole flag, or where there is an attribute. */
  readonly variant: string;
  readonly attribute: string;
  readonly value: string;
  readonly cheaper: string;
  readonly rest: Pick<SpendBudget, "warnAt" | "offAt">;
}

export const NEW_SPEND: TypedSpend = {
  name: "",
  dollars: "",
  period: "month",
  variant: "",
  attribute: "",
  value: "",
  cheaper: "",
  rest: {},
};

export const typedSpend = (spend: Spend): readonly TypedSpend[] =>
  Object.entries(spend).map(([name, { amountMicroUsd, period, variant = "", attribute = "", value, cheaper = "", ...rest }]) => ({
    name,
    dollars: String(amountMicroUsd / 1e6),
    period,
    variant,
    attribute,
    value: value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value),
    cheaper,
    rest,
  }));

/** "monthly: $200.00 a month, then haiku" */
export const sayBudget = (name: string, budget: SpendBudget): string => `${name}: ${saySpend(budget)}`;

/** "$12.30 spent, 6 %; the month will come to $180.00" */
export function sayStatus({ definition, spent, others, forecast }: BudgetView): string {
  const [first] = spent;
  if (first === undefined) return "nothing spent yet";
  const whose = first.value === null ? "" : ` for ${String(first.value)}`;
  const more = spent.length + others - 1;
  const beside = more > 0 ? ` and less for ${more} more` : "";
  const share = sayShare(first.spentMicroUsd / definition.amountMicroUsd);
  const end = forecast === null ? "" : `; the ${definition.period} will come to ${sayDollars(forecast.totalMicroUsd)}`;
  return `${sayDollars(first.spentMicroUsd)} spent${whose}, ${share}${beside}${end}`;
}

/** One operation for each budget that is another than it was. */
export function readSpend(
  typed: readonly TypedSpend[],
  saved: Spend,
  here: { readonly flag: string; readonly environment: string },
): { readonly operations: readonly Operation[] } | { readonly problem: string } {
  const wrong = typed.map(problemOf).find((problem) => problem !== undefined);
  if (wrong !== undefined) return { problem: wrong };
  const names = typed.map(({ name }) => name.trim());
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) return { problem: `Two budgets are called ${twice}.` };
  const set = (budget: string, spend: SpendBudget | null): Operation => ({ kind: "set-spend", ...here, budget, spend });
  const before = new Map(typedSpend(saved).map((one) => [one.name, JSON.stringify(one)]));
  const changed = typed.filter((one) => before.get(one.name.trim()) !== JSON.stringify({ ...one, name: one.name.trim() }));
  return {
    operations: [
      ...Object.keys(saved).flatMap((name) => (names.includes(name) ? [] : [set(name, null)])),
      ...changed.map((one) => set(one.name.trim(), budgetOf(one))),
    ],
  };
}

function problemOf({ name, dollars, attribute, value }: TypedSpend): string | undefined {
  if (!/^[a-z][a-z0-9._-]{0,39}$/u.test(name.trim()))
    return "A budget's name is lower-case letters, digits and hyphens, with a letter first.";
  if (readDollars(dollars) === undefined) return WRONG_DOLLARS;
  return value.trim() !== "" && attribute.trim() === "" ? "Name the attribute that the value is of." : undefined;
}

function budgetOf({ dollars, period, variant, attribute, value, cheaper, rest }: TypedSpend): SpendBudget {
  const { offAt: _offAt, ...plain } = rest;
  return {
    period,
    amountMicroUsd: readDollars(dollars) ?? 1,
    ...(variant === "" ? {} : { variant }),
    ...(attribute.trim() === "" ? {} : { attribute: attribute.trim() }),
    ...(value.trim() === "" ? {} : { value: valueOf(value.trim()) }),
    ...(cheaper === "" ? plain : { cheaper, ...rest }),
  };
}

/** A text, unless it is written as a number or a truth value. */
function valueOf(text: string): string | number | boolean {
  if (text === "true" || text === "false") return text === "true";
  return /^-?\d+(?:\.\d+)?$/u.test(text) ? Number(text) : text;
}
