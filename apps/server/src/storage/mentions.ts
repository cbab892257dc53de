/** Finds the records whose stored text names somebody, in SQL. */

import { type Kysely, type RawBuilder, sql } from "kysely";
import type { MentionReads, MentionRecord } from "./mention-record.ts";
import type { Tables } from "./tables.ts";

/** A first sieve by `like`, which ignores case on some dialects and knows no JSON: the caller looks closer. */
export function mentionReads(db: Kysely<Tables>): MentionReads {
  return {
    async listMentions(project, text) {
      const found = SOURCES.map((source) => mentionQuery(source, project, text));
      const result = await sql<MentionRecord>`${sql.join(found, sql` union all `)} order by 1, 2, 3, 4, 5`.execute(db);
      return result.rows.map((row) => ({ ...row }));
    },
  };
}

/** Each source gives the same four columns: key, environment, variant, number. */
interface Source {
  readonly kind: MentionRecord["kind"];
  readonly table: keyof Tables;
  readonly columns: RawBuilder<unknown>;
  readonly json?: readonly string[];
  readonly plain?: readonly string[];
  readonly where?: RawBuilder<unknown>;
}

const SOURCES: readonly Source[] = [
  { kind: "flag", table: "flags", columns: sql`key, '' as environment, '' as variant, revision as number`, json: ["definition"] },
  {
    kind: "flag",
    table: "flag_environments",
    columns: sql`flag as key, environment, '' as variant, revision as number`,
    json: ["config"],
  },
  {
    kind: "variant",
    table: "flag_variants",
    columns: sql`flag as key, '' as environment, variant, latest as number`,
    json: ["only_condition", "draft"],
    plain: ["description"],
  },
  {
    kind: "value",
    table: "value_versions",
    columns: sql`flag as key, '' as environment, variant, number`,
    json: ["value", "written"],
  },
  {
    kind: "snippet",
    table: "snippet_versions",
    columns: sql`name as key, '' as environment, '' as variant, number`,
    plain: ["text"],
  },
  {
    kind: "segment",
    table: "segments",
    columns: sql`key, '' as environment, '' as variant, revision as number`,
    json: ["definition"],
  },
  {
    kind: "segment",
    table: "segment_environments",
    columns: sql`segment as key, environment, '' as variant, revision as number`,
    json: ["config"],
  },
  {
    kind: "context",
    table: "contexts",
    columns: sql`'' as key, '' as environment, '' as variant, revision as number`,
    json: ["declaration"],
  },
  {
    kind: "change",
    table: "changes",
    columns: sql`id as key, '' as environment, '' as variant, sequence as number`,
    json: ["actor", "operations", "inverse", "effects", "summary"],
    plain: ["reason"],
  },
  {
    kind: "change-request",
    table: "change_requests",
    columns: sql`id as key, '' as environment, '' as variant, sequence as number`,
    json: ["actor", "editor", "operations", "summary", "effects", "approvals", "comments"],
    plain: ["reason"],
  },
  revisionSource("flag-revision", "flag"),
  revisionSource("segment-revision", "segment"),
  {
    kind: "key",
    table: "keys",
    columns: sql`id as key, coalesce(environment, '') as environment, '' as variant, 0 as number`,
    plain: ["name"],
  },
  {
    kind: "schedule",
    table: "schedules",
    columns: sql`id as key, '' as environment, '' as variant, sequence as number`,
    json: ["actor", "operations"],
    plain: ["reason"],
  },
  {
    kind: "alert",
    table: "alerts",
    columns: sql`id as key, coalesce(environment, '') as environment, '' as variant, sequence as number`,
    json: ["evidence", "acknowledged_by", "resolved_by"],
    plain: ["title", "cause", "note"],
  },
  {
    kind: "notice",
    table: "notices",
    columns: sql`'' as key, '' as environment, '' as variant, sequence as number`,
    json: ["body"],
  },
  { kind: "link", table: "links", columns: sql`id as key, environment, '' as variant, 0 as number`, plain: ["name"] },
];

function revisionSource(kind: MentionRecord["kind"], noun: string): Source {
  const columns = sql`key, environment, '' as variant, revision as number`;
  return { kind, table: "revisions", columns, json: ["config"], where: sql` and kind = ${sql.lit(noun)}` };
}

function mentionQuery(source: Source, project: string, text: string): RawBuilder<unknown> {
  const tests = [
    ...(source.json ?? []).map((column) => holds(column, JSON.stringify(text).slice(1, -1))),
    ...(source.plain ?? []).map((column) => holds(column, text)),
  ];
  const where = sql`project = ${project} and (${sql.join(tests, sql` or `)})${source.where ?? sql``}`;
  return sql`select ${sql.lit(source.kind)} as kind, ${source.columns} from ${sql.table(source.table)} where ${where}`;
}

function holds(column: string, text: string): RawBuilder<unknown> {
  const pattern = `%${text.replaceAll(/[%_!]/g, "!$&")}%`;
  return sql`${sql.ref(column)} like ${pattern} escape '!'`;
}
