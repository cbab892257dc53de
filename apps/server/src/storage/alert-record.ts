/** Alerts in the store. */

import type { JsonValue } from "@dimmer/evaluation";
import type { Actor, AlertKind, AlertSeverity, AlertState, SuggestedAction } from "@dimmer/protocol";

export interface AlertRecord {
  readonly project: string;
  readonly id: string;
  /** Counts the project's alerts by when each was opened last, from 1. */
  readonly sequence: number;
  /** What it is about: at most one of a key is not resolved. */
  readonly key: string;
  readonly kind: AlertKind;
  readonly severity: AlertSeverity;
  readonly state: AlertState;
  readonly environment: string | null;
  readonly flag: string | null;
  readonly variant: string | null;
  readonly title: string;
  readonly cause: string;
  readonly evidence: JsonValue;
  readonly action: SuggestedAction | null;
  readonly times: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** When receivers were last told that it is open; null where they never were. */
  readonly toldAt: number | null;
  /** Whether the last that they were told is that it is open. */
  readonly isTold: boolean;
  readonly acknowledgedBy: Actor | null;
  readonly resolvedBy: Actor | null;
  readonly resolvedAt: number | null;
  readonly note: string | null;
}

export interface AlertPage {
  readonly limit: number;
  readonly before?: number | undefined;
  readonly states?: readonly AlertState[] | undefined;
  readonly severity?: AlertSeverity | undefined;
  readonly kind?: AlertKind | undefined;
  readonly flag?: string | undefined;
  readonly environment?: string | undefined;
  /** Those of these environments, and those of none. */
  readonly seen?: readonly string[] | undefined;
}

export interface AlertReads {
  getAlert(project: string, id: string): Promise<AlertRecord | null>;
  /** The newest of a key, resolved or not. */
  newestAlert(project: string, key: string): Promise<AlertRecord | null>;
  /** Those opened last first. */
  listAlerts(project: string, page: AlertPage): Promise<readonly AlertRecord[]>;
  /** How many of each severity match; the bounds of the page are left out. */
  countAlerts(project: string, page: Omit<AlertPage, "limit" | "before">): Promise<Readonly<Record<AlertSeverity, number>>>;
  /** Of those that are not resolved, the first opened of the least severe. */
  leastAlert(project: string): Promise<AlertRecord | null>;
  lastAlertSequence(project: string): Promise<number>;
}

export interface AlertWrites {
  putAlert(record: AlertRecord): Promise<void>;
  /** Keeps the newest `keep` of those that are resolved. */
  dropResolvedAlerts(project: string, keep: number): Promise<void>;
}
