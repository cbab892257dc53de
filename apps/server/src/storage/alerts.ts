/** Alerts, in SQL. */

import type { Kysely, SelectQueryBuilder } from "kysely";
import { ALERT_SEVERITIES, type AlertSeverity } from "@dimmer/protocol";
import type { AlertTable } from "./acting-tables.ts";
import type { AlertPage, AlertReads, AlertRecord, AlertWrites } from "./alert-record.ts";
import { fromJson, fromJsonOrNull, toJson } from "./json-column.ts";
import type { Tables } from "./tables.ts";

export function alertReads(db: Kysely<Tables>): AlertReads {
  const of = (project: string) => db.selectFrom("alerts").where("project", "=", project);
  const one = async (query: SelectQueryBuilder<Tables, "alerts", AlertTable>) => {
    const row = await query.limit(1).executeTakeFirst();
    return row === undefined ? null : alertOf(row);
  };
  return {
    getAlert: async (project, id) => await one(of(project).selectAll().where("id", "=", id)),
    newestAlert: async (project, key) => await one(of(project).selectAll().where("key", "=", key).orderBy("sequence", "desc")),
    async listAlerts(project, { limit, before, ...match }) {
      let query = matching(of(project), match).selectAll();
      if (before !== undefined) query = query.where("sequence", "<", before);
      return (await query.orderBy("sequence", "desc").limit(limit).execute()).map(alertOf);
    },
    async countAlerts(project, match) {
      const counted = matching(of(project), match).groupBy("severity");
      const rows = await counted.select(({ fn }) => ["severity", fn.countAll<number>().as("count")]).execute();
      const count = (severity: AlertSeverity) => rows.find((row) => severityOf(row.severity) === severity)?.count ?? 0;
      return { page: count("page"), warn: count("warn"), note: count("note") };
    },
    leastAlert: async (project) =>
      await one(of(project).selectAll().where("state", "!=", "resolved").orderBy("severity", "desc").orderBy("sequence")),
    async lastAlertSequence(project) {
      const row = await of(project).select("sequence").orderBy("sequence", "desc").limit(1).executeTakeFirst();
      return row?.sequence ?? 0;
    },
  };
}

export function alertWrites(db: Kysely<Tables>): AlertWrites {
  return {
    async putAlert(record) {
      const { project, id, ...row } = rowOf(record);
      await db
        .insertInto("alerts")
        .values({ project, id, ...row })
        .onConflict((conflict) => conflict.columns(["project", "id"]).doUpdateSet(row))
        .execute();
    },
    async dropResolvedAlerts(project, keep) {
      const resolved = db.selectFrom("alerts").where("project", "=", project).where("state", "=", "resolved");
      const last = await resolved.select("sequence").orderBy("sequence", "desc").offset(keep).limit(1).executeTakeFirst();
      if (last === undefined) return;
      const old = db.deleteFrom("alerts").where("project", "=", project).where("state", "=", "resolved");
      await old.where("sequence", "<=", last.sequence).execute();
    },
  };
}

type AlertQuery<Output> = SelectQueryBuilder<Tables, "alerts", Output>;

function matching<Output>(query: AlertQuery<Output>, match: Omit<AlertPage, "limit" | "before">): AlertQuery<Output> {
  const { states, severity, kind, flag, environment, seen } = match;
  let found = query;
  if (states !== undefined) found = found.where("state", "in", states);
  if (severity !== undefined) found = found.where("severity", "=", ALERT_SEVERITIES.indexOf(severity));
  if (kind !== undefined) found = found.where("kind", "=", kind);
  if (flag !== undefined) found = found.where("flag", "=", flag);
  if (environment !== undefined) found = found.where("environment", "=", environment);
  if (seen !== undefined)
    found = found.where((where) => where.or([where("environment", "is", null), where("environment", "in", seen)]));
  return found;
}

/** The severe first, so that the database can order by it. */
const severityOf = (index: number): AlertSeverity => ALERT_SEVERITIES[index] ?? "note";

function rowOf(record: AlertRecord): AlertTable {
  const { severity, evidence, action, firstAt, lastAt, toldAt, isTold, acknowledgedBy, resolvedBy, resolvedAt, ...same } = record;
  return {
    ...same,
    severity: ALERT_SEVERITIES.indexOf(severity),
    evidence: toJson(evidence),
    action: action === null ? null : toJson(action),
    first_at: firstAt,
    last_at: lastAt,
    told_at: toldAt,
    is_told: isTold ? 1 : 0,
    acknowledged_by: acknowledgedBy === null ? null : toJson(acknowledgedBy),
    resolved_by: resolvedBy === null ? null : toJson(resolvedBy),
    resolved_at: resolvedAt,
  };
}

function alertOf(row: AlertTable): AlertRecord {
  const { first_at, last_at, told_at, is_told, acknowledged_by, resolved_by, resolved_at, ...same } = row;
  return {
    ...same,
    kind: row.kind as AlertRecord["kind"],
    severity: severityOf(row.severity),
    state: row.state as AlertRecord["state"],
    evidence: fromJson(row.evidence) as AlertRecord["evidence"],
    action: fromJsonOrNull(row.action) as AlertRecord["action"],
    firstAt: first_at,
    lastAt: last_at,
    toldAt: told_at,
    isTold: is_told === 1,
    acknowledgedBy: fromJsonOrNull(acknowledged_by) as AlertRecord["acknowledgedBy"],
    resolvedBy: fromJsonOrNull(resolved_by) as AlertRecord["resolvedBy"],
    resolvedAt: resolved_at,
  };
}
