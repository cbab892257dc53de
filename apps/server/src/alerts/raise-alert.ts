/** Raises an alert: one that stands counts on, one that was resolved a moment ago opens again, any other is new. */

import type { JsonValue } from "@dimmer/evaluation";
import { ALERT_LIMITS, ALERT_SEVERITIES, type AlertKind, type AlertSeverity, type SuggestedAction } from "@dimmer/protocol";
import { drawId } from "../access/draw-id.ts";
import type { AlertRecord } from "../storage/alert-record.ts";
import type { StoreTransaction } from "../storage/store.ts";
import { resolveAlert, tellOpen } from "./tell-alert.ts";

/** One that comes again within this time after it was resolved opens again; and so often, at most, is told what flaps. */
export const REOPEN_MS = 3_600_000;

export interface RaisedAlert {
  readonly project: string;
  /** What it is about: of one key there is one. */
  readonly key: string;
  readonly kind: AlertKind;
  readonly severity: AlertSeverity;
  readonly environment?: string;
  readonly flag?: string;
  readonly variant?: string;
  readonly title: string;
  readonly cause: string;
  readonly evidence: JsonValue;
  readonly action?: SuggestedAction;
}

export interface AlertPorts {
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly random: (bytes: number) => Uint8Array;
}

/**
 * Raises an alert in the caller's transaction.
 *
 * Shape:  the alert as it stands now. What somebody acknowledged stays so unless it gets more severe; receivers are told when it opens or
 *         gets more severe, not every time. Where there is no room, the least severe alert that has stood the longest is resolved; null
 *         where that would be this one.
 * Errors: the store's own. Texts and evidence beyond their bounds are cut, because an alert must never undo what it is about.
 * Source: ADR-0063.
 */
export async function raiseAlert(tx: StoreTransaction, ports: AlertPorts, raised: RaisedAlert): Promise<AlertRecord | null> {
  const before = await tx.newestAlert(raised.project, raised.key);
  const now = ports.clock();
  if (before !== null && before.state !== "resolved") return await countOn(tx, before, raised, now);
  if (!(await makeRoom(tx, raised, now))) return null;
  const sequence = (await tx.lastAlertSequence(raised.project)) + 1;
  if (before !== null && isRecent(before, now)) return await reopen(tx, { ...before, sequence }, raised, now);
  const { project, key, kind } = raised;
  const fresh = { project, id: drawId("alert", ports.random), sequence, key, kind, ...NOTHING_YET, firstAt: now };
  return await tellOpen(tx, { ...fresh, ...seen(raised, now), severity: raised.severity, times: 1 }, now);
}

const NOTHING_YET = {
  state: "open",
  toldAt: null,
  isTold: false,
  acknowledgedBy: null,
  resolvedBy: null,
  resolvedAt: null,
  note: null,
} as const;

async function countOn(tx: StoreTransaction, before: AlertRecord, raised: RaisedAlert, now: number): Promise<AlertRecord> {
  const isWorse = isMoreSevere(raised.severity, before.severity);
  const after: AlertRecord = { ...before, ...seen(raised, now), times: before.times + 1 };
  if (isWorse) return await tellOpen(tx, { ...after, severity: raised.severity, state: "open", acknowledgedBy: null }, now);
  // It opened again without a word, and has stood for long enough since.
  if (!before.isTold && before.state === "open" && !isTooSoon(before, now)) return await tellOpen(tx, after, now);
  await tx.putAlert(after);
  return after;
}

async function reopen(tx: StoreTransaction, before: AlertRecord, raised: RaisedAlert, now: number): Promise<AlertRecord> {
  const { severity } = raised;
  const after: AlertRecord = {
    ...before,
    ...seen(raised, now),
    ...NOTHING_YET,
    toldAt: before.toldAt,
    severity,
    times: before.times + 1,
  };
  const isNews = before.resolvedBy !== null || isMoreSevere(severity, before.severity) || !isTooSoon(before, now);
  if (isNews) return await tellOpen(tx, after, now);
  await tx.putAlert(after);
  return after;
}

/** Resolves the least severe where the project has as many as it may. */
async function makeRoom(tx: StoreTransaction, { project, severity }: RaisedAlert, now: number): Promise<boolean> {
  const { page, warn, note } = await tx.countAlerts(project, { states: ["open", "acknowledged"] });
  if (page + warn + note < ALERT_LIMITS.open) return true;
  const least = await tx.leastAlert(project);
  if (least === null || isMoreSevere(least.severity, severity)) return false;
  await resolveAlert(tx, least, { by: null, note: "Resolved to make room: too many alerts stood." }, now);
  return true;
}

/** What is newest of it. */
function seen(raised: RaisedAlert, now: number) {
  const { environment = null, flag = null, variant = null, title, cause, evidence, action = null } = raised;
  const [shortTitle, shortCause] = [title.slice(0, ALERT_LIMITS.titleChars), cause.slice(0, ALERT_LIMITS.causeChars)];
  return { environment, flag, variant, title: shortTitle, cause: shortCause, evidence: bounded(evidence), action, lastAt: now };
}

function bounded(evidence: JsonValue): JsonValue {
  const bytes = Buffer.byteLength(JSON.stringify(evidence));
  return bytes <= ALERT_LIMITS.evidenceBytes ? evidence : { leftOut: `The evidence has ${bytes} bytes.` };
}

const isRecent = ({ resolvedAt }: AlertRecord, now: number): boolean => resolvedAt !== null && now - resolvedAt < REOPEN_MS;
const isTooSoon = ({ toldAt }: AlertRecord, now: number): boolean => toldAt !== null && now - toldAt < REOPEN_MS;
const isMoreSevere = (one: AlertSeverity, other: AlertSeverity): boolean =>
  ALERT_SEVERITIES.indexOf(one) < ALERT_SEVERITIES.indexOf(other);
