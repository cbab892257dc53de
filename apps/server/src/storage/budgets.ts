/** What budgets in dollars have changed of their flags, in SQL. */

import type { Kysely } from "kysely";
import type { BudgetReads, BudgetSteps, BudgetWrites } from "./budget-record.ts";
import { fromJson, toJson } from "./json-column.ts";
import type { Tables } from "./tables.ts";

export function budgetReads(db: Kysely<Tables>): BudgetReads {
  return {
    async listBudgetSteps(project, environment) {
      const query = db.selectFrom("budget_steps").selectAll().where("project", "=", project);
      const rows = await query.where("environment", "=", environment).orderBy("flag").orderBy("budget").execute();
      return rows.map(({ steps, ...row }) => ({ ...row, steps: fromJson(steps) as BudgetSteps }));
    },
  };
}

export function budgetWrites(db: Kysely<Tables>): BudgetWrites {
  return {
    async putBudgetSteps({ steps, ...key }) {
      const row = { steps: toJson(steps) };
      await db
        .insertInto("budget_steps")
        .values({ ...key, ...row })
        .onConflict((conflict) => conflict.columns(["project", "environment", "flag", "budget"]).doUpdateSet(row))
        .execute();
    },
    async removeBudgetSteps({ project, environment, flag, budget }) {
      const ofFlag = db.deleteFrom("budget_steps").where("project", "=", project).where("environment", "=", environment);
      await ofFlag.where("flag", "=", flag).where("budget", "=", budget).execute();
    },
  };
}
