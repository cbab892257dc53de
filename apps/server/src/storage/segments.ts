/** Segments with their environment blocks, in SQL. */

import type { SegmentEnvironment } from "@dimmer/evaluation";
import type { Kysely } from "kysely";
import { insertRows } from "./insert-rows.ts";
import { groupRows } from "./group-rows.ts";
import { fromJson, toJson } from "./json-column.ts";
import type { SegmentRecord, StoreReader, StoreTransaction } from "./store.ts";
import type { SegmentEnvironmentTable, SegmentTable, Tables } from "./tables.ts";

type Reads = Pick<StoreReader, "getSegment" | "listSegments" | "listSegmentKeys">;
type Writes = Pick<StoreTransaction, "putSegment">;

export function segmentReads(db: Kysely<Tables>): Reads {
  return {
    async getSegment(project, key) {
      const segment = await db
        .selectFrom("segments")
        .selectAll()
        .where("project", "=", project)
        .where("key", "=", key)
        .executeTakeFirst();
      if (segment === undefined) return null;
      const blocks = db.selectFrom("segment_environments").selectAll().where("project", "=", project).where("segment", "=", key);
      return segmentOf(segment, await blocks.orderBy("environment").execute());
    },
    async listSegments(project) {
      const segments = await db.selectFrom("segments").selectAll().where("project", "=", project).orderBy("key").execute();
      const blocks = db.selectFrom("segment_environments").selectAll().where("project", "=", project);
      const blocksOf = groupRows(await blocks.orderBy("segment").orderBy("environment").execute(), (block) => block.segment);
      return segments.map((segment) => segmentOf(segment, blocksOf.get(segment.key) ?? []));
    },
    async listSegmentKeys(project) {
      const query = db.selectFrom("segments").select("key").where("project", "=", project).where("removed_at", "is", null);
      return (await query.orderBy("key").execute()).map(({ key }) => key);
    },
  };
}

export function segmentWrites(db: Kysely<Tables>): Writes {
  return {
    async putSegment(record) {
      await putDefinition(db, record);
      await replaceEnvironments(db, record);
    },
  };
}

async function putDefinition(db: Kysely<Tables>, record: SegmentRecord): Promise<void> {
  const row = {
    revision: record.revision,
    definition: toJson({ ...record.definition, ...(record.file === null ? {} : { file: record.file }) }),
    removed_at: record.removedAt,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
  };
  await db
    .insertInto("segments")
    .values({ project: record.project, key: record.key, ...row })
    .onConflict((conflict) => conflict.columns(["project", "key"]).doUpdateSet(row))
    .execute();
}

async function replaceEnvironments(db: Kysely<Tables>, record: SegmentRecord): Promise<void> {
  const of = { project: record.project, segment: record.key };
  await db.deleteFrom("segment_environments").where("project", "=", of.project).where("segment", "=", of.segment).execute();
  const rows = Object.entries(record.environments).map(([environment, { revision, config }]) => ({
    ...of,
    environment,
    revision,
    config: toJson(config),
  }));
  await insertRows(db, "segment_environments", rows);
}

/** The owner stands beside what is authored, in one column: no definition has a field of that name. */
type StoredDefinition = SegmentRecord["definition"] & { readonly file?: NonNullable<SegmentRecord["file"]> };

function segmentOf(row: SegmentTable, blocks: readonly SegmentEnvironmentTable[]): SegmentRecord {
  const { file = null, ...definition } = fromJson(row.definition) as StoredDefinition;
  return {
    project: row.project,
    key: row.key,
    revision: row.revision,
    definition,
    environments: Object.fromEntries(
      blocks.map((block) => [
        block.environment,
        { revision: block.revision, config: fromJson(block.config) as SegmentEnvironment },
      ]),
    ),
    file,
    removedAt: row.removed_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
