/** Sealed secrets, in SQL: text that is useless without `DIMMER_SECRET_KEY`. */

import type { Kysely } from "kysely";
import type { SealedSecretRecord, StoreReader, StoreTransaction } from "./store.ts";
import type { SecretTable, Tables } from "./tables.ts";

type Reads = Pick<StoreReader, "listSecrets">;
type Writes = Pick<StoreTransaction, "putSecret">;

export function secretReads(db: Kysely<Tables>): Reads {
  return {
    async listSecrets(purpose, project, environment) {
      let query = db.selectFrom("secrets").selectAll().where("purpose", "=", purpose);
      query = project === null ? query.where("project", "is", null) : query.where("project", "=", project);
      query = environment === null ? query.where("environment", "is", null) : query.where("environment", "=", environment);
      return (await query.orderBy("created_at", "desc").orderBy("id").execute()).map(secretOf);
    },
  };
}

export function secretWrites(db: Kysely<Tables>): Writes {
  return {
    async putSecret({ id, ...record }) {
      const row = {
        purpose: record.purpose,
        project: record.project,
        environment: record.environment,
        sealed: record.sealed,
        created_at: record.createdAt,
        retired_at: record.retiredAt,
      };
      await db
        .insertInto("secrets")
        .values({ id, ...row })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
        .execute();
    },
  };
}

function secretOf(row: SecretTable): SealedSecretRecord {
  return {
    id: row.id,
    purpose: row.purpose,
    project: row.project,
    environment: row.environment,
    sealed: row.sealed,
    createdAt: row.created_at,
    retiredAt: row.retired_at,
  };
}
