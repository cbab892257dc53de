/** `dimmer budgets list`: the budgets in dollars of an environment, and what was spent of them. */

import { sayDollars, saySpend } from "@dimmer/evaluation";
import type { BudgetView } from "@dimmer/protocol";
import type { Call, Verb } from "../../verb.ts";
import { openEnvironment } from "../connections/open-environment.ts";

export const listBudgets: Verb = {
  usage: "list",
  summary: "the budgets in dollars of an environment, what was spent of each, and what the period will come to",
  examples: ["budgets list --environment production"],
  run: list,
};

async function list(call: Call): Promise<void> {
  const { client, project, environment } = await openEnvironment(call);
  const budgets = await client.listBudgets(project, environment);
  const rows = budgets.map((budget) => [
    budget.flag,
    nameOf(budget),
    saySpend(budget.definition),
    describeSpent(budget),
    budget.forecast === null ? "" : sayDollars(budget.forecast.totalMicroUsd),
  ]);
  await call.output.result(budgets, () =>
    rows.length === 0 ? `${environment} has none.` : call.output.table(["flag", "budget", "what", "spent", "forecast"], rows),
  );
}

export const nameOf = ({ budget }: Pick<BudgetView, "budget">): string => budget ?? "(shadow)";

/** `$12.30, spent`; of a budget of each value, the dearest of them. */
function describeSpent({ spent: [first], others, spent }: BudgetView): string {
  if (first === undefined) return sayDollars(0);
  const whose = first.value === null ? "" : ` for ${String(first.value)}`;
  const more = spent.length + others > 1 ? `, ${spent.length + others - 1} more` : "";
  return `${sayDollars(first.spentMicroUsd)}${whose}${first.stage === "fine" ? "" : `, ${first.stage}`}${more}`;
}
