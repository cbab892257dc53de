/** The next message of a webhook: the older of what comes next in the logs that it follows. */

import { type AlertMessage, type ChangeMessage, NOTICE_TOPICS, type RolloutMessage } from "@dimmer/protocol";
import type { NoticeRecord } from "../storage/notice-record.ts";
import type { ChangeRecord, StoreReader } from "../storage/store.ts";
import type { WebhookRecord } from "../storage/webhook-record.ts";
import { changeMessage, messageId } from "./message.ts";

export interface Outgoing {
  /** The same for every try, and another for every receiver. */
  readonly id: string;
  readonly message: ChangeMessage | AlertMessage | RolloutMessage;
  /** One of both is null. */
  readonly change: string | null;
  readonly notice: number | null;
  /** Where the webhook is once it was taken. */
  readonly after: Pick<WebhookRecord, "cursor" | "noticeCursor">;
}

/**
 * Shape:  each log in its own order, both by time; null where the webhook has heard all that it wants.
 * Errors: the store's own.
 * Source: ADR-0063.
 */
export async function nextMessage(store: StoreReader, webhook: WebhookRecord): Promise<Outgoing | null> {
  const { project, cursor, noticeCursor, events } = webhook;
  const topics = NOTICE_TOPICS.filter((topic) => events.includes(topic));
  const change = events.includes("changes") ? await store.getChangeAfter(project, cursor) : null;
  const notice = topics.length === 0 ? null : await store.getNoticeAfter(project, noticeCursor, topics);
  if (notice === null) return change && ofChange(webhook, change);
  return change === null || notice.at < change.at ? ofNotice(webhook, notice) : ofChange(webhook, change);
}

export const ofChange = (webhook: WebhookRecord, change: ChangeRecord): Outgoing => ({
  id: messageId(webhook.id, change.id),
  message: changeMessage(change),
  change: change.id,
  notice: null,
  after: { cursor: change.sequence, noticeCursor: webhook.noticeCursor },
});

/** Its time is in the id, too: after a backup was put back, a number stands for another notice. */
export const ofNotice = (webhook: WebhookRecord, { sequence, at, body }: NoticeRecord): Outgoing => ({
  id: messageId(webhook.id, `notice_${at.toString(36)}_${sequence}`),
  message: body,
  change: null,
  notice: sequence,
  after: { cursor: webhook.cursor, noticeCursor: sequence },
});
