/** The immutable versions of variants' values, in SQL. */

import type { JsonValue } from "@dimmer/evaluation";
import type { Kysely } from "kysely";
import { strict as assert } from "node:assert";
import { chunksOf } from "./insert-rows.ts";
import { fromJson, toJson } from "./json-column.ts";
import type { StoreReader, StoreTransaction, ValueVersionRecord } from "./store.ts";
import type { Tables, ValueVersionTable } from "./tables.ts";

type Reads = Pick<StoreReader, "getValueVersion" | "listValuesAt" | "listValueVersions" | "listPublishedValues">;
type Writes = Pick<StoreTransaction, "putValueVersion">;

export function valueReads(db: Kysely<Tables>): Reads {
  return {
    async getValueVersion(project, flag, variant, number) {
      const row = await versionQuery(db, { project, flag, variant, number }).selectAll().executeTakeFirst();
      return row === undefined ? null : valueVersionOf(row);
    },
    async listValuesAt(project, places) {
      const rows: ValueVersionTable[] = [];
      for (const chunk of chunksOf(places, 3)) {
        const query = db.selectFrom("value_versions").selectAll().where("project", "=", project);
        const found = query.where((eb) =>
          eb(
            eb.refTuple("flag", "variant", "number"),
            "in",
            chunk.map(({ flag, variant, number }) => eb.tuple(flag, variant, number)),
          ),
        );
        rows.push(...(await found.execute()));
      }
      return rows.map(valueVersionOf);
    },
    async listValueVersions(project, flag) {
      const query = db.selectFrom("value_versions").selectAll().where("project", "=", project).where("flag", "=", flag);
      return (await query.orderBy("variant").orderBy("number").execute()).map(valueVersionOf);
    },
    async listPublishedValues(project, environment) {
      return (await publishedQuery(db, project, environment).execute()).map(valueVersionOf);
    },
  };
}

export function valueWrites(db: Kysely<Tables>): Writes {
  return {
    async putValueVersion(record) {
      const { digest, value, createdAt: created_at, written } = record;
      const made = written === undefined ? {} : { written: toJson(written.value), snippets: toJson(written.snippets) };
      const row = { ...keyOf(record), digest, value: toJson(value), created_at, written: null, snippets: null, ...made };
      await db
        .insertInto("value_versions")
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const stored = await versionQuery(db, record).select("digest").executeTakeFirstOrThrow();
      assert(stored.digest === record.digest, `value version ${record.flag}:${record.variant}@${record.number} is immutable`);
    },
  };
}

type VersionKey = Pick<ValueVersionRecord, "project" | "flag" | "variant" | "number">;

function keyOf({ project, flag, variant, number }: VersionKey): VersionKey {
  return { project, flag, variant, number };
}

function versionQuery(db: Kysely<Tables>, { project, flag, variant, number }: VersionKey) {
  return db
    .selectFrom("value_versions")
    .where("project", "=", project)
    .where("flag", "=", flag)
    .where("variant", "=", variant)
    .where("number", "=", number);
}

/** An archived flag publishes nothing, whatever its blocks say. */
function publishedQuery(db: Kysely<Tables>, project: string, environment: string) {
  return db
    .selectFrom("published_values")
    .innerJoin("flags", (join) =>
      join.onRef("flags.project", "=", "published_values.project").onRef("flags.key", "=", "published_values.flag"),
    )
    .innerJoin("value_versions", (join) =>
      join
        .onRef("value_versions.project", "=", "published_values.project")
        .onRef("value_versions.flag", "=", "published_values.flag")
        .onRef("value_versions.variant", "=", "published_values.variant")
        .onRef("value_versions.number", "=", "published_values.number"),
    )
    .where("published_values.project", "=", project)
    .where("published_values.environment", "=", environment)
    .where("flags.archived_at", "is", null)
    .orderBy("published_values.flag")
    .orderBy("published_values.variant")
    .selectAll("value_versions");
}

function valueVersionOf(row: ValueVersionTable): ValueVersionRecord {
  return {
    project: row.project,
    flag: row.flag,
    variant: row.variant,
    number: row.number,
    digest: row.digest,
    value: fromJson(row.value) as JsonValue,
    ...writtenOf(row),
    createdAt: row.created_at,
  };
}

function writtenOf({ written, snippets }: ValueVersionTable): Pick<ValueVersionRecord, "written"> {
  if (written === null) return {};
  const made = { value: fromJson(written), snippets: fromJson(snippets ?? "{}") };
  return { written: made as NonNullable<ValueVersionRecord["written"]> };
}
