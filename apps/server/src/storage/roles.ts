/** Roles that were made here, in SQL. */

import type { Kysely } from "kysely";
import { fromJson, toJson } from "./json-column.ts";
import type { RoleReads, RoleRecord, RoleWrites } from "./role-record.ts";
import type { RoleTable, Tables } from "./tables.ts";

export function roleReads(db: Kysely<Tables>): RoleReads {
  return {
    async getRole(name) {
      const row = await db.selectFrom("roles").selectAll().where("name", "=", name).executeTakeFirst();
      return row === undefined ? null : roleOf(row);
    },
    async listRoles() {
      return (await db.selectFrom("roles").selectAll().orderBy("name").execute()).map(roleOf);
    },
  };
}

export function roleWrites(db: Kysely<Tables>): RoleWrites {
  return {
    async putRole({ name, description, rights, createdAt, updatedAt }) {
      const row = { description, rights: toJson(rights), created_at: createdAt, updated_at: updatedAt };
      await db
        .insertInto("roles")
        .values({ name, ...row })
        .onConflict((conflict) => conflict.column("name").doUpdateSet(row))
        .execute();
    },
    async removeRole(name) {
      await db.deleteFrom("roles").where("name", "=", name).execute();
    },
  };
}

function roleOf({ name, description, rights, created_at, updated_at }: RoleTable): RoleRecord {
  return { name, description, rights: fromJson(rights) as RoleRecord["rights"], createdAt: created_at, updatedAt: updated_at };
}
