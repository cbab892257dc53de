/** Drills of fallbacks, in SQL. */

import type { Kysely } from "kysely";
import type { DrillSettings, DrillState } from "@dimmer/protocol";
import type { DrillDetails, DrillReads, DrillRecord, DrillSettingsRecord, DrillWrites } from "./drill-record.ts";
import { fromJson, fromJsonOrNull, toJson } from "./json-column.ts";
import type { Tables } from "./tables.ts";
import type { DrillSettingsTable, DrillTable } from "./watch-tables.ts";

const OPEN = ["running", "judging"] as const satisfies readonly DrillState[];

export function drillReads(db: Kysely<Tables>): DrillReads {
  const settings = () => db.selectFrom("drill_settings").selectAll();
  const drills = (project: string, environment: string) =>
    db.selectFrom("drills").selectAll().where("project", "=", project).where("environment", "=", environment);
  return {
    async getDrillSettings(project, environment, flag) {
      const query = settings().where("project", "=", project).where("environment", "=", environment).where("flag", "=", flag);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : settingsOf(row);
    },
    async listDrillSettings(project, environment) {
      const query = settings().where("project", "=", project).where("environment", "=", environment);
      return (await query.orderBy("flag").execute()).map(settingsOf);
    },
    async listDueDrills(now, limit) {
      const query = settings().where("next_at", "<=", now).orderBy("next_at").orderBy("flag").limit(limit);
      return (await query.execute()).map(settingsOf);
    },
    async nextDrillAt() {
      const query = db.selectFrom("drill_settings").select("next_at").where("next_at", "is not", null);
      return (await query.orderBy("next_at").limit(1).executeTakeFirst())?.next_at ?? null;
    },
    async getDrill(project, environment, id) {
      const row = await drills(project, environment).where("id", "=", id).executeTakeFirst();
      return row === undefined ? null : drillOf(row);
    },
    async listDrills(project, environment, flag, limit) {
      const query = drills(project, environment).where("flag", "=", flag);
      return (await query.orderBy("started_at", "desc").orderBy("id", "desc").limit(limit).execute()).map(drillOf);
    },
    async listOpenDrills(limit) {
      const query = db.selectFrom("drills").selectAll().where("state", "in", OPEN);
      return (await query.orderBy("started_at").orderBy("id").limit(limit).execute()).map(drillOf);
    },
  };
}

export function drillWrites(db: Kysely<Tables>): DrillWrites {
  return {
    async putDrillSettings({ project, environment, flag, settings, revision, nextAt, updatedAt }) {
      const row = { settings: settings === null ? null : toJson(settings), revision, next_at: nextAt, updated_at: updatedAt };
      await db
        .insertInto("drill_settings")
        .values({ project, environment, flag, ...row })
        .onConflict((conflict) => conflict.columns(["project", "environment", "flag"]).doUpdateSet(row))
        .execute();
    },
    async putDrill({ id, startedAt, drill, ...same }, kept) {
      const row = { ...same, started_at: startedAt, drill: toJson(drill) };
      await db
        .insertInto("drills")
        .values({ id, ...row })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
        .execute();
      const { project, environment, flag } = same;
      const mine = db.selectFrom("drills").where("project", "=", project).where("environment", "=", environment);
      const newest = mine.where("flag", "=", flag).select("id").orderBy("started_at", "desc").orderBy("id", "desc").limit(kept);
      const old = db.deleteFrom("drills").where("project", "=", project).where("environment", "=", environment);
      await old.where("flag", "=", flag).where("state", "not in", OPEN).where("id", "not in", newest).execute();
    },
  };
}

function settingsOf({ settings, next_at, updated_at, ...row }: DrillSettingsTable): DrillSettingsRecord {
  return { ...row, settings: fromJsonOrNull(settings) as DrillSettings | null, nextAt: next_at, updatedAt: updated_at };
}

function drillOf({ state, started_at, drill, ...row }: DrillTable): DrillRecord {
  return { ...row, state: state as DrillState, startedAt: started_at, drill: fromJson(drill) as DrillDetails };
}
