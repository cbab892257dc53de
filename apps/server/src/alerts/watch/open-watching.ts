/** Looks again and again at what goes on in each environment, and keeps its alerts as things are. */

import type { Snapshot } from "@dimmer/evaluation";
import { ALERT_LIMITS, type AlertKind } from "@dimmer/protocol";
import type { Place } from "../../delivery/snapshot-hub.ts";
import { findModelUses } from "../../models/find-model-uses.ts";
import { openPasses, type PassesPorts } from "../../open-passes.ts";
import type { AlertRecord } from "../../storage/alert-record.ts";
import type { Store, StoreTransaction } from "../../storage/store.ts";
import type { HabitStore } from "../../telemetry/habit-store.ts";
import { StoreGoneError } from "../../telemetry/telemetry-store.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../telemetry/times.ts";
import { type AlertPorts, type RaisedAlert, raiseAlert } from "../raise-alert.ts";
import { resolveAlert } from "../tell-alert.ts";
import { findRetiring } from "./model-retirement.ts";
import { BASELINE_MS, findPremium } from "./premium-traffic.ts";
import { findSilent } from "./silent-metric.ts";
import { restrictedOf } from "./tier-leak.ts";

export const WATCH_LIMITS = {
  /** Milliseconds between two looks. */
  everyMs: 10 * MINUTE_MS,
  retryMs: MINUTE_MS,
  /** What stands is raised again so often, at most, while it is still so. */
  againMs: HOUR_MS,
  /** What is told late is still to come. */
  delayMs: 2 * MINUTE_MS,
  /** Days whose same hours say what is usual: those of which every minute is known. */
  days: 6,
  /** What one sighting is enough for is over when there was none for so long. */
  seenMs: 2 * DAY_MS,
  /** Flags of one environment whose premium traffic is looked at. */
  premiumFlags: 100,
} as const;

const WINDOWS = [
  { windowMs: HOUR_MS, window: "hour" },
  { windowMs: 6 * HOUR_MS, window: "6 hours" },
] as const;

export interface WatchingPorts extends AlertPorts, Pick<PassesPorts, "setTimer" | "onFailure"> {
  readonly store: Store;
  readonly telemetry: HabitStore;
  readonly snapshotOf: (place: Place) => Snapshot | undefined;
  /** Wakes whoever follows the notices of a project. */
  readonly told: (project: string) => void;
}

export interface Watching {
  wake(): void;
  /** One look at everything, as a timer would make it. */
  look(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Shape:  what a look finds is raised, and what it finds no more is resolved; nothing is kept between two looks, so that a restart loses
 *         nothing. Where telemetry cannot be asked, nothing is said of what it would tell.
 * Errors: none; what fails is told to `onFailure`, and the next look comes soon.
 * Source: ADR-0063.
 */
export function openWatching(ports: WatchingPorts): Watching {
  let isClosed = false;
  const look = async (): Promise<void> => {
    for (const { key: project } of await ports.store.listProjects()) {
      if (isClosed) return;
      await lookAt(ports, project, () => isClosed);
    }
  };
  const runDue = async (): Promise<number> => {
    await look();
    return WATCH_LIMITS.everyMs;
  };
  const passes = openPasses({ ...ports, runDue, retryMs: WATCH_LIMITS.retryMs, what: "watching" });
  return {
    wake: () => passes.wake(),
    look,
    async close() {
      isClosed = true;
      await passes.close();
    },
  };
}

/** What one watcher found; `kind` and `environment` bound what it may resolve. */
interface Findings {
  readonly kind: AlertKind;
  /** Undefined for what is of the whole project. */
  readonly environment: string | undefined;
  readonly alerts: readonly RaisedAlert[];
}

/** One that is to end keeps nothing of what it has seen so far. */
async function lookAt(ports: WatchingPorts, project: string, isOver: () => boolean): Promise<void> {
  const environments = (await ports.store.listEnvironments(project)).map(({ key }) => key);
  const found: Findings[] = [await retiring(ports, project, environments)];
  for (const environment of environments) {
    const place = { project, environment };
    const snapshot = ports.snapshotOf(place);
    if (snapshot !== undefined) found.push(...(await habits(ports, place, snapshot)));
    if (isOver()) return;
  }
  const isTold = await ports.store.transaction(async (tx) => {
    const before = await tx.lastNoticeSequence(project);
    for (const findings of found) await keep(tx, ports, project, findings);
    await settleUnseen(tx, ports, project);
    return (await tx.lastNoticeSequence(project)) !== before;
  });
  if (isTold) ports.told(project);
}

async function retiring(ports: WatchingPorts, project: string, environments: readonly string[]): Promise<Findings> {
  const retirements = await ports.store.listModelRetirements(project);
  const uses = environments.flatMap((environment) => {
    const snapshot = retirements.length === 0 ? undefined : ports.snapshotOf({ project, environment });
    return snapshot === undefined ? [] : retirements.flatMap(({ model }) => findModelUses(snapshot, { model }));
  });
  return { kind: "model-retirement", environment: undefined, alerts: findRetiring(retirements, uses, ports.clock()) };
}

/** Nothing where the store of telemetry is away. */
async function habits(ports: WatchingPorts, place: Place, snapshot: Snapshot): Promise<readonly Findings[]> {
  const { environment } = place;
  try {
    return [
      { kind: "silent-metric", environment, alerts: await silences(ports, place) },
      { kind: "premium-traffic", environment, alerts: await premiumTraffic(ports, place, snapshot) },
    ];
  } catch (error) {
    if (error instanceof StoreGoneError) return [];
    throw error;
  }
}

/** The shorter time first: what it finds is said of it. */
async function silences({ telemetry, clock }: WatchingPorts, place: Place): Promise<readonly RaisedAlert[]> {
  const until = Math.floor((clock() - WATCH_LIMITS.delayMs) / MINUTE_MS) * MINUTE_MS;
  const found = new Map<string, RaisedAlert>();
  for (const { windowMs, window } of WINDOWS) {
    const question = { until, windowMs, days: WATCH_LIMITS.days };
    const [signals, asked] = [await telemetry.signals(place, question), await telemetry.asked(place, question)];
    for (const alert of findSilent(place, { signals, asked, window })) if (!found.has(alert.key)) found.set(alert.key, alert);
  }
  return [...found.values()];
}

async function premiumTraffic(ports: WatchingPorts, place: Place, snapshot: Snapshot): Promise<readonly RaisedAlert[]> {
  const now = ports.clock();
  const restricted = Object.entries(snapshot.flags)
    .map(([flag, definition]) => ({ flag, variants: restrictedOf(definition) }))
    .filter(({ variants }) => variants.length > 0)
    .slice(0, WATCH_LIMITS.premiumFlags);
  const found: RaisedAlert[] = [];
  for (const { flag, variants } of restricted) {
    const changedAt = await changedAtOf(ports.store, place, flag);
    const since = Math.max(now - BASELINE_MS, Math.ceil(changedAt / HOUR_MS) * HOUR_MS);
    const rows = await ports.telemetry.premium(place, { since, until: now, flag, variants });
    found.push(...findPremium(place, { flag, variants, rows }, now));
  }
  return found;
}

/** When the flag was changed last there, epoch milliseconds; 0 where nobody knows. */
async function changedAtOf(store: Store, { project, environment }: Place, flag: string): Promise<number> {
  const revision = (await store.getFlag(project, flag))?.environments[environment]?.revision;
  if (revision === undefined) return 0;
  const newest = await store.getRevision(project, environment, "flag", flag, revision);
  return newest === null ? 0 : ((await store.getChange(project, newest.change))?.at ?? 0);
}

async function keep(tx: StoreTransaction, ports: AlertPorts, project: string, findings: Findings): Promise<void> {
  const { kind, environment, alerts } = findings;
  const found = new Map(alerts.map((alert) => [alert.key, alert]));
  for (const record of await standing(tx, project, { kind, environment })) {
    const alert = found.get(record.key);
    found.delete(record.key);
    if (alert === undefined) await resolveAlert(tx, record, { by: null }, ports.clock());
    else if (isDue(record, alert, ports.clock())) await raiseAlert(tx, ports, alert);
  }
  for (const alert of found.values()) await raiseAlert(tx, ports, alert);
}

/** Not at every look, so that "seen 144 times" does not mean "since yesterday". */
const isDue = (record: AlertRecord, alert: RaisedAlert, now: number): boolean =>
  now - record.lastAt >= WATCH_LIMITS.againMs || record.severity !== alert.severity;

/** What telemetry saw once and has not seen for long. */
async function settleUnseen(tx: StoreTransaction, { clock }: AlertPorts, project: string): Promise<void> {
  const now = clock();
  for (const kind of ["tier-leak", "unpriced-model", "other-model"] as const)
    for (const record of await standing(tx, project, { kind, environment: undefined }))
      if (now - record.lastAt >= WATCH_LIMITS.seenMs) await resolveAlert(tx, record, { by: null }, now);
}

async function standing(
  tx: StoreTransaction,
  project: string,
  { kind, environment }: Pick<Findings, "kind" | "environment">,
): Promise<readonly AlertRecord[]> {
  return await tx.listAlerts(project, { states: ["open", "acknowledged"], kind, environment, limit: ALERT_LIMITS.open });
}
