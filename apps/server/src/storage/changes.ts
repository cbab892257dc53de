/** The change log, in SQL. */

import type { Kysely } from "kysely";
import { changeReaches } from "./change-reaches.ts";
import { insertRows } from "./insert-rows.ts";
import { fromJson, toJson } from "./json-column.ts";
import type { ChangePage, ChangeRecord, StoreReader, StoreTransaction } from "./store.ts";
import type { ChangeTable, Tables } from "./tables.ts";

type Reads = Pick<StoreReader, "getChange" | "listChanges" | "lastChangeSequence">;
type Writes = Pick<StoreTransaction, "putChange">;

export function changeReads(db: Kysely<Tables>): Reads {
  return {
    async getChange(project, id) {
      const row = await db
        .selectFrom("changes")
        .selectAll()
        .where("project", "=", project)
        .where("id", "=", id)
        .executeTakeFirst();
      return row === undefined ? null : changeOf(row);
    },
    async listChanges(project, page) {
      return (await pageQuery(db, project, page).execute()).map(changeOf);
    },
    async lastChangeSequence(project) {
      const query = db
        .selectFrom("changes")
        .select("sequence")
        .where("project", "=", project)
        .orderBy("sequence", "desc")
        .limit(1);
      return (await query.executeTakeFirst())?.sequence ?? 0;
    },
  };
}

export function changeWrites(db: Kysely<Tables>): Writes {
  return {
    async putChange(record) {
      const { project, id, ...row } = rowOf(record);
      await db
        .insertInto("changes")
        .values({ project, id, ...row })
        .onConflict((conflict) => conflict.columns(["project", "id"]).doUpdateSet(row))
        .execute();
      await db.deleteFrom("change_reaches").where("project", "=", project).where("sequence", "=", record.sequence).execute();
      await insertRows(db, "change_reaches", changeReaches(record));
    },
  };
}

function pageQuery(db: Kysely<Tables>, project: string, page: ChangePage) {
  const { limit, before, after, flag, environments } = page;
  let query = db.selectFrom("changes").selectAll().where("changes.project", "=", project);
  if (before !== undefined) query = query.where("changes.sequence", "<", before);
  if (after !== undefined) query = query.where("changes.sequence", ">", after);
  if (flag !== undefined || environments !== undefined) {
    query = query.where("changes.sequence", "in", reachQuery(db, project, flag, environments));
  }
  return query.orderBy("changes.sequence", "desc").limit(limit);
}

function reachQuery(db: Kysely<Tables>, project: string, flag: string | undefined, environments: readonly string[] | undefined) {
  let query = db.selectFrom("change_reaches").select("sequence").where("project", "=", project);
  if (flag !== undefined) query = query.where("flag", "=", flag);
  if (environments !== undefined) query = query.where("environment", "in", environments);
  return query;
}

function rowOf(record: ChangeRecord): ChangeTable {
  return {
    project: record.project,
    id: record.id,
    sequence: record.sequence,
    at: record.at,
    actor: toJson(record.actor),
    reason: record.reason,
    source: record.source,
    operations: toJson(record.operations),
    inverse: toJson(record.inverse),
    effects: toJson(record.effects),
    versions: toJson(record.versions),
    summary: toJson(record.summary),
    undoes: record.undoes,
    undone_by: record.undoneBy,
  };
}

export function changeOf(row: ChangeTable): ChangeRecord {
  return {
    project: row.project,
    id: row.id,
    sequence: row.sequence,
    at: row.at,
    actor: fromJson(row.actor) as ChangeRecord["actor"],
    reason: row.reason,
    source: row.source,
    operations: fromJson(row.operations) as ChangeRecord["operations"],
    inverse: fromJson(row.inverse) as ChangeRecord["inverse"],
    effects: fromJson(row.effects) as ChangeRecord["effects"],
    versions: fromJson(row.versions) as ChangeRecord["versions"],
    summary: fromJson(row.summary) as ChangeRecord["summary"],
    undoes: row.undoes,
    undoneBy: row.undone_by,
  };
}
