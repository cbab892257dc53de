/** What each flag and segment was after each change, in SQL. */

import type { Kysely } from "kysely";
import { chunksOf } from "./insert-rows.ts";
import { fromJsonOrNull, toJson } from "./json-column.ts";
import type { RevisionRecord, StoreReader, StoreTransaction } from "./store.ts";
import type { RevisionTable, Tables } from "./tables.ts";

type Reads = Pick<StoreReader, "getRevision" | "listRevisions" | "listFlagRevisions" | "listRevisionsAt" | "listChangedSince">;
type Writes = Pick<StoreTransaction, "putRevision">;

export function revisionReads(db: Kysely<Tables>): Reads {
  return {
    async getRevision(project, environment, kind, key, revision) {
      const query = historyQuery(db, project, environment, kind, key).where("revision", "=", revision);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : revisionOf(row);
    },
    async listRevisions(project, environment, kind, key) {
      const query = historyQuery(db, project, environment, kind, key).orderBy("revision");
      return (await query.execute()).map(revisionOf);
    },
    async listFlagRevisions(project, environment, flags) {
      const rows: RevisionTable[] = [];
      for (const keys of chunksOf(flags, 1)) {
        const query = db
          .selectFrom("revisions")
          .selectAll()
          .where("project", "=", project)
          .where("environment", "=", environment);
        const found = query.where("kind", "=", "flag").where("key", "in", keys).orderBy("key").orderBy("revision");
        rows.push(...(await found.execute()));
      }
      return rows.map(revisionOf);
    },
    async listRevisionsAt(project, environment, version) {
      return (await stateQuery(db, project, environment, version).execute()).map(revisionOf);
    },
    async listChangedSince(project, environment, version) {
      const query = db.selectFrom("revisions").select(["kind", "key"]).distinct();
      const changed = query.where("project", "=", project).where("environment", "=", environment).where("version", ">", version);
      const rows = await changed.orderBy("kind").orderBy("key").execute();
      return rows.map(({ kind, key }) => ({ kind: kind as RevisionRecord["kind"], key }));
    },
  };
}

export function revisionWrites(db: Kysely<Tables>): Writes {
  return {
    async putRevision({ project, environment, kind, key, revision, ...rest }) {
      const row = { version: rest.version, change: rest.change, config: rest.config === null ? null : toJson(rest.config) };
      await db
        .insertInto("revisions")
        .values({ project, environment, kind, key, revision, ...row })
        .onConflict((conflict) => conflict.columns(["project", "environment", "kind", "key", "revision"]).doUpdateSet(row))
        .execute();
    },
  };
}

function historyQuery(db: Kysely<Tables>, project: string, environment: string, kind: string, key: string) {
  return db
    .selectFrom("revisions")
    .selectAll()
    .where("project", "=", project)
    .where("environment", "=", environment)
    .where("kind", "=", kind)
    .where("key", "=", key);
}

/** Revisions of one flag grow with versions, so the newest at a version is the highest number at or below it. */
function stateQuery(db: Kysely<Tables>, project: string, environment: string, version: number) {
  const newest = db
    .selectFrom("revisions")
    .select(({ fn }) => ["kind", "key", fn.max("revision").as("revision")])
    .where("project", "=", project)
    .where("environment", "=", environment)
    .where("version", "<=", version)
    .groupBy(["kind", "key"])
    .as("newest");
  return db
    .selectFrom("revisions")
    .innerJoin(newest, (join) =>
      join
        .onRef("newest.kind", "=", "revisions.kind")
        .onRef("newest.key", "=", "revisions.key")
        .onRef("newest.revision", "=", "revisions.revision"),
    )
    .selectAll("revisions")
    .where("revisions.project", "=", project)
    .where("revisions.environment", "=", environment)
    .orderBy("revisions.kind")
    .orderBy("revisions.key");
}

function revisionOf(row: RevisionTable): RevisionRecord {
  return {
    project: row.project,
    environment: row.environment,
    kind: row.kind as RevisionRecord["kind"],
    key: row.key,
    revision: row.revision,
    version: row.version,
    change: row.change,
    config: fromJsonOrNull(row.config) as RevisionRecord["config"],
  };
}
