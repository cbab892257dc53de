/** Alerts: what somebody should look at, why, and what to do about it. */

import { z } from "zod";
import type { JsonValue } from "@dimmer/evaluation";
import type { Actor } from "./management.ts";
import type { Operation } from "./operations.ts";

export const ALERT_LIMITS = {
  /** Open ones that a project keeps; the oldest note goes before a new page does. */
  open: 1_000,
  /** Resolved ones that a project keeps. */
  kept: 5_000,
  titleChars: 200,
  causeChars: 2_000,
  evidenceBytes: 32 * 1024,
  noteChars: 2_000,
} as const;

export const ALERT_KINDS = [
  "rollout-rolled-back",
  "rollout-paused",
  "rollout-held",
  "drift",
  "provider-changed",
  "canary-failed",
  "silent-metric",
  "tier-leak",
  "premium-traffic",
  "model-retirement",
  "unpriced-model",
  "other-model",
  "budget-warning",
  "budget-step-down",
  "budget-burn",
  "drill-failed",
  "experiment-sample-ratio",
  "experiment-ready",
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** `page` wakes somebody, `warn` is for today, `note` for this week. */
export const ALERT_SEVERITIES = ["page", "warn", "note"] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

export const ALERT_STATES = ["open", "acknowledged", "resolved"] as const;
export type AlertState = (typeof ALERT_STATES)[number];

/** One call that may help. It is a suggestion: nothing of it happens by itself. */
export type SuggestedAction =
  | { readonly kind: "change"; readonly label: string; readonly operations: readonly Operation[] }
  | { readonly kind: "rollout"; readonly label: string; readonly rollout: string; readonly act: "pause" | "resume" | "abort" }
  | { readonly kind: "page"; readonly label: string; readonly path: string };

export interface AlertView {
  readonly id: string;
  readonly kind: AlertKind;
  readonly severity: AlertSeverity;
  readonly state: AlertState;
  readonly environment: string | null;
  readonly flag: string | null;
  readonly variant: string | null;
  readonly title: string;
  /** In words: what is seen, since when, and what most likely causes it. */
  readonly cause: string;
  readonly evidence: JsonValue;
  readonly action: SuggestedAction | null;
  /** How often it was raised while open. */
  readonly times: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly acknowledgedBy: Actor | null;
  /** Null where it resolved by itself. */
  readonly resolvedBy: Actor | null;
  readonly resolvedAt: string | null;
  readonly note: string | null;
}

export const AlertAct = z.strictObject({ note: z.string().max(ALERT_LIMITS.noteChars).optional() });
export type AlertAct = z.infer<typeof AlertAct>;

export type AlertCounts = Readonly<Record<AlertSeverity, number>>;

/** Which alerts are asked for; all of them unless something is named. */
export interface AlertQuery {
  /** `standing` is open or acknowledged. */
  readonly state?: AlertState | "standing" | undefined;
  readonly severity?: AlertSeverity | undefined;
  readonly kind?: AlertKind | undefined;
  readonly flag?: string | undefined;
  readonly environment?: string | undefined;
}

/** The body of a webhook about an alert that opened or got worse, that somebody took, or that was resolved. */
export interface AlertMessage {
  readonly type: "alert.opened" | "alert.acknowledged" | "alert.resolved";
  readonly timestamp: string;
  readonly data: Omit<AlertView, "evidence"> & { readonly project: string; readonly path: string };
}
