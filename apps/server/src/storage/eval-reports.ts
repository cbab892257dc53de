/** Eval reports, in SQL. */

import type { EvalItem } from "@dimmer/protocol";
import { type Kysely, sql } from "kysely";
import type {
  EvalReportReads,
  EvalReportRecord,
  EvalReportSummary,
  EvalReportWrites,
  EvaluatedContent,
} from "./eval-report-record.ts";
import { fromJson, fromJsonOrNull, toJson } from "./json-column.ts";
import type { EvalReportTable } from "./model-tables.ts";
import type { Tables } from "./tables.ts";

/** All but the items, which are most of it. */
const COLUMNS = [
  "project",
  "id",
  "sequence",
  "suite",
  "suite_version",
  "flag",
  "variant",
  "config_hash",
  "value_version",
  "model",
  "judge",
  "source",
  "at",
  "created_at",
  "summary",
] as const;
type Row = Pick<EvalReportTable, (typeof COLUMNS)[number]>;

export function evalReportReads(db: Kysely<Tables>): EvalReportReads {
  const of = (project: string) => db.selectFrom("eval_reports").where("project", "=", project);
  const ofContent = (project: string, { flag, suite, configHash }: EvaluatedContent) =>
    of(project).where("flag", "=", flag).where("suite", "=", suite).where("config_hash", "=", configHash);
  return {
    async getEvalReport(project, id) {
      const row = await of(project).select(COLUMNS).where("id", "=", id).executeTakeFirst();
      return row === undefined ? null : reportOf(row);
    },
    async listEvalItems(project, id) {
      const row = await of(project).select("items").where("id", "=", id).executeTakeFirst();
      return row === undefined ? [] : (fromJson(row.items) as readonly EvalItem[]);
    },
    async listEvalReports(project, { limit, before, flag, variant, suite }) {
      let query = of(project).select(COLUMNS);
      if (before !== undefined) query = query.where("sequence", "<", before);
      if (flag !== undefined) query = query.where("flag", "=", flag);
      if (variant !== undefined) query = query.where("variant", "=", variant);
      if (suite !== undefined) query = query.where("suite", "=", suite);
      return (await query.orderBy("sequence", "desc").limit(limit).execute()).map(reportOf);
    },
    async newestEvalReport(project, content) {
      const query = ofContent(project, content).select(COLUMNS).orderBy("sequence", "desc").limit(1);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : reportOf(row);
    },
    async countEvalReports(project, content, upTo) {
      const query = ofContent(project, content).select(({ fn }) => fn.countAll<number>().as("count"));
      const { count } = await query.where("sequence", "<=", upTo).executeTakeFirstOrThrow();
      return count;
    },
    async lastEvalReportSequence(project) {
      const row = await of(project).select("sequence").orderBy("sequence", "desc").limit(1).executeTakeFirst();
      return row?.sequence ?? 0;
    },
  };
}

export function evalReportWrites(db: Kysely<Tables>): EvalReportWrites {
  return {
    async putEvalReport({ suiteVersion, configHash, valueVersion, createdAt, judge, summary, ...record }, items) {
      const text = toJson(items);
      const row: EvalReportTable = {
        ...record,
        suite_version: suiteVersion,
        config_hash: configHash,
        value_version: valueVersion,
        judge: judge === null ? null : toJson(judge),
        created_at: createdAt,
        summary: toJson(summary),
        items: text,
        bytes: Buffer.byteLength(text),
      };
      await db.insertInto("eval_reports").values(row).execute();
    },
    async dropEvalReports(project, { kept, bytes }) {
      const query = db
        .selectFrom("eval_reports")
        .select(["sequence", sql<number>`sum(bytes) over (order by sequence desc)`.as("total")])
        .where("project", "=", project)
        .orderBy("sequence", "desc");
      const newest = await query.limit(kept).execute();
      const stays = newest.filter(({ total }, at) => at === 0 || total <= bytes).at(-1)?.sequence ?? 0;
      await db.deleteFrom("eval_reports").where("project", "=", project).where("sequence", "<", stays).execute();
    },
  };
}

function reportOf({ suite_version, config_hash, value_version, created_at, judge, summary, ...row }: Row): EvalReportRecord {
  return {
    ...row,
    suiteVersion: suite_version,
    configHash: config_hash,
    valueVersion: value_version,
    judge: fromJsonOrNull(judge) as EvalReportRecord["judge"],
    createdAt: created_at,
    summary: fromJson(summary) as EvalReportSummary,
  };
}
