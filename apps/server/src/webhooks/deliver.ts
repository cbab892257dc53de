/** One try to deliver one message, and what the store remembers of it. */

import type { Actor, ChangeMessage, TestMessage } from "@dimmer/protocol";
import { type OutboundOutcome, sendRequest } from "../outbound/send-request.ts";
import type { ChangeRecord, StoreTransaction } from "../storage/store.ts";
import type { DeliveryRecord, WebhookRecord } from "../storage/webhook-record.ts";
import { changeMessage, messageId, signedHeaders, testMessage } from "./message.ts";
import { auditWebhook, signingKeys, WEBHOOK_LIMITS, type WebhookPorts } from "./webhooks.ts";

/** The first pause after a failure; each later one is three times as long, up to the longest. */
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 8 * 3_600_000;
/** Failing for so long disables a webhook. */
const GIVE_UP_MS = 24 * 3_600_000;
/** The receiver says that it wants no more. */
const GONE = 410;

const SERVER: Actor = { kind: "system", id: "webhooks", name: "Webhooks" };

export interface DeliverPorts extends WebhookPorts {
  /** Ends what is in flight when the server closes. */
  readonly signal: AbortSignal;
}

/**
 * Tries the next change of a webhook.
 *
 * Shape:  the cursor moves only when it was taken, in the transaction that notes the try. A process that dies in between sends the same
 *         message again, under the same id: at least once, in order.
 * Errors: the store's own.
 */
export async function deliverChange(ports: DeliverPorts, webhook: WebhookRecord, change: ChangeRecord): Promise<void> {
  const id = messageId(webhook.id, change.id);
  const outcome = await post(ports, webhook, id, changeMessage(change));
  if (ports.signal.aborted) return;
  await ports.store.transaction(async (tx) => {
    const present = await tx.getWebhook(webhook.project, webhook.id);
    // Removed, or moved on by somebody else meanwhile.
    if (present === null || present.cursor !== webhook.cursor) return;
    const next = isTaken(outcome) ? { ...recovered(present), cursor: change.sequence } : failed(ports, present, outcome);
    const state = isTaken(outcome) ? "delivered" : next.state === "disabled" ? "failed" : "retrying";
    await tx.putWebhook(next);
    await remember(tx, ports, present, { id, change: change.id, notice: null, state, attempts: present.attempts + 1, outcome });
    if (next.state === "disabled") await auditWebhook(tx, ports, SERVER, "webhook.disable", next);
  });
}

/** Sends a test; one that is taken ends a failing or disabled state. */
export async function deliverTest(
  ports: DeliverPorts,
  actor: Actor,
  webhook: WebhookRecord,
  id: string,
): Promise<DeliveryRecord> {
  const outcome = await post(ports, webhook, id, testMessage(webhook.project, webhook.id, ports.clock()));
  return await ports.store.transaction(async (tx) => {
    const present = await tx.getWebhook(webhook.project, webhook.id);
    const state = isTaken(outcome) ? "delivered" : "failed";
    if (present === null) return deliveryOf(ports, webhook, { id, change: null, notice: null, state, attempts: 1, outcome });
    if (isTaken(outcome)) {
      await tx.putWebhook(recovered(present));
      if (present.state === "disabled") await auditWebhook(tx, ports, actor, "webhook.enable", present);
    }
    return await remember(tx, ports, present, { id, change: null, notice: null, state, attempts: 1, outcome });
  });
}

/** Sends a change again that was sent before, under the same id; the cursor stays where it is. */
export async function redeliver(
  ports: DeliverPorts,
  webhook: WebhookRecord,
  change: ChangeRecord,
  attempts: number,
): Promise<DeliveryRecord> {
  const id = messageId(webhook.id, change.id);
  const outcome = await post(ports, webhook, id, changeMessage(change));
  const tried = {
    id,
    change: change.id,
    notice: null,
    state: isTaken(outcome) ? "delivered" : "failed",
    attempts: attempts + 1,
    outcome,
  } as const;
  return await ports.store.transaction(async (tx) => {
    const present = await tx.getWebhook(webhook.project, webhook.id);
    return present === null ? deliveryOf(ports, webhook, tried) : await remember(tx, ports, present, tried);
  });
}

async function post(
  ports: DeliverPorts,
  webhook: WebhookRecord,
  id: string,
  message: ChangeMessage | TestMessage,
): Promise<OutboundOutcome> {
  const body = JSON.stringify(message);
  const now = ports.clock();
  const headers = signedHeaders(id, now, body, signingKeys(ports.sealing, webhook, now));
  return await sendRequest({ url: webhook.url, headers, body, signal: ports.signal }, ports.outbound);
}

const isTaken = (outcome: OutboundOutcome): boolean => "status" in outcome && outcome.status >= 200 && outcome.status < 300;

const recovered = (webhook: WebhookRecord): WebhookRecord => ({
  ...webhook,
  state: "active",
  attempts: 0,
  failingSince: null,
  nextAt: 0,
});

function failed(ports: DeliverPorts, webhook: WebhookRecord, outcome: OutboundOutcome): WebhookRecord {
  const now = ports.clock();
  const failingSince = webhook.failingSince ?? now;
  const isOver = now - failingSince >= GIVE_UP_MS || ("status" in outcome && outcome.status === GONE);
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 3 ** webhook.attempts);
  return {
    ...webhook,
    state: isOver ? "disabled" : "failing",
    attempts: webhook.attempts + 1,
    failingSince,
    // Up to a tenth more, so that receivers that came back are not met by everybody at once.
    nextAt: now + Math.round(pause * (1 + (ports.random(1)[0] ?? 0) / 2_560)),
  };
}

type Try = Pick<DeliveryRecord, "id" | "change" | "notice" | "state" | "attempts"> & { readonly outcome: OutboundOutcome };

async function remember(tx: StoreTransaction, ports: DeliverPorts, webhook: WebhookRecord, tried: Try): Promise<DeliveryRecord> {
  const record = deliveryOf(ports, webhook, tried);
  await tx.putDelivery(record, WEBHOOK_LIMITS.deliveries);
  return record;
}

function deliveryOf(ports: DeliverPorts, { project, id: webhook }: WebhookRecord, { outcome, ...tried }: Try): DeliveryRecord {
  const status = "status" in outcome ? outcome.status : null;
  const said = status !== null && status >= 300 && status < 400 ? "Redirects are not followed." : null;
  return { project, webhook, ...tried, at: ports.clock(), status, error: "error" in outcome ? outcome.error : said };
}
