/** Webhooks: the server tells another that something changed, as https://www.standardwebhooks.com has it. */

import { z } from "zod";
import type { Change } from "./management.ts";
import type { OperationKind } from "./operations.ts";

/** What may be heard beside the changes. */
export const NOTICE_TOPICS = ["rollouts", "alerts"] as const;
export type NoticeTopic = (typeof NOTICE_TOPICS)[number];

export const WebhookEvents = z.enum(["changes", ...NOTICE_TOPICS]);
export type WebhookEvents = z.infer<typeof WebhookEvents>;

/** `slack` is what incoming webhooks of Slack take; others that do as Slack does take it, too. */
export const WebhookFormat = z.enum(["standard", "slack"]);
export type WebhookFormat = z.infer<typeof WebhookFormat>;

export const WebhookRequest = z.strictObject({
  url: z.string().min(1).max(2_048).describe("Where messages are posted to: https, a public address."),
  events: z
    .array(WebhookEvents)
    .min(1)
    .max(WebhookEvents.options.length)
    .refine((all) => new Set(all).size === all.length, "Name each once.")
    .default(["changes"])
    .describe("What is posted."),
  format: WebhookFormat.default("standard"),
});
export type WebhookRequest = z.input<typeof WebhookRequest>;

/** `failing`: the last try failed, others follow. `disabled`: it failed for a day, or the receiver said 410; a test that succeeds ends it. */
export const WebhookState = z.enum(["active", "failing", "disabled"]);
export type WebhookState = z.infer<typeof WebhookState>;

export const DeliveryState = z.enum(["delivered", "retrying", "failed"]);
export type DeliveryState = z.infer<typeof DeliveryState>;

export interface WebhookView {
  readonly id: string;
  readonly url: string;
  readonly state: WebhookState;
  /** Sequence of the last change that was delivered. */
  readonly cursor: number;
  readonly failingSince: string | null;
  /** When it is tried again, where it fails. */
  readonly nextAt: string | null;
  readonly createdAt: string;
}

/** The secret is shown in this answer and never again. */
export interface CreatedWebhook extends WebhookView {
  readonly secret: string;
}

/** One of the last messages. */
export interface DeliveryView {
  /** `webhook-id` of the message, the same for every try. */
  readonly id: string;
  /** Null for a test. */
  readonly change: string | null;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** Of the last try. */
  readonly at: string;
  readonly status: number | null;
  readonly error: string | null;
}

/** The body of a message about a change. No values of variants, and no secret. */
export interface ChangeMessage {
  readonly type: "change.applied";
  readonly timestamp: string;
  readonly data: Pick<Change, "id" | "sequence" | "actor" | "reason" | "source" | "summary" | "versions" | "undoes"> & {
    readonly project: string;
    readonly flags: readonly string[];
    readonly segments: readonly string[];
    readonly environments: readonly string[];
    /** Kinds, one an operation. */
    readonly operations: readonly OperationKind[];
    /** Where the API has all of it, diff included. */
    readonly path: string;
  };
}

/** The body of a test. */
export interface TestMessage {
  readonly type: "webhook.test";
  readonly timestamp: string;
  readonly data: { readonly project: string; readonly webhook: string };
}
