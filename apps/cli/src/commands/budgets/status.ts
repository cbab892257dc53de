/** `dimmer budgets status FLAG`: how the budgets of one flag stand, value by value. */

import { sayDollars, sayShare, saySpend } from "@dimmer/evaluation";
import type { BudgetView } from "@dimmer/protocol";
import type { Call, Verb } from "../../verb.ts";
import { openEnvironment } from "../connections/open-environment.ts";
import { nameOf } from "./list.ts";

export const budgetStatus: Verb = {
  usage: "status <flag>",
  summary: "how the budgets in dollars of a flag stand, who spent most, and how the period will end",
  examples: ["budgets status summarizer --environment production"],
  run: status,
};

async function status(call: Call): Promise<void> {
  const [flag = ""] = call.args;
  const { client, project, environment } = await openEnvironment(call);
  const budgets = await client.listBudgets(project, environment, flag);
  await call.output.result(budgets, () =>
    budgets.length === 0 ? `${flag} has none in ${environment}.` : budgets.map((budget) => describe(call, budget)).join("\n\n"),
  );
}

function describe(call: Call, budget: BudgetView): string {
  const { definition, spent, others, burns, forecast, until } = budget;
  const rows = spent.map(({ value, spentMicroUsd, calls, unpriced, stage }) => [
    value === null ? "all" : String(value),
    sayDollars(spentMicroUsd),
    sayShare(spentMicroUsd / definition.amountMicroUsd),
    String(calls),
    unpriced === 0 ? "" : `${unpriced} without a price`,
    stage,
  ]);
  const lines = [
    `${nameOf(budget)}: ${saySpend(definition)}; until ${until}`,
    rows.length === 0 ? "Nothing was spent." : call.output.table(["whose", "spent", "share", "calls", "", "stage"], rows),
    ...(others === 0 ? [] : [`${others} more values.`]),
    ...(burns ?? []).map(({ hours, rate }) => `In the last ${hours} h it was spent ${rate.toFixed(1)} times too fast.`),
    ...(forecast === null
      ? []
      : [
          `The ${definition.period} will come to ${sayDollars(forecast.totalMicroUsd)}; more than the amount with a chance of ${sayShare(forecast.chanceOver)}.`,
        ]),
  ];
  return lines.join("\n");
}
