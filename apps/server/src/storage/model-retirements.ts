/** When models retire, in SQL. */

import type { Kysely } from "kysely";
import type { ModelRetirementReads, ModelRetirementWrites } from "./model-retirement-record.ts";
import type { Tables } from "./tables.ts";

export function modelRetirementReads(db: Kysely<Tables>): ModelRetirementReads {
  return {
    async listModelRetirements(project) {
      const query = db.selectFrom("model_retirements").selectAll().where("project", "=", project);
      const rows = await query.orderBy("provider").orderBy("model").execute();
      return rows.map(({ retires_on, ...row }) => ({ ...row, retiresOn: retires_on }));
    },
  };
}

export function modelRetirementWrites(db: Kysely<Tables>): ModelRetirementWrites {
  return {
    async putModelRetirement({ project, provider, model, retiresOn }) {
      await db
        .insertInto("model_retirements")
        .values({ project, provider, model, retires_on: retiresOn })
        .onConflict((conflict) => conflict.columns(["project", "provider", "model"]).doUpdateSet({ retires_on: retiresOn }))
        .execute();
    },
    async removeModelRetirement(project, provider, model) {
      const one = db.deleteFrom("model_retirements").where("project", "=", project).where("provider", "=", provider);
      await one.where("model", "=", model).execute();
    },
  };
}
