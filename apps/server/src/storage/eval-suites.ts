/** Suites of evals and their runs, in SQL. */

import { type Kysely, sql } from "kysely";
import type { JsonValue } from "@dimmer/evaluation";
import type { EvalSuite } from "@dimmer/protocol";
import type {
  CanaryReplay,
  EvalRunRecord,
  EvalSuiteReads,
  EvalSuiteRecord,
  EvalSuiteSummary,
  EvalSuiteWrites,
} from "./eval-suite-record.ts";
import { fromJson, fromJsonOrNull, toJson } from "./json-column.ts";
import type { EvalRunTable, EvalSuiteTable } from "./model-tables.ts";
import type { Tables } from "./tables.ts";

const COLUMNS = ["project", "name", "number", "digest", "summary", "created_at"] as const;
const UNFINISHED = ["queued", "running"] as const;
type Row = Pick<EvalSuiteTable, (typeof COLUMNS)[number]>;

export function evalSuiteReads(db: Kysely<Tables>): EvalSuiteReads {
  const kept = (project: string) => db.selectFrom("eval_suites").where("project", "=", project).where("suite", "is not", null);
  const runs = (project: string) => db.selectFrom("eval_runs").where("project", "=", project);
  return {
    async getEvalSuite(project, name, number) {
      let query = kept(project).select(COLUMNS).where("name", "=", name);
      if (number !== undefined) query = query.where("number", "=", number);
      const row = await query.orderBy("number", "desc").limit(1).executeTakeFirst();
      return row === undefined ? null : suiteOf(row);
    },
    async readEvalSuite(project, name, number) {
      const query = kept(project).select("suite").where("name", "=", name).where("number", "=", number);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : (fromJson(row.suite ?? "null") as EvalSuite);
    },
    async listEvalSuites(project) {
      const newest = kept(project)
        .select(({ fn }) => ["name", fn.max("number").as("number")] as const)
        .groupBy("name");
      const query = db
        .selectFrom("eval_suites")
        .innerJoin(newest.as("newest"), (join) =>
          join.onRef("newest.name", "=", "eval_suites.name").onRef("newest.number", "=", "eval_suites.number"),
        )
        .select(COLUMNS.map((column) => `eval_suites.${column}` as const))
        .where("eval_suites.project", "=", project);
      return (await query.orderBy("eval_suites.name").execute()).map(suiteOf);
    },
    async listEvalSuiteVersions(project, name, limit) {
      const query = kept(project).select(COLUMNS).where("name", "=", name).orderBy("number", "desc").limit(limit);
      return (await query.execute()).map(suiteOf);
    },
    async lastEvalSuiteNumber(project, name) {
      const query = db.selectFrom("eval_suites").where("project", "=", project).where("name", "=", name);
      const row = await query.select("number").orderBy("number", "desc").limit(1).executeTakeFirst();
      return row?.number ?? 0;
    },
    async countEvalSuiteBytes(project) {
      const { total } = await kept(project)
        .select(sql<number>`coalesce(sum(bytes), 0)`.as("total"))
        .executeTakeFirstOrThrow();
      return total;
    },
    async getEvalRun(project, id) {
      const row = await runs(project).selectAll().where("id", "=", id).executeTakeFirst();
      return row === undefined ? null : runOf(row);
    },
    async listEvalRuns(project, { limit, flag, suite }) {
      let query = runs(project).selectAll().where("canary", "is", null);
      if (flag !== undefined) query = query.where("flag", "=", flag);
      if (suite !== undefined) query = query.where("suite", "=", suite);
      return (await query.orderBy("sequence", "desc").limit(limit).execute()).map(runOf);
    },
    async listEvalRunsIn(state, limit) {
      const query = db.selectFrom("eval_runs").selectAll().where("state", "=", state);
      return (await query.orderBy("created_at").orderBy("project").orderBy("sequence").limit(limit).execute()).map(runOf);
    },
    async countWaitingEvalRuns(project) {
      const query = runs(project).select(({ fn }) => fn.countAll<number>().as("count"));
      return (await query.where("state", "in", UNFINISHED).where("canary", "is", null).executeTakeFirstOrThrow()).count;
    },
    async countCanaryReplays(project, canary) {
      const query = runs(project).select("canary").where("state", "in", UNFINISHED).where("canary", "is not", null);
      return (await query.execute()).filter(({ canary: text }) => replayOf(text)?.id === canary).length;
    },
    async lastEvalRunSequence(project) {
      const row = await runs(project).select("sequence").orderBy("sequence", "desc").limit(1).executeTakeFirst();
      return row?.sequence ?? 0;
    },
  };
}

export function evalSuiteWrites(db: Kysely<Tables>): EvalSuiteWrites {
  return {
    async putEvalSuite({ createdAt, summary, ...record }, suite) {
      const text = toJson(suite);
      const row = { ...record, summary: toJson(summary), suite: text, bytes: Buffer.byteLength(text), created_at: createdAt };
      await db.insertInto("eval_suites").values(row).execute();
    },
    async removeEvalSuite(project, name) {
      const query = db.updateTable("eval_suites").set({ suite: null, bytes: 0 });
      await query.where("project", "=", project).where("name", "=", name).execute();
    },
    async putEvalRun(record) {
      const { project, id, ...row } = rowOf(record);
      await db
        .insertInto("eval_runs")
        .values({ project, id, ...row })
        .onConflict((conflict) => conflict.columns(["project", "id"]).doUpdateSet(row))
        .execute();
    },
    async removeEvalRun(project, id) {
      await db.deleteFrom("eval_runs").where("project", "=", project).where("id", "=", id).execute();
    },
    async dropEvalRuns(project, kept) {
      const ended = db.selectFrom("eval_runs").where("project", "=", project).where("state", "not in", UNFINISHED);
      const stays = await ended.select("sequence").orderBy("sequence", "desc").offset(kept).limit(1).executeTakeFirst();
      if (stays === undefined) return;
      const query = db.deleteFrom("eval_runs").where("project", "=", project).where("state", "not in", UNFINISHED);
      await query.where("sequence", "<=", stays.sequence).execute();
    },
  };
}

function suiteOf({ summary, created_at, ...row }: Row): EvalSuiteRecord {
  return { ...row, summary: fromJson(summary) as EvalSuiteSummary, createdAt: created_at };
}

const replayOf = (text: string | null): CanaryReplay | null => fromJsonOrNull(text) as CanaryReplay | null;

function rowOf({
  suiteNumber,
  configHash,
  value,
  canary,
  actor,
  createdAt,
  startedAt,
  endedAt,
  ...same
}: EvalRunRecord): EvalRunTable {
  return {
    ...same,
    canary: canary === null ? null : toJson(canary),
    suite_number: suiteNumber,
    config_hash: configHash,
    value: toJson(value),
    actor: toJson(actor),
    created_at: createdAt,
    started_at: startedAt,
    ended_at: endedAt,
  };
}

function runOf({
  suite_number,
  config_hash,
  value,
  canary,
  actor,
  state,
  created_at,
  started_at,
  ended_at,
  ...same
}: EvalRunTable): EvalRunRecord {
  return {
    ...same,
    suiteNumber: suite_number,
    configHash: config_hash,
    value: fromJson(value) as JsonValue,
    canary: replayOf(canary),
    actor: fromJson(actor) as EvalRunRecord["actor"],
    state: state as EvalRunRecord["state"],
    createdAt: created_at,
    startedAt: started_at,
    endedAt: ended_at,
  };
}
