/** Online judges, their days and their samples, in SQL. */

import type { Kysely } from "kysely";
import type { JudgeUsage } from "@dimmer/protocol";
import { fromJson, toJson } from "./json-column.ts";
import type { JudgeDefinition, JudgeReads, JudgeRecord, JudgeSampleRecord, JudgeWrites } from "./judge-record.ts";
import type { JudgeSampleTable, JudgeTable } from "./model-tables.ts";
import type { Tables } from "./tables.ts";

export function judgeReads(db: Kysely<Tables>): JudgeReads {
  const all = () => db.selectFrom("judges").selectAll().orderBy("created_at").orderBy("id");
  const waiting = (judge: string) => db.selectFrom("judge_samples").where("judge", "=", judge).where("sealed", "is not", null);
  return {
    async listJudges(project, environment) {
      const query = all().where("project", "=", project).where("environment", "=", environment);
      return (await query.execute()).map(judgeOf);
    },
    async listAllJudges() {
      return (await all().execute()).map(judgeOf);
    },
    async getJudge(project, environment, id) {
      const query = all().where("project", "=", project).where("environment", "=", environment).where("id", "=", id);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : judgeOf(row);
    },
    async getJudgeDay(judge, day) {
      const query = db.selectFrom("judge_days").select("usage").where("judge", "=", judge).where("day", "=", day);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : (fromJson(row.usage) as JudgeUsage);
    },
    async countJudgeSamples(judge) {
      return (
        await waiting(judge)
          .select(({ fn }) => fn.countAll<number>().as("count"))
          .executeTakeFirstOrThrow()
      ).count;
    },
    async getJudgeSample(judge, id) {
      const query = db.selectFrom("judge_samples").selectAll().where("judge", "=", judge).where("id", "=", id);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : sampleOf(row);
    },
    async listJudgeSamples(judge, limit) {
      const query = waiting(judge).selectAll().orderBy("due_at").orderBy("id").limit(limit);
      return (await query.execute()).map(sampleOf);
    },
  };
}

export function judgeWrites(db: Kysely<Tables>): JudgeWrites {
  return {
    async putJudge({ createdAt, definition, ...record }) {
      const row = { ...record, definition: toJson(definition), created_at: createdAt };
      await db
        .insertInto("judges")
        .values(row)
        .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
        .execute();
    },
    async removeJudge(id) {
      await db.deleteFrom("judge_samples").where("judge", "=", id).execute();
      await db.deleteFrom("judge_days").where("judge", "=", id).execute();
      await db.deleteFrom("judges").where("id", "=", id).execute();
    },
    async putJudgeDay(judge, day, usage, since) {
      const row = { usage: toJson(usage) };
      await db
        .insertInto("judge_days")
        .values({ judge, day, ...row })
        .onConflict((conflict) => conflict.columns(["judge", "day"]).doUpdateSet(row))
        .execute();
      await db.deleteFrom("judge_days").where("judge", "=", judge).where("day", "<", since).execute();
    },
    async putJudgeSample({ judge, id, dueAt, createdAt, ...same }) {
      const row = { ...same, due_at: dueAt, created_at: createdAt };
      await db
        .insertInto("judge_samples")
        .values({ judge, id, ...row })
        .onConflict((conflict) => conflict.columns(["judge", "id"]).doUpdateSet(row))
        .execute();
    },
    async dropJudgeSamples(judge, before) {
      const old = db.deleteFrom("judge_samples").where("judge", "=", judge).where("created_at", "<", before);
      const waited = await old.where("sealed", "is not", null).executeTakeFirst();
      await old.execute();
      return Number(waited.numDeletedRows);
    },
    async forgetJudgeSamples(project) {
      const ids = db.selectFrom("judges").select("id").where("project", "=", project);
      await db.updateTable("judge_samples").set({ sealed: null }).where("judge", "in", ids).execute();
    },
  };
}

function judgeOf({ created_at, definition, ...row }: JudgeTable): JudgeRecord {
  return { ...row, definition: fromJson(definition) as JudgeDefinition, createdAt: created_at };
}

function sampleOf({ due_at, created_at, ...row }: JudgeSampleTable): JudgeSampleRecord {
  return { ...row, dueAt: due_at, createdAt: created_at };
}
