/** Flags with their variants and environment blocks, in SQL: three queries for one flag or for ten thousand. */

import type { FlagEnvironment } from "@dimmer/evaluation";
import type { Kysely } from "kysely";
import { fromJson, fromJsonOrNull, toJson } from "./json-column.ts";
import { groupRows } from "./group-rows.ts";
import { insertRows } from "./insert-rows.ts";
import type {
  FlagEnvironmentRecord,
  FlagQuery,
  FlagRecord,
  SharedDefinition,
  StoreReader,
  StoreTransaction,
  VariantRecord,
} from "./store.ts";
import type { FlagEnvironmentTable, FlagTable, FlagVariantTable, Tables } from "./tables.ts";

type Reads = Pick<StoreReader, "getFlag" | "listFlags" | "listFlagKeys">;
type Writes = Pick<StoreTransaction, "putFlag">;

export function flagReads(db: Kysely<Tables>): Reads {
  return {
    async getFlag(project, key) {
      const flag = await db
        .selectFrom("flags")
        .selectAll()
        .where("project", "=", project)
        .where("key", "=", key)
        .executeTakeFirst();
      if (flag === undefined) return null;
      const variants = db.selectFrom("flag_variants").selectAll().where("project", "=", project).where("flag", "=", key);
      const blocks = db.selectFrom("flag_environments").selectAll().where("project", "=", project).where("flag", "=", key);
      return flagOf(flag, await variants.orderBy("position").execute(), await blocks.orderBy("environment").execute());
    },
    async listFlags(project, query = {}) {
      const flags = await flagQuery(db, project, query).execute();
      const variantsOf = groupRows(await variantQuery(db, project, query).execute(), (row) => row.flag);
      const blocksOf = groupRows(await blockQuery(db, project, query).execute(), (row) => row.flag);
      return flags.map((flag) => flagOf(flag, variantsOf.get(flag.key) ?? [], blocksOf.get(flag.key) ?? []));
    },
    async listFlagKeys(project) {
      const query = db.selectFrom("flags").select("key").where("project", "=", project).where("archived_at", "is", null);
      return (await query.orderBy("key").execute()).map(({ key }) => key);
    },
  };
}

function flagQuery(db: Kysely<Tables>, project: string, { archived, naming }: FlagQuery) {
  const query = db.selectFrom("flags").selectAll().where("project", "=", project).orderBy("key");
  const live = archived === false ? query.where("archived_at", "is", null) : query;
  return naming === undefined ? live : live.where("key", "in", namingQuery(db, project, naming));
}

/** Columns by name: the project and what else is known would cost as much as the rest. */
function variantQuery(db: Kysely<Tables>, project: string, { naming }: FlagQuery) {
  const query = db
    .selectFrom("flag_variants")
    .select(["flag", "variant", "description", "only_condition", "latest", "draft"])
    .where("project", "=", project)
    .orderBy("flag")
    .orderBy("position");
  return naming === undefined ? query : query.where("flag", "in", namingQuery(db, project, naming));
}

function blockQuery(db: Kysely<Tables>, project: string, { environment, naming }: FlagQuery) {
  const query = db
    .selectFrom("flag_environments")
    .select(["flag", "environment", "revision", "config"])
    .where("project", "=", project)
    .orderBy("flag")
    .orderBy("environment");
  const here = environment === undefined ? query : query.where("environment", "=", environment);
  return naming === undefined ? here : here.where("flag", "in", namingQuery(db, project, naming));
}

/** Keys as `toJson` writes them. */
function namingQuery(db: Kysely<Tables>, project: string, naming: NonNullable<FlagQuery["naming"]>) {
  const pattern = `%"${naming}":%`;
  if (naming === "expect")
    return db.selectFrom("flags").select("key as flag").where("project", "=", project).where("definition", "like", pattern);
  const blocks = db
    .selectFrom("flag_environments")
    .select("flag")
    .where("project", "=", project)
    .where("config", "like", pattern);
  const variants = db.selectFrom("flag_variants").select("flag").where("project", "=", project);
  return blocks.union(variants.where("only_condition", "like", pattern));
}

export function flagWrites(db: Kysely<Tables>): Writes {
  return {
    async putFlag(record) {
      await putDefinition(db, record);
      await replaceVariants(db, record);
      await replaceEnvironments(db, record);
    },
  };
}

async function putDefinition(db: Kysely<Tables>, record: FlagRecord): Promise<void> {
  const row = {
    revision: record.revision,
    salt: record.salt,
    definition: toJson(record.definition),
    file: record.file === null ? null : toJson(record.file),
    archived_at: record.archivedAt,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
  };
  await db
    .insertInto("flags")
    .values({ project: record.project, key: record.key, ...row })
    .onConflict((conflict) => conflict.columns(["project", "key"]).doUpdateSet(row))
    .execute();
}

async function replaceVariants(db: Kysely<Tables>, record: FlagRecord): Promise<void> {
  await db.deleteFrom("flag_variants").where("project", "=", record.project).where("flag", "=", record.key).execute();
  const rows = Object.entries(record.variants).map(([variant, { description, only, latest, draft }], position) => ({
    project: record.project,
    flag: record.key,
    variant,
    position,
    description: description ?? null,
    only_condition: only === undefined ? null : toJson(only),
    latest,
    draft: draft === undefined ? null : toJson(draft),
  }));
  await insertRows(db, "flag_variants", rows);
}

async function replaceEnvironments(db: Kysely<Tables>, record: FlagRecord): Promise<void> {
  const of = { project: record.project, flag: record.key };
  await db.deleteFrom("flag_environments").where("project", "=", of.project).where("flag", "=", of.flag).execute();
  await db.deleteFrom("published_values").where("project", "=", of.project).where("flag", "=", of.flag).execute();
  const blocks = Object.entries(record.environments);
  const rows = blocks.map(([environment, { revision, config }]) => ({ ...of, environment, revision, config: toJson(config) }));
  const published = blocks.flatMap(([environment, { config }]) =>
    Object.entries(config.published ?? {}).map(([variant, number]) => ({ ...of, environment, variant, number })),
  );
  await insertRows(db, "flag_environments", rows);
  await insertRows(db, "published_values", published);
}

type VariantRow = Omit<FlagVariantTable, "project" | "flag" | "position">;
type BlockRow = Pick<FlagEnvironmentTable, "environment" | "revision" | "config">;

function flagOf(row: FlagTable, variants: readonly VariantRow[], blocks: readonly BlockRow[]): FlagRecord {
  return {
    project: row.project,
    key: row.key,
    revision: row.revision,
    salt: row.salt,
    definition: fromJson(row.definition) as SharedDefinition,
    variants: Object.fromEntries(variants.map((variant) => [variant.variant, variantOf(variant)])),
    environments: Object.fromEntries(blocks.map((block) => [block.environment, environmentOf(block)])),
    file: fromJsonOrNull(row.file) as FlagRecord["file"],
    archivedAt: row.archived_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function variantOf(row: VariantRow): VariantRecord {
  const only = fromJsonOrNull(row.only_condition) as NonNullable<VariantRecord["only"]> | null;
  const draft = fromJsonOrNull(row.draft) as NonNullable<VariantRecord["draft"]> | null;
  return {
    ...(row.description === null ? {} : { description: row.description }),
    ...(only === null ? {} : { only }),
    latest: row.latest,
    ...(draft === null ? {} : { draft }),
  };
}

function environmentOf(row: BlockRow): FlagEnvironmentRecord {
  return { revision: row.revision, config: fromJson(row.config) as FlagEnvironment };
}
