/** Guarded rollouts, their observations and their verdicts, in SQL. */

import type { Kysely } from "kysely";
import type { Actor, Because, RolloutState, Verdict, VerdictEvidence } from "@dimmer/protocol";
import type { Facts } from "../rollouts/decide/facts.ts";
import { insertRows } from "./insert-rows.ts";
import { fromJson, fromJsonOrNull, toJson } from "./json-column.ts";
import type { ObservationTable, RolloutTable, VerdictTable } from "./rollout-tables.ts";
import type {
  ObservationRecord,
  RolloutProgress,
  RolloutReads,
  RolloutRecord,
  RolloutTerms,
  RolloutWrites,
  VerdictRecord,
} from "./rollout-record.ts";
import type { Tables } from "./tables.ts";

export function rolloutReads(db: Kysely<Tables>): RolloutReads {
  return {
    async getRollout(project, id) {
      const query = db.selectFrom("rollouts").selectAll().where("project", "=", project).where("id", "=", id);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : rolloutOf(row);
    },
    async listRollouts(project, { limit, before, flag, environment, isActive }) {
      let query = db.selectFrom("rollouts").selectAll().where("project", "=", project);
      if (before !== undefined) query = query.where("sequence", "<", before);
      if (flag !== undefined) query = query.where("flag", "=", flag);
      if (environment !== undefined) query = query.where("environment", "=", environment);
      if (isActive !== undefined) query = query.where("ended_at", isActive ? "is" : "is not", null);
      return (await query.orderBy("sequence", "desc").limit(limit).execute()).map(rolloutOf);
    },
    async listActiveRollouts() {
      const query = db.selectFrom("rollouts").selectAll().where("ended_at", "is", null).orderBy("created_at").orderBy("id");
      return (await query.execute()).map(rolloutOf);
    },
    async countActiveRollouts(project) {
      const query = db.selectFrom("rollouts").where("project", "=", project).where("ended_at", "is", null);
      return (await query.select(({ fn }) => fn.countAll<number>().as("count")).executeTakeFirstOrThrow()).count;
    },
    async lastRolloutSequence(project) {
      const query = db.selectFrom("rollouts").where("project", "=", project);
      return (await query.select(({ fn }) => fn.max("sequence").as("last")).executeTakeFirstOrThrow()).last ?? 0;
    },
    async listObservations(rollout, after) {
      const query = db
        .selectFrom("rollout_observations")
        .selectAll()
        .where("rollout", "=", rollout)
        .where("sequence", ">", after);
      return (await query.orderBy("sequence").execute()).map(observationOf);
    },
    async listVerdicts(rollout, { limit, before }) {
      let query = db.selectFrom("rollout_verdicts").selectAll().where("rollout", "=", rollout);
      if (before !== undefined) query = query.where("sequence", "<", before);
      return (await query.orderBy("sequence", "desc").limit(limit).execute()).map(verdictOf);
    },
  };
}

export function rolloutWrites(db: Kysely<Tables>): RolloutWrites {
  return {
    async addRollout(record) {
      await db.insertInto("rollouts").values(rowOf(record)).execute();
    },
    async moveRollout(record) {
      const row = { ...rowOf(record), revision: record.revision + 1 };
      const query = db.updateTable("rollouts").set(row).where("id", "=", record.id).where("revision", "=", record.revision);
      return (await query.executeTakeFirst()).numUpdatedRows === 1n;
    },
    async addObservations(records) {
      const rows = records.map(({ bucketAt, lengthMs, body, ...record }) => ({
        ...record,
        bucket_at: bucketAt,
        length_ms: lengthMs,
        body: toJson(body),
      }));
      await insertRows(db, "rollout_observations", rows);
    },
    async putVerdict({ lastAt, because, evidence, facts, change, actor, ...record }) {
      const row = {
        ...record,
        last_at: lastAt,
        because: toJson(because),
        evidence: toJson(evidence),
        facts: facts === null ? null : toJson(facts),
        change_id: change,
        actor: toJson(actor),
      };
      await db
        .insertInto("rollout_verdicts")
        .values(row)
        .onConflict((conflict) => conflict.columns(["rollout", "sequence"]).doUpdateSet(row))
        .execute();
    },
  };
}

function rowOf({ terms, progress, createdAt, endedAt, ...record }: RolloutRecord): RolloutTable {
  return { ...record, terms: toJson(terms), progress: toJson(progress), created_at: createdAt, ended_at: endedAt };
}

function rolloutOf({ terms, progress, created_at, ended_at, state, ...row }: RolloutTable): RolloutRecord {
  return {
    ...row,
    state: state as RolloutState,
    terms: fromJson(terms) as RolloutTerms,
    progress: fromJson(progress) as RolloutProgress,
    createdAt: created_at,
    endedAt: ended_at,
  };
}

function observationOf({ bucket_at, length_ms, body, ...row }: ObservationTable): ObservationRecord {
  return { ...row, bucketAt: bucket_at, lengthMs: length_ms, body: fromJson(body) as ObservationRecord["body"] };
}

function verdictOf({ last_at, verdict, because, evidence, facts, change_id, actor, ...row }: VerdictTable): VerdictRecord {
  return {
    ...row,
    verdict: verdict as Verdict,
    lastAt: last_at,
    because: fromJson(because) as readonly Because[],
    evidence: fromJson(evidence) as VerdictEvidence,
    facts: fromJsonOrNull(facts) as Facts | null,
    change: change_id,
    actor: fromJson(actor) as Actor,
  };
}
