/** Takes people out of what DuckDB keeps: erased, or known only by a hash. */

import { type DuckDBConnection, listValue } from "@duckdb/node-api";
import { personPattern } from "../../audit/person.ts";
import type { Forgettable, Forgotten } from "../../telemetry/event-store.ts";
import { HASHED_KEY, hashKey } from "../../telemetry/hash-key.ts";
import { TELEMETRY_LIMITS } from "../../telemetry/limits.ts";
import { inTransaction } from "./in-transaction.ts";
import type { Run } from "./open-questions.ts";

const THEIR_EVENTS = `project = $1 AND list_contains($2::VARCHAR[], targeting_key)`;

/** A run is of one person, and not all of its events name them. */
const FIND_PERSON = `
  CREATE OR REPLACE TEMP TABLE theirs AS SELECT id_hash, received_at FROM events WHERE ${THEIR_EVENTS}
    OR (project = $1 AND (environment, run) IN (SELECT environment, run FROM events WHERE ${THEIR_EVENTS} AND run IS NOT NULL))`;
const ARE_THEIRS = `project = $1 AND (id_hash, received_at) IN (SELECT id_hash, received_at FROM theirs)`;

/** What is only deleted stays in the file until its place is needed; what is written over does not. */
const BLANK_PERSON = `
  UPDATE events SET targeting_key = NULL, run = NULL, task = NULL, conversation = NULL, comment = NULL, attributes = NULL WHERE ${ARE_THEIRS}`;
const FORGET_PERSON = `DELETE FROM events WHERE ${ARE_THEIRS}`;

const COMMENTS_ABOUT = `SELECT DISTINCT comment FROM events WHERE project = $1 AND contains(comment, $2)`;
const EMPTY_COMMENTS = `UPDATE events SET comment = NULL WHERE project = $1 AND list_contains($2::VARCHAR[], comment)`;

export async function forgetPerson(run: Run, project: string, { person, keys }: Forgettable): Promise<Forgotten> {
  const forgotten = await inTransaction(run, async () => {
    await run(FIND_PERSON, [project, listValue(keys)]);
    await run(BLANK_PERSON, [project]);
    const events = countOf(await run(FORGET_PERSON, [project]));
    await run(`DROP TABLE theirs`);
    const { isIn } = personPattern(person);
    const comments = (await run(COMMENTS_ABOUT, [project, person])).map(({ comment }) => comment as string).filter(isIn);
    if (comments.length === 0) return { events, comments: 0 };
    return { events, comments: countOf(await run(EMPTY_COMMENTS, [project, listValue(comments)])) };
  });
  await intoTheFile(run);
  return forgotten;
}

const KEYS_AS_THEY_ARE = `
  SELECT DISTINCT targeting_key AS key FROM events
  WHERE project = $1 AND targeting_key IS NOT NULL AND NOT regexp_full_match(targeting_key, $2) LIMIT $3::BIGINT`;

const PUT_HASHES = `
  UPDATE events SET targeting_key = hashed.hash FROM hashed WHERE project = $1 AND targeting_key = hashed.key`;

/** Shape: whether there may be more. */
export async function hashKeys(connection: DuckDBConnection, run: Run, project: string, secret: Uint8Array): Promise<boolean> {
  const found = await inTransaction(run, async () => {
    const rows = await run(KEYS_AS_THEY_ARE, [project, HASHED_KEY.source, TELEMETRY_LIMITS.keysAtOnce]);
    await run(`CREATE OR REPLACE TEMP TABLE hashed (key VARCHAR, hash VARCHAR)`);
    const appender = await connection.createAppender("hashed");
    for (const { key } of rows) {
      appender.appendVarchar(key as string);
      appender.appendVarchar(hashKey(secret, key as string));
      appender.endRow();
    }
    appender.closeSync();
    await run(PUT_HASHES, [project]);
    await run(`DROP TABLE hashed`);
    return rows.length;
  });
  if (found > 0) await intoTheFile(run);
  return found === TELEMETRY_LIMITS.keysAtOnce;
}

/** So that the log beside the file holds nothing of it any more. */
const intoTheFile = (run: Run): Promise<unknown> => run("CHECKPOINT");

const countOf = (rows: Awaited<ReturnType<Run>>): number => Number(rows[0]?.["Count"] ?? 0);
