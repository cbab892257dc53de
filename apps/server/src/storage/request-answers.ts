/** The answers of requests that carried an idempotency key, in SQL. */

import type { Kysely } from "kysely";
import type { RequestAnswerRecord, StoreReader, StoreTransaction } from "./store.ts";
import type { RequestAnswerTable, Tables } from "./tables.ts";

type Reads = Pick<StoreReader, "getRequestAnswer">;
type Writes = Pick<StoreTransaction, "putRequestAnswer" | "dropRequestAnswers" | "blankRequestAnswers">;

export function requestAnswerReads(db: Kysely<Tables>): Reads {
  return {
    async getRequestAnswer(caller, idempotencyKey) {
      const row = await db
        .selectFrom("request_answers")
        .selectAll()
        .where("caller", "=", caller)
        .where("idempotency_key", "=", idempotencyKey)
        .executeTakeFirst();
      return row === undefined ? null : answerOf(row);
    },
  };
}

export function requestAnswerWrites(db: Kysely<Tables>): Writes {
  return {
    async putRequestAnswer({ caller, idempotencyKey, at, fingerprint, status, sealed }) {
      const row = { caller, idempotency_key: idempotencyKey, at, fingerprint, status, sealed };
      await db.insertInto("request_answers").values(row).execute();
    },
    async dropRequestAnswers({ until, newestOfCaller, newest }) {
      await db.deleteFrom("request_answers").where("at", "<=", until).execute();
      const callers = await db.selectFrom("request_answers").select("caller").groupBy("caller").execute();
      for (const { caller } of callers) await dropBeyond(db, newestOfCaller, caller);
      await dropBeyond(db, newest);
    },
    async blankRequestAnswers() {
      await db.updateTable("request_answers").set({ sealed: null }).where("sealed", "is not", null).execute();
    },
  };
}

/** Of answers with one time all go or none, so that what stays is never more than `newest`. */
async function dropBeyond(db: Kysely<Tables>, newest: number, caller?: string): Promise<void> {
  let query = db.selectFrom("request_answers").select("at").orderBy("at", "desc").limit(1).offset(newest);
  if (caller !== undefined) query = query.where("caller", "=", caller);
  const last = await query.executeTakeFirst();
  if (last === undefined) return;
  const drop = db.deleteFrom("request_answers").where("at", "<=", last.at);
  await (caller === undefined ? drop : drop.where("caller", "=", caller)).execute();
}

function answerOf(row: RequestAnswerTable): RequestAnswerRecord {
  return {
    caller: row.caller,
    idempotencyKey: row.idempotency_key,
    at: row.at,
    fingerprint: row.fingerprint,
    status: row.status,
    sealed: row.sealed,
  };
}
