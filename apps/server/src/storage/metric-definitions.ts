/** Metric definitions, in SQL. */

import type { Kysely } from "kysely";
import { fromJson, toJson } from "./json-column.ts";
import type { MetricDefinitionReads, MetricDefinitionRecord, MetricDefinitionWrites } from "./metric-definition-record.ts";
import type { MetricDefinitionTable } from "./model-tables.ts";
import type { Tables } from "./tables.ts";

export function metricDefinitionReads(db: Kysely<Tables>): MetricDefinitionReads {
  return {
    async getMetricDefinition(project, name) {
      const query = db.selectFrom("metric_definitions").selectAll().where("project", "=", project).where("name", "=", name);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : definitionOf(row);
    },
    async listMetricDefinitions(project) {
      const query = db.selectFrom("metric_definitions").selectAll().where("project", "=", project).orderBy("name");
      return (await query.execute()).map(definitionOf);
    },
  };
}

export function metricDefinitionWrites(db: Kysely<Tables>): MetricDefinitionWrites {
  return {
    async putMetricDefinition({ project, name, definition, createdAt, updatedAt }) {
      const row = { definition: toJson(definition), created_at: createdAt, updated_at: updatedAt };
      await db
        .insertInto("metric_definitions")
        .values({ project, name, ...row })
        .onConflict((conflict) => conflict.columns(["project", "name"]).doUpdateSet(row))
        .execute();
    },
    async removeMetricDefinition(project, name) {
      await db.deleteFrom("metric_definitions").where("project", "=", project).where("name", "=", name).execute();
    },
  };
}

function definitionOf({ project, name, definition, created_at, updated_at }: MetricDefinitionTable): MetricDefinitionRecord {
  const read = fromJson(definition) as MetricDefinitionRecord["definition"];
  return { project, name, definition: read, createdAt: created_at, updatedAt: updated_at };
}
