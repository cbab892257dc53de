/** Change requests, in SQL. */

import type { Kysely } from "kysely";
import type { ChangeRequestReads, ChangeRequestRecord, ChangeRequestWrites } from "./change-request-record.ts";
import { fromJson, toJson } from "./json-column.ts";
import type { ChangeRequestTable, Tables } from "./tables.ts";

export function changeRequestReads(db: Kysely<Tables>): ChangeRequestReads {
  return {
    async getChangeRequest(project, id) {
      const query = db.selectFrom("change_requests").selectAll().where("project", "=", project).where("id", "=", id);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : requestOf(row);
    },
    async listChangeRequests(project, { limit, before, state }) {
      let query = db.selectFrom("change_requests").selectAll().where("project", "=", project);
      if (before !== undefined) query = query.where("sequence", "<", before);
      if (state !== undefined) query = query.where("state", "=", state);
      return (await query.orderBy("sequence", "desc").limit(limit).execute()).map(requestOf);
    },
    async lastChangeRequestSequence(project) {
      const query = db.selectFrom("change_requests").select("sequence").where("project", "=", project);
      return (await query.orderBy("sequence", "desc").limit(1).executeTakeFirst())?.sequence ?? 0;
    },
  };
}

export function changeRequestWrites(db: Kysely<Tables>): ChangeRequestWrites {
  return {
    async putChangeRequest(record) {
      const { project, id, ...row } = rowOf(record);
      await db
        .insertInto("change_requests")
        .values({ project, id, ...row })
        .onConflict((conflict) => conflict.columns(["project", "id"]).doUpdateSet(row))
        .execute();
    },
  };
}

function rowOf({ createdAt, updatedAt, settledAt, ...record }: ChangeRequestRecord): ChangeRequestTable {
  return {
    ...record,
    actor: toJson(record.actor),
    editor: toJson(record.editor),
    operations: toJson(record.operations),
    summary: toJson(record.summary),
    effects: toJson(record.effects),
    approvals: toJson(record.approvals),
    comments: toJson(record.comments),
    created_at: createdAt,
    updated_at: updatedAt,
    settled_at: settledAt,
  };
}

function requestOf({ created_at, updated_at, settled_at, ...row }: ChangeRequestTable): ChangeRequestRecord {
  return {
    ...row,
    state: row.state as ChangeRequestRecord["state"],
    actor: fromJson(row.actor) as ChangeRequestRecord["actor"],
    editor: fromJson(row.editor) as ChangeRequestRecord["editor"],
    operations: fromJson(row.operations) as ChangeRequestRecord["operations"],
    summary: fromJson(row.summary) as ChangeRequestRecord["summary"],
    effects: fromJson(row.effects) as ChangeRequestRecord["effects"],
    approvals: fromJson(row.approvals) as ChangeRequestRecord["approvals"],
    comments: fromJson(row.comments) as ChangeRequestRecord["comments"],
    createdAt: created_at,
    updatedAt: updated_at,
    settledAt: settled_at,
  };
}
