/** What watches for drift, in SQL. */

import type { Kysely } from "kysely";
import type { DriftSettings } from "@dimmer/protocol";
import type {
  DriftBaseline,
  DriftHourRecord,
  DriftMarkRecord,
  DriftReads,
  DriftReferenceRecord,
  DriftSettingsRecord,
  DriftWrites,
} from "./drift-record.ts";
import { insertRows } from "./insert-rows.ts";
import { fromJson, fromJsonOrNull, toJson } from "./json-column.ts";
import type { Tables } from "./tables.ts";
import type { DriftHourTable, DriftMarkTable, DriftReferenceTable, DriftSettingsTable } from "./watch-tables.ts";

export function driftReads(db: Kysely<Tables>): DriftReads {
  const settings = (project: string, environment: string) =>
    db.selectFrom("drift_settings").selectAll().where("project", "=", project).where("environment", "=", environment);
  const hours = (reference: string) => db.selectFrom("drift_hours").selectAll().where("reference", "=", reference);
  return {
    async getDriftPlace(project, environment) {
      const query = db.selectFrom("drift_places").selectAll().where("project", "=", project);
      const row = await query.where("environment", "=", environment).executeTakeFirst();
      return row === undefined ? null : { project, environment, watchedUntil: row.watched_until, series: row.series };
    },
    async getDriftSettings(project, environment, flag) {
      const row = await settings(project, environment).where("flag", "=", flag).executeTakeFirst();
      return row === undefined ? null : settingsOf(row);
    },
    async listDriftSettings(project, environment) {
      return (await settings(project, environment).orderBy("flag").execute()).map(settingsOf);
    },
    async listDriftReferences(project, environment) {
      const query = db.selectFrom("drift_references").selectAll().where("project", "=", project);
      const live = query.where("environment", "=", environment).where("retired_at", "is", null);
      return (await live.orderBy("flag").orderBy("variant").execute()).map(referenceOf);
    },
    async listDriftHours(reference, since, limit) {
      return (await hours(reference).where("at", ">=", since).orderBy("at").limit(limit).execute()).map(hourOf);
    },
    async lastDriftHour(reference) {
      const row = await hours(reference).orderBy("at", "desc").limit(1).executeTakeFirst();
      return row === undefined ? null : hourOf(row);
    },
    async listDriftMarks({ project, environment, flag }, since, limit) {
      const query = db
        .selectFrom("drift_marks")
        .selectAll()
        .where("project", "=", project)
        .where("environment", "=", environment);
      const recent = query.where("flag", "=", flag).where("at", ">=", since);
      return (await recent.orderBy("at", "desc").orderBy("id").limit(limit).execute()).map(markOf);
    },
  };
}

export function driftWrites(db: Kysely<Tables>): DriftWrites {
  return {
    async putDriftPlace({ project, environment, watchedUntil, series }) {
      const row = { watched_until: watchedUntil, series };
      await db
        .insertInto("drift_places")
        .values({ project, environment, ...row })
        .onConflict((conflict) => conflict.columns(["project", "environment"]).doUpdateSet(row))
        .execute();
    },
    async putDriftSettings({ project, environment, flag, settings, revision, updatedAt }) {
      const row = { settings: toJson(settings), revision, updated_at: updatedAt };
      await db
        .insertInto("drift_settings")
        .values({ project, environment, flag, ...row })
        .onConflict((conflict) => conflict.columns(["project", "environment", "flag"]).doUpdateSet(row))
        .execute();
    },
    async putDriftReference({ id, valueVersion, frozenAt, retiredAt, baseline, ...same }) {
      const row = {
        ...same,
        value_version: valueVersion,
        frozen_at: frozenAt,
        retired_at: retiredAt,
        baseline: baseline === null ? null : toJson(baseline),
      };
      await db
        .insertInto("drift_references")
        .values({ id, ...row })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
        .execute();
    },
    async appendDriftHours(records) {
      const rows = records.map(({ reference, at, ...hour }) => ({ reference, at, hour: toJson(hour) }));
      await insertRows(db, "drift_hours", rows);
    },
    async putDriftMark({ mark, ...same }) {
      await db
        .insertInto("drift_marks")
        .values({ ...same, mark: toJson(mark) })
        .onConflict((conflict) => conflict.columns(["project", "environment", "flag", "id"]).doNothing())
        .execute();
    },
    async dropDrift(project, environment, before) {
      const mine = db
        .selectFrom("drift_references")
        .select("id")
        .where("project", "=", project)
        .where("environment", "=", environment);
      const retired = mine.where("retired_at", "<", before);
      await db.deleteFrom("drift_hours").where("at", "<", before).where("reference", "in", mine).execute();
      await db.deleteFrom("drift_hours").where("reference", "in", retired).execute();
      await db.deleteFrom("drift_references").where("id", "in", retired).execute();
      const marks = db.deleteFrom("drift_marks").where("project", "=", project).where("environment", "=", environment);
      await marks.where("at", "<", before).execute();
    },
  };
}

function settingsOf({ settings, updated_at, ...row }: DriftSettingsTable): DriftSettingsRecord {
  return { ...row, settings: fromJson(settings) as DriftSettings, updatedAt: updated_at };
}

function referenceOf({ value_version, frozen_at, retired_at, baseline, ...row }: DriftReferenceTable): DriftReferenceRecord {
  return {
    ...row,
    valueVersion: value_version,
    frozenAt: frozen_at,
    retiredAt: retired_at,
    baseline: fromJsonOrNull(baseline) as DriftBaseline | null,
  };
}

function hourOf({ reference, at, hour }: DriftHourTable): DriftHourRecord {
  return { reference, at, ...(fromJson(hour) as Pick<DriftHourRecord, "counts" | "detectors">) };
}

function markOf({ mark, ...row }: DriftMarkTable): DriftMarkRecord {
  return { ...row, mark: fromJson(mark) as DriftMarkRecord["mark"] };
}
