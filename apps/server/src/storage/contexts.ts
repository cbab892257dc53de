/** What projects declare of their evaluation contexts, in SQL. */

import type { Kysely } from "kysely";
import type { ContextReads, ContextRecord, ContextWrites } from "./context-record.ts";
import { fromJsonOrNull, toJson } from "./json-column.ts";
import type { Tables } from "./tables.ts";

export function contextReads(db: Kysely<Tables>): ContextReads {
  return {
    async getContext(project) {
      const row = await db.selectFrom("contexts").selectAll().where("project", "=", project).executeTakeFirst();
      if (row === undefined) return null;
      const declaration = fromJsonOrNull(row.declaration) as ContextRecord["declaration"];
      return { project: row.project, revision: row.revision, declaration };
    },
  };
}

export function contextWrites(db: Kysely<Tables>): ContextWrites {
  return {
    async putContext({ project, revision, declaration }) {
      const row = { revision, declaration: declaration === null ? null : toJson(declaration) };
      await db
        .insertInto("contexts")
        .values({ project, ...row })
        .onConflict((conflict) => conflict.column("project").doUpdateSet(row))
        .execute();
    },
  };
}
