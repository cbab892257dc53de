/** Records of the installation, its projects and their environments, in SQL. */

import type { Kysely, Selectable } from "kysely";
import { fromJson, toJson } from "./json-column.ts";
import type { EnvironmentRecord, ProjectRecord, StoreReader, StoreTransaction } from "./store.ts";
import type { Tables } from "./tables.ts";

type Reads = Pick<StoreReader, "installation" | "listProjects" | "getProject" | "listEnvironments" | "getEnvironment">;
type Writes = Pick<StoreTransaction, "putInstallation" | "putProject" | "putEnvironment">;

export function projectReads(db: Kysely<Tables>): Reads {
  return {
    async installation() {
      const row = await db.selectFrom("installation").selectAll().executeTakeFirst();
      return row === undefined ? null : { id: row.id, createdAt: row.created_at, keyCheck: row.key_check, mark: row.mark };
    },
    async listProjects() {
      const rows = await db.selectFrom("projects").selectAll().orderBy("created_at").orderBy("key").execute();
      return rows.map(projectOf);
    },
    async getProject(key) {
      const row = await db.selectFrom("projects").selectAll().where("key", "=", key).executeTakeFirst();
      return row === undefined ? null : projectOf(row);
    },
    async listEnvironments(project) {
      const rows = await db
        .selectFrom("environments")
        .selectAll()
        .where("project", "=", project)
        .orderBy("created_at")
        .orderBy("key")
        .execute();
      return rows.map(environmentOf);
    },
    async getEnvironment(project, key) {
      const query = db.selectFrom("environments").selectAll().where("project", "=", project).where("key", "=", key);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : environmentOf(row);
    },
  };
}

export function projectWrites(db: Kysely<Tables>): Writes {
  return {
    async putInstallation({ id, createdAt, keyCheck, mark }) {
      const row = { id, created_at: createdAt, key_check: keyCheck, mark };
      await db
        .insertInto("installation")
        .values({ only_row: 1, ...row })
        .onConflict((conflict) => conflict.column("only_row").doUpdateSet(row))
        .execute();
    },
    async putProject({ key, name, createdAt }) {
      const row = { name, created_at: createdAt };
      await db
        .insertInto("projects")
        .values({ key, ...row })
        .onConflict((conflict) => conflict.column("key").doUpdateSet(row))
        .execute();
    },
    async putEnvironment({ project, key, name, production, requireReview, requireEvals, epoch, version, createdAt }) {
      const row = {
        name,
        production: production ? 1 : 0,
        require_review: requireReview,
        require_evals: toJson(requireEvals),
        epoch,
        version,
        created_at: createdAt,
      };
      await db
        .insertInto("environments")
        .values({ project, key, ...row })
        .onConflict((conflict) => conflict.columns(["project", "key"]).doUpdateSet(row))
        .execute();
    },
  };
}

function projectOf(row: Selectable<Tables["projects"]>): ProjectRecord {
  return { key: row.key, name: row.name, createdAt: row.created_at };
}

function environmentOf(row: Selectable<Tables["environments"]>): EnvironmentRecord {
  return {
    project: row.project,
    key: row.key,
    name: row.name,
    production: row.production === 1,
    requireReview: row.require_review,
    requireEvals: fromJson(row.require_evals) as EnvironmentRecord["requireEvals"],
    epoch: row.epoch,
    version: row.version,
    createdAt: row.created_at,
  };
}
