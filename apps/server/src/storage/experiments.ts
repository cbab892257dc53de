/** Experiments, their periods and kept results, exclusion groups and holdouts, in SQL. */

import type { Kysely } from "kysely";
import type { BanditPeriod, ExperimentResult, ExperimentState } from "@dimmer/protocol";
import type {
  ExclusionGroupRecord,
  ExperimentBody,
  ExperimentReads,
  ExperimentRecord,
  ExperimentWrites,
  HoldoutRecord,
  ResultMaterial,
} from "./experiment-record.ts";
import type { ExclusionGroupTable, ExperimentTable, HoldoutTable } from "./experiment-tables.ts";
import { fromJson, toJson } from "./json-column.ts";
import type { Tables } from "./tables.ts";

export function experimentReads(db: Kysely<Tables>): ExperimentReads {
  const all = () => db.selectFrom("experiments").selectAll();
  return {
    async listExperiments(project) {
      const query = all().where("project", "=", project).orderBy("created_at", "desc").orderBy("id");
      return (await query.execute()).map(experimentOf);
    },
    async listRunningExperiments() {
      const query = all().where("state", "=", "running").orderBy("created_at").orderBy("id");
      return (await query.execute()).map(experimentOf);
    },
    async getExperiment(project, id) {
      const row = await all().where("project", "=", project).where("id", "=", id).executeTakeFirst();
      return row === undefined ? null : experimentOf(row);
    },
    async listBanditPeriods(experiment) {
      const query = db.selectFrom("experiment_periods").selectAll().where("experiment", "=", experiment).orderBy("from_at");
      return (await query.execute()).map(({ from_at, shares }) => ({
        from: new Date(from_at).toISOString(),
        percent: fromJson(shares) as BanditPeriod["percent"],
      }));
    },
    async listExperimentResults(experiment) {
      const query = db.selectFrom("experiment_results").selectAll().where("experiment", "=", experiment).orderBy("at");
      return (await query.execute()).map(({ kept, result, material, ...row }) => ({
        ...row,
        kept: kept as "planned" | "end",
        result: fromJson(result) as ExperimentResult,
        material: fromJson(material) as ResultMaterial,
      }));
    },
    async listExclusionGroups(project) {
      const query = db.selectFrom("exclusion_groups").selectAll().where("project", "=", project);
      return (await query.orderBy("created_at").orderBy("id").execute()).map(groupOf);
    },
    async listHoldouts(project) {
      const query = db.selectFrom("holdouts").selectAll().where("project", "=", project);
      return (await query.orderBy("created_at").orderBy("id").execute()).map(groupOf) as HoldoutRecord[];
    },
  };
}

export function experimentWrites(db: Kysely<Tables>): ExperimentWrites {
  return {
    async putExperiment({ createdAt, body, ...same }) {
      const row = { ...same, body: toJson(body), created_at: createdAt };
      await db
        .insertInto("experiments")
        .values(row)
        .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
        .execute();
    },
    async removeExperiment(id) {
      await db.deleteFrom("experiment_periods").where("experiment", "=", id).execute();
      await db.deleteFrom("experiment_results").where("experiment", "=", id).execute();
      await db.deleteFrom("experiments").where("id", "=", id).execute();
    },
    async putBanditPeriod(experiment, { from, percent }) {
      const row = { experiment, from_at: Date.parse(from), shares: toJson(percent) };
      await db
        .insertInto("experiment_periods")
        .values(row)
        .onConflict((conflict) => conflict.columns(["experiment", "from_at"]).doUpdateSet(row))
        .execute();
    },
    async putExperimentResult({ result, material, ...same }) {
      const row = { ...same, result: toJson(result), material: toJson(material) };
      await db
        .insertInto("experiment_results")
        .values(row)
        .onConflict((conflict) => conflict.columns(["experiment", "kept"]).doUpdateSet(row))
        .execute();
    },
    async putExclusionGroup({ createdAt, ...same }) {
      await db
        .insertInto("exclusion_groups")
        .values({ ...same, created_at: createdAt })
        .execute();
    },
    async removeExclusionGroup(id) {
      await db.deleteFrom("exclusion_groups").where("id", "=", id).execute();
    },
    async putHoldout({ createdAt, ...same }) {
      await db
        .insertInto("holdouts")
        .values({ ...same, created_at: createdAt })
        .execute();
    },
    async removeHoldout(id) {
      await db.deleteFrom("holdouts").where("id", "=", id).execute();
    },
  };
}

function experimentOf({ created_at, body, state, ...row }: ExperimentTable): ExperimentRecord {
  return { ...row, state: state as ExperimentState, body: fromJson(body) as ExperimentBody, createdAt: created_at };
}

function groupOf<R extends ExclusionGroupTable | HoldoutTable>({ created_at, ...row }: R): ExclusionGroupRecord {
  return { ...row, createdAt: created_at };
}
