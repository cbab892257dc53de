/** Schedules, in SQL. */

import type { Kysely } from "kysely";
import { fromJson, fromJsonOrNull, toJson } from "./json-column.ts";
import type { ScheduleReads, ScheduleRecord, ScheduleWrites } from "./schedule-record.ts";
import type { ScheduleTable, Tables } from "./tables.ts";

export function scheduleReads(db: Kysely<Tables>): ScheduleReads {
  return {
    async getSchedule(project, id) {
      const query = db.selectFrom("schedules").selectAll().where("project", "=", project).where("id", "=", id);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : scheduleOf(row);
    },
    async listSchedules(project, { limit, before, state }) {
      let query = db.selectFrom("schedules").selectAll().where("project", "=", project);
      if (before !== undefined) query = query.where("sequence", "<", before);
      if (state !== undefined) query = query.where("state", "=", state);
      return (await query.orderBy("sequence", "desc").limit(limit).execute()).map(scheduleOf);
    },
    async countPendingSchedules(project) {
      const pending = db.selectFrom("schedules").where("project", "=", project).where("state", "=", "pending");
      return Number((await pending.select(({ fn }) => fn.countAll().as("count")).executeTakeFirstOrThrow()).count);
    },
    async lastScheduleSequence(project) {
      const query = db.selectFrom("schedules").select("sequence").where("project", "=", project).orderBy("sequence", "desc");
      return (await query.limit(1).executeTakeFirst())?.sequence ?? 0;
    },
    async listPendingSchedules(limit) {
      const query = db.selectFrom("schedules").selectAll().where("state", "=", "pending");
      const rows = await query.orderBy("due_at").orderBy("project").orderBy("sequence").limit(limit).execute();
      return rows.map(scheduleOf);
    },
  };
}

export function scheduleWrites(db: Kysely<Tables>): ScheduleWrites {
  return {
    async putSchedule(record) {
      const { project, id, ...row } = rowOf(record);
      await db
        .insertInto("schedules")
        .values({ project, id, ...row })
        .onConflict((conflict) => conflict.columns(["project", "id"]).doUpdateSet(row))
        .execute();
    },
    async claimSchedule(project, id) {
      const query = db.updateTable("schedules").set({ state: "running" }).where("project", "=", project).where("id", "=", id);
      const { numUpdatedRows } = await query.where("state", "=", "pending").executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },
  };
}

function rowOf(record: ScheduleRecord): ScheduleTable {
  return {
    project: record.project,
    id: record.id,
    sequence: record.sequence,
    state: record.state,
    due_at: record.dueAt,
    actor: toJson(record.actor),
    reason: record.reason,
    operations: toJson(record.operations),
    expected: toJson(record.expected),
    undoes: record.undoes,
    kills: record.kills === null ? null : toJson(record.kills),
    created_at: record.createdAt,
    settled_at: record.settledAt,
    change: record.change,
    problem: record.problem === null ? null : toJson(record.problem),
  };
}

function scheduleOf(row: ScheduleTable): ScheduleRecord {
  return {
    project: row.project,
    id: row.id,
    sequence: row.sequence,
    state: row.state as ScheduleRecord["state"],
    dueAt: row.due_at,
    actor: fromJson(row.actor) as ScheduleRecord["actor"],
    reason: row.reason,
    operations: fromJson(row.operations) as ScheduleRecord["operations"],
    expected: fromJson(row.expected) as ScheduleRecord["expected"],
    undoes: row.undoes,
    kills: fromJsonOrNull(row.kills) as ScheduleRecord["kills"],
    createdAt: row.created_at,
    settledAt: row.settled_at,
    change: row.change,
    problem: fromJsonOrNull(row.problem) as ScheduleRecord["problem"],
  };
}
