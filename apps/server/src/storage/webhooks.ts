/** Webhooks and their last deliveries, in SQL. */

import type { Kysely } from "kysely";
import type { DeliveryTable, WebhookTable } from "./acting-tables.ts";
import { changeOf } from "./changes.ts";
import { fromJson, toJson } from "./json-column.ts";
import type { Tables } from "./tables.ts";
import type { DeliveryRecord, WebhookReads, WebhookRecord, WebhookWrites } from "./webhook-record.ts";

export function webhookReads(db: Kysely<Tables>): WebhookReads {
  const hooks = () => db.selectFrom("webhooks").selectAll().orderBy("project").orderBy("id");
  const deliveries = (project: string, webhook: string) =>
    db.selectFrom("webhook_deliveries").selectAll().where("project", "=", project).where("webhook", "=", webhook);
  return {
    async listWebhooks(project) {
      return (await hooks().where("project", "=", project).execute()).map(webhookOf);
    },
    async getWebhook(project, id) {
      const row = await hooks().where("project", "=", project).where("id", "=", id).executeTakeFirst();
      return row === undefined ? null : webhookOf(row);
    },
    async listActiveWebhooks() {
      return (await hooks().where("state", "!=", "disabled").execute()).map(webhookOf);
    },
    async getChangeAfter(project, sequence) {
      const query = db.selectFrom("changes").selectAll().where("project", "=", project).where("sequence", ">", sequence);
      const row = await query.orderBy("sequence").limit(1).executeTakeFirst();
      return row === undefined ? null : changeOf(row);
    },
    async listDeliveries(project, webhook) {
      return (await deliveries(project, webhook).orderBy("at", "desc").orderBy("id", "desc").execute()).map(deliveryOf);
    },
    async getDelivery(project, webhook, id) {
      const row = await deliveries(project, webhook).where("id", "=", id).executeTakeFirst();
      return row === undefined ? null : deliveryOf(row);
    },
  };
}

export function webhookWrites(db: Kysely<Tables>): WebhookWrites {
  const ofWebhook = (project: string, webhook: string) =>
    db.deleteFrom("webhook_deliveries").where("project", "=", project).where("webhook", "=", webhook);
  return {
    async putWebhook(record) {
      const { project, id, ...row } = rowOf(record);
      await db
        .insertInto("webhooks")
        .values({ project, id, ...row })
        .onConflict((conflict) => conflict.columns(["project", "id"]).doUpdateSet(row))
        .execute();
    },
    async removeWebhook(project, id) {
      await ofWebhook(project, id).execute();
      await db.deleteFrom("webhooks").where("project", "=", project).where("id", "=", id).execute();
    },
    async putDelivery({ project, webhook, id, ...row }, keep) {
      await db
        .insertInto("webhook_deliveries")
        .values({ project, webhook, id, ...row })
        .onConflict((conflict) => conflict.columns(["project", "webhook", "id"]).doUpdateSet(row))
        .execute();
      const newest = db
        .selectFrom("webhook_deliveries")
        .select("id")
        .where("project", "=", project)
        .where("webhook", "=", webhook)
        .orderBy("at", "desc")
        .orderBy("id", "desc")
        .limit(keep);
      await ofWebhook(project, webhook).where("id", "not in", newest).execute();
    },
  };
}

function rowOf(record: WebhookRecord): WebhookTable {
  const { failingSince, nextAt, sealedBefore, beforeUntil, createdAt, events, noticeCursor, ...same } = record;
  return {
    ...same,
    failing_since: failingSince,
    next_at: nextAt,
    sealed_before: sealedBefore,
    before_until: beforeUntil,
    created_at: createdAt,
    events: toJson(events),
    notice_cursor: noticeCursor,
  };
}

function webhookOf(row: WebhookTable): WebhookRecord {
  const { failing_since, next_at, sealed_before, before_until, created_at, notice_cursor, ...same } = row;
  return {
    ...same,
    state: row.state as WebhookRecord["state"],
    failingSince: failing_since,
    nextAt: next_at,
    sealedBefore: sealed_before,
    beforeUntil: before_until,
    createdAt: created_at,
    events: fromJson(row.events) as WebhookRecord["events"],
    format: row.format as WebhookRecord["format"],
    noticeCursor: notice_cursor,
  };
}

function deliveryOf(row: DeliveryTable): DeliveryRecord {
  return { ...row, state: row.state as DeliveryRecord["state"] };
}
