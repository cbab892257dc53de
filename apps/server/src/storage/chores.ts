/** Chores of the telemetry store, in SQL. */

import type { Kysely } from "kysely";
import type { ChoreReads, ChoreRecord, ChoreWrites } from "./chore-record.ts";
import type { ChoreTable } from "./model-tables.ts";
import type { Tables } from "./tables.ts";

export function choreReads(db: Kysely<Tables>): ChoreReads {
  return {
    async listDueChores(limit) {
      const query = db.selectFrom("telemetry_chores").selectAll().orderBy("due_at").orderBy("project").orderBy("id").limit(limit);
      return (await query.execute()).map(choreOf);
    },
    async listChores(project, limit) {
      const query = db.selectFrom("telemetry_chores").selectAll().where("project", "=", project);
      return (await query.orderBy("created_at").orderBy("id").limit(limit).execute()).map(choreOf);
    },
    async countChores() {
      const query = db.selectFrom("telemetry_chores").select((build) => build.fn.countAll<number>().as("count"));
      return (await query.executeTakeFirstOrThrow()).count;
    },
  };
}

export function choreWrites(db: Kysely<Tables>): ChoreWrites {
  return {
    async putChore({ project, id, createdAt, dueAt, ...same }) {
      const row = { ...same, created_at: createdAt, due_at: dueAt };
      await db
        .insertInto("telemetry_chores")
        .values({ project, id, ...row })
        .onConflict((conflict) => conflict.columns(["project", "id"]).doUpdateSet(row))
        .execute();
    },
    async removeChore(project, id) {
      await db.deleteFrom("telemetry_chores").where("project", "=", project).where("id", "=", id).execute();
    },
  };
}

function choreOf({ created_at, due_at, kind, ...same }: ChoreTable): ChoreRecord {
  return { ...same, kind: kind as ChoreRecord["kind"], createdAt: created_at, dueAt: due_at };
}
