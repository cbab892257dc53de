/** Webhooks in the store: each follows the logs of changes and notices by cursors of its own. */

import type { DeliveryState, WebhookEvents, WebhookFormat, WebhookState } from "@dimmer/protocol";
import type { ChangeRecord } from "./store.ts";

export interface WebhookRecord {
  readonly project: string;
  readonly id: string;
  readonly url: string;
  readonly state: WebhookState;
  /** Sequence of the last change that was delivered. */
  readonly cursor: number;
  /** Tries of the next message so far, since when they fail, and when the next one may be. */
  readonly attempts: number;
  readonly failingSince: number | null;
  readonly nextAt: number;
  readonly sealed: string;
  /** The secret before, while deliveries are signed with both. */
  readonly sealedBefore: string | null;
  readonly beforeUntil: number | null;
  readonly createdAt: number;
  readonly events: readonly WebhookEvents[];
  readonly format: WebhookFormat;
  /** Sequence of the last notice that was delivered. */
  readonly noticeCursor: number;
}

export interface DeliveryRecord {
  readonly project: string;
  readonly webhook: string;
  /** The message's id, the same for every try. */
  readonly id: string;
  /** Null for a notice and a test. */
  readonly change: string | null;
  /** Sequence of the notice; null for a change and a test. */
  readonly notice: number | null;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** Of the last try. */
  readonly at: number;
  readonly status: number | null;
  readonly error: string | null;
}

export interface WebhookReads {
  /** By id. */
  listWebhooks(project: string): Promise<readonly WebhookRecord[]>;
  getWebhook(project: string, id: string): Promise<WebhookRecord | null>;
  /** Of all projects, those that are not disabled. */
  listActiveWebhooks(): Promise<readonly WebhookRecord[]>;
  /** The first change after a sequence. */
  getChangeAfter(project: string, sequence: number): Promise<ChangeRecord | null>;
  /** Newest first. */
  listDeliveries(project: string, webhook: string): Promise<readonly DeliveryRecord[]>;
  getDelivery(project: string, webhook: string, id: string): Promise<DeliveryRecord | null>;
}

export interface WebhookWrites {
  putWebhook(record: WebhookRecord): Promise<void>;
  /** With its deliveries. */
  removeWebhook(project: string, id: string): Promise<void>;
  /** Keeps the newest `keep` of the webhook. */
  putDelivery(record: DeliveryRecord, keep: number): Promise<void>;
}
