/** The log of notices, in SQL. */

import type { Kysely } from "kysely";
import type { NoticeTable } from "./acting-tables.ts";
import { fromJson, toJson } from "./json-column.ts";
import type { NoticeReads, NoticeRecord, NoticeWrites } from "./notice-record.ts";
import type { Tables } from "./tables.ts";

export function noticeReads(db: Kysely<Tables>): NoticeReads {
  const of = (project: string) => db.selectFrom("notices").where("project", "=", project);
  return {
    async getNoticeAfter(project, sequence, topics) {
      const query = of(project).selectAll().where("sequence", ">", sequence).where("topic", "in", topics);
      const row = await query.orderBy("sequence").limit(1).executeTakeFirst();
      return row === undefined ? null : noticeOf(row);
    },
    async getNotice(project, sequence) {
      const row = await of(project).selectAll().where("sequence", "=", sequence).executeTakeFirst();
      return row === undefined ? null : noticeOf(row);
    },
    async listNotices(project, after, limit) {
      const query = of(project).selectAll().where("sequence", ">", after).orderBy("sequence").limit(limit);
      return (await query.execute()).map(noticeOf);
    },
    async lastNoticeSequence(project) {
      const row = await of(project).select("sequence").orderBy("sequence", "desc").limit(1).executeTakeFirst();
      return row?.sequence ?? 0;
    },
  };
}

export function noticeWrites(db: Kysely<Tables>): NoticeWrites {
  return {
    async putNotice({ project, sequence, body, ...same }, keep) {
      const row = { ...same, body: toJson(body) };
      await db
        .insertInto("notices")
        .values({ project, sequence, ...row })
        .onConflict((conflict) => conflict.columns(["project", "sequence"]).doUpdateSet(row))
        .execute();
      await db
        .deleteFrom("notices")
        .where("project", "=", project)
        .where("sequence", "<=", sequence - keep)
        .execute();
    },
  };
}

function noticeOf(row: NoticeTable): NoticeRecord {
  return { ...row, topic: row.topic as NoticeRecord["topic"], body: fromJson(row.body) as NoticeRecord["body"] };
}
