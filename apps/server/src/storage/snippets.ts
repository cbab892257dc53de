/** Snippets, their versions, and which values were made with them, in SQL. */

import type { Kysely } from "kysely";
import { strict as assert } from "node:assert";
import { fromJson } from "./json-column.ts";
import type { SnippetTable, SnippetVersionTable } from "./model-tables.ts";
import type { SnippetReads, SnippetRecord, SnippetUseRecord, SnippetVersionRecord, SnippetWrites } from "./snippet-record.ts";
import type { Tables } from "./tables.ts";

export function snippetReads(db: Kysely<Tables>): SnippetReads {
  return {
    async getSnippet(project, name) {
      const row = await withText(db, project).where("snippets.name", "=", name).executeTakeFirst();
      return row === undefined ? null : snippetOf(row);
    },
    async getSnippetVersion(project, name, number) {
      const row = await versionsOf(db, project, name).where("number", "=", number).executeTakeFirst();
      return row === undefined ? null : versionOf(row);
    },
    async listSnippets(project) {
      const query = withText(db, project).where("snippets.removed_at", "is", null).orderBy("snippets.name");
      return (await query.execute()).map(snippetOf);
    },
    async listSnippetVersions(project, name, limit) {
      const query = versionsOf(db, project, name).orderBy("number", "desc").limit(limit);
      return (await query.execute()).map(versionOf);
    },
    async listSnippetUses(project) {
      const query = db
        .selectFrom("value_versions")
        .select(["flag", "variant", "number", "snippets"])
        .where("project", "=", project)
        .where("snippets", "is not", null);
      return (await query.execute()).map(({ flag, variant, number, snippets }) => {
        return { flag, variant, number, snippets: fromJson(snippets ?? "{}") as SnippetUseRecord["snippets"] };
      });
    },
  };
}

export function snippetWrites(db: Kysely<Tables>): SnippetWrites {
  return {
    async putSnippet({ project, name, latest, text, createdAt, updatedAt, removedAt }) {
      const row = { latest, created_at: createdAt, updated_at: updatedAt, removed_at: removedAt };
      await db
        .insertInto("snippets")
        .values({ project, name, ...row })
        .onConflict((conflict) => conflict.columns(["project", "name"]).doUpdateSet(row))
        .execute();
      await db
        .insertInto("snippet_versions")
        .values({ project, name, number: latest, text, created_at: updatedAt })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const stored = await versionsOf(db, project, name).where("number", "=", latest).executeTakeFirstOrThrow();
      assert(stored.text === text, `version ${latest} of snippet ${name} is immutable`);
    },
  };
}

const withText = (db: Kysely<Tables>, project: string) =>
  db
    .selectFrom("snippets")
    .innerJoin("snippet_versions", (join) =>
      join
        .onRef("snippet_versions.project", "=", "snippets.project")
        .onRef("snippet_versions.name", "=", "snippets.name")
        .onRef("snippet_versions.number", "=", "snippets.latest"),
    )
    .selectAll("snippets")
    .select("snippet_versions.text")
    .where("snippets.project", "=", project);

const versionsOf = (db: Kysely<Tables>, project: string, name: string) =>
  db.selectFrom("snippet_versions").selectAll().where("project", "=", project).where("name", "=", name);

function snippetOf(row: SnippetTable & { readonly text: string }): SnippetRecord {
  const { project, name, latest, text, created_at: createdAt, updated_at: updatedAt, removed_at: removedAt } = row;
  return { project, name, latest, text, createdAt, updatedAt, removedAt };
}

function versionOf({ project, name, number, text, created_at }: SnippetVersionTable): SnippetVersionRecord {
  return { project, name, number, text, createdAt: created_at };
}
