/** Canary prompts, their days and their results, in SQL. */

import type { Kysely } from "kysely";
import type {
  CanaryDefinition,
  CanaryItems,
  CanaryReads,
  CanaryRecord,
  CanaryResultRecord,
  CanaryUsage,
  CanaryWrites,
} from "./canary-record.ts";
import { fromJson, toJson } from "./json-column.ts";
import type { Tables } from "./tables.ts";
import type { CanaryResultTable, CanaryTable } from "./watch-tables.ts";

export function canaryReads(db: Kysely<Tables>): CanaryReads {
  const all = () => db.selectFrom("canaries").selectAll();
  const active = () => db.selectFrom("canaries").where("message", "is", null);
  const results = (canary: string, variant: string) =>
    db.selectFrom("canary_results").selectAll().where("canary", "=", canary).where("variant", "=", variant);
  return {
    async listCanaries(project, environment) {
      const query = all().where("project", "=", project).where("environment", "=", environment);
      return (await query.orderBy("created_at").orderBy("id").execute()).map(canaryOf);
    },
    async listDueCanaries(now, limit) {
      const query = active().selectAll().where("next_at", "<=", now).orderBy("next_at").orderBy("id").limit(limit);
      return (await query.execute()).map(canaryOf);
    },
    async nextCanaryAt() {
      const row = await active().select("next_at").orderBy("next_at").limit(1).executeTakeFirst();
      return row?.next_at ?? null;
    },
    async getCanary(project, environment, id) {
      const query = all().where("project", "=", project).where("environment", "=", environment).where("id", "=", id);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : canaryOf(row);
    },
    async getCanaryDay(canary, day) {
      const query = db.selectFrom("canary_days").select("usage").where("canary", "=", canary).where("day", "=", day);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : (fromJson(row.usage) as CanaryUsage);
    },
    async listCanaryResults(canary, variant, limit) {
      const query = results(canary, variant).orderBy("at", "desc").orderBy("id", "desc").limit(limit);
      return (await query.execute()).map(resultOf);
    },
    async getCanaryReference(canary, variant, configHash) {
      const query = results(canary, variant).where("config_hash", "=", configHash).where("is_reference", "=", 1);
      const row = await query.orderBy("at", "desc").limit(1).executeTakeFirst();
      return row === undefined ? null : resultOf(row);
    },
  };
}

export function canaryWrites(db: Kysely<Tables>): CanaryWrites {
  return {
    async putCanary({ id, definition, nextAt, createdAt, ...same }) {
      const row = { ...same, definition: toJson(definition), next_at: nextAt, created_at: createdAt };
      await db
        .insertInto("canaries")
        .values({ id, ...row })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
        .execute();
    },
    async removeCanary(id) {
      await db.deleteFrom("canary_results").where("canary", "=", id).execute();
      await db.deleteFrom("canary_days").where("canary", "=", id).execute();
      await db.deleteFrom("canaries").where("id", "=", id).execute();
    },
    async putCanaryDay(canary, day, usage, since) {
      const row = { usage: toJson(usage) };
      await db
        .insertInto("canary_days")
        .values({ canary, day, ...row })
        .onConflict((conflict) => conflict.columns(["canary", "day"]).doUpdateSet(row))
        .execute();
      await db.deleteFrom("canary_days").where("canary", "=", canary).where("day", "<", since).execute();
    },
    async putCanaryResult({ configHash, isReference, result, items, ...same }, kept) {
      const row = { config_hash: configHash, is_reference: isReference ? 1 : 0, result: toJson(result), items: toJson(items) };
      await db
        .insertInto("canary_results")
        .values({ ...same, ...row })
        .execute();
      const mine = db.selectFrom("canary_results").where("canary", "=", same.canary).where("variant", "=", same.variant);
      const newest = mine.select("id").orderBy("at", "desc").orderBy("id", "desc").limit(kept);
      const old = db.deleteFrom("canary_results").where("canary", "=", same.canary).where("variant", "=", same.variant);
      await old.where("is_reference", "=", 0).where("id", "not in", newest).execute();
    },
    async clearCanaryReferences(canary) {
      await db.updateTable("canary_results").set({ is_reference: 0 }).where("canary", "=", canary).execute();
    },
  };
}

function canaryOf({ definition, next_at, created_at, ...row }: CanaryTable): CanaryRecord {
  return { ...row, definition: fromJson(definition) as CanaryDefinition, nextAt: next_at, createdAt: created_at };
}

function resultOf({ config_hash, is_reference, result, items, ...row }: CanaryResultTable): CanaryResultRecord {
  return {
    ...row,
    configHash: config_hash,
    isReference: is_reference === 1,
    result: fromJson(result) as CanaryResultRecord["result"],
    items: fromJson(items) as CanaryItems,
  };
}
