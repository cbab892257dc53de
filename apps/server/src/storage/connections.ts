/** Connections to providers and their days, in SQL. */

import type { Kysely } from "kysely";
import type { ConnectionDayRecord, ConnectionReads, ConnectionRecord, ConnectionWrites } from "./connection-record.ts";
import type { ConnectionDayTable, ConnectionTable } from "./model-tables.ts";
import type { Tables } from "./tables.ts";

export function connectionReads(db: Kysely<Tables>): ConnectionReads {
  const ofEnvironment = (project: string, environment: string) =>
    db.selectFrom("connections").selectAll().where("project", "=", project).where("environment", "=", environment);
  return {
    async listConnections(project, environment) {
      return (await ofEnvironment(project, environment).orderBy("name").execute()).map(connectionOf);
    },
    async getConnection(project, environment, id) {
      const row = await ofEnvironment(project, environment).where("id", "=", id).executeTakeFirst();
      return row === undefined ? null : connectionOf(row);
    },
    async getConnectionDay(connection, day) {
      const query = db.selectFrom("connection_days").selectAll().where("connection", "=", connection).where("day", "=", day);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : dayOf(row);
    },
  };
}

export function connectionWrites(db: Kysely<Tables>): ConnectionWrites {
  return {
    async putConnection(record) {
      const { id, ...row } = rowOf(record);
      await db
        .insertInto("connections")
        .values({ id, ...row })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
        .execute();
    },
    async removeConnection(id) {
      await db.deleteFrom("connection_days").where("connection", "=", id).execute();
      await db.deleteFrom("connections").where("id", "=", id).execute();
    },
    async putConnectionDay(record, since) {
      const { connection, day, ...row } = dayRowOf(record);
      await db
        .insertInto("connection_days")
        .values({ connection, day, ...row })
        .onConflict((conflict) => conflict.columns(["connection", "day"]).doUpdateSet(row))
        .execute();
      await db.deleteFrom("connection_days").where("connection", "=", connection).where("day", "<", since).execute();
    },
  };
}

function rowOf({ baseUrl, budgetMicroUsd, createdAt, updatedAt, ...same }: ConnectionRecord): ConnectionTable {
  return { ...same, base_url: baseUrl, budget_micro_usd: budgetMicroUsd, created_at: createdAt, updated_at: updatedAt };
}

function connectionOf({ base_url, budget_micro_usd, created_at, updated_at, ...same }: ConnectionTable): ConnectionRecord {
  return {
    ...same,
    format: same.format as ConnectionRecord["format"],
    baseUrl: base_url,
    budgetMicroUsd: budget_micro_usd,
    createdAt: created_at,
    updatedAt: updated_at,
  };
}

function dayRowOf({
  inputTokens,
  outputTokens,
  costMicroUsd,
  reservedMicroUsd,
  ...same
}: ConnectionDayRecord): ConnectionDayTable {
  return {
    ...same,
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    cost_micro_usd: costMicroUsd,
    reserved_micro_usd: reservedMicroUsd,
  };
}

function dayOf({
  input_tokens,
  output_tokens,
  cost_micro_usd,
  reserved_micro_usd,
  ...same
}: ConnectionDayTable): ConnectionDayRecord {
  return {
    ...same,
    inputTokens: input_tokens,
    outputTokens: output_tokens,
    costMicroUsd: cost_micro_usd,
    reservedMicroUsd: reserved_micro_usd,
  };
}
