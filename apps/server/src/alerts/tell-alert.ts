/** Keeps an alert that opened or was resolved, and tells whoever follows the notices. */

import { ALERT_LIMITS, type Actor, type AlertMessage } from "@dimmer/protocol";
import type { AlertRecord } from "../storage/alert-record.ts";
import type { StoreTransaction } from "../storage/store.ts";
import { appendNotice } from "../webhooks/append-notice.ts";
import { viewAlert } from "./view-alert.ts";

export async function tellOpen(tx: StoreTransaction, alert: AlertRecord, now: number): Promise<AlertRecord> {
  const told = { ...alert, toldAt: now, isTold: true };
  await tx.putAlert(told);
  await tell(tx, "alert.opened", told, now);
  return told;
}

export interface Resolution {
  /** Null where it resolves by itself. */
  readonly by: Actor | null;
  readonly note?: string | undefined;
}

/** Tells it only where the last word was that it is open. */
export async function resolveAlert(
  tx: StoreTransaction,
  alert: AlertRecord,
  { by, note }: Resolution,
  now: number,
): Promise<AlertRecord> {
  const resolved: AlertRecord = {
    ...alert,
    state: "resolved",
    isTold: false,
    resolvedBy: by,
    resolvedAt: now,
    note: note ?? alert.note,
  };
  await tx.putAlert(resolved);
  await tx.dropResolvedAlerts(alert.project, ALERT_LIMITS.kept);
  if (alert.isTold) await tell(tx, "alert.resolved", resolved, now);
  return resolved;
}

/** The evidence stays in the API, behind a token: it may say more than a chat should know. */
export async function tell(tx: StoreTransaction, type: AlertMessage["type"], alert: AlertRecord, now: number): Promise<void> {
  const { project, id } = alert;
  const { evidence: _evidence, ...shown } = viewAlert(alert);
  const path = `/api/v1/projects/${encodeURIComponent(project)}/alerts/${id}`;
  const body = { type, timestamp: new Date(now).toISOString(), data: { ...shown, project, path } };
  await appendNotice(tx, { project, type, body });
}
