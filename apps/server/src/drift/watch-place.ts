/** One look at an environment: references that begin, are frozen or retire, and the hours since the last look held against them. */

import { WATCH_LIMITS } from "@dimmer/protocol";
import { drawId } from "../access/draw-id.ts";
import { settleAlert } from "../alerts/settle-alert.ts";
import type { Place } from "../delivery/snapshot-hub.ts";
import { announce } from "../flags/apply-change.ts";
import type { DriftPlaceRecord, DriftReferenceRecord } from "../storage/drift-record.ts";
import type { StoreReader, StoreTransaction } from "../storage/store.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../telemetry/times.ts";
import { countHours, whoseKey } from "./count-hours.ts";
import { actOnDrift, type ActPorts, alertKeyOf, explainAlarms } from "./act-on-drift.ts";
import { freezeReference } from "./freeze-reference.ts";
import { findNewModels } from "./find-new-models.ts";
import { type HeldReference, heldSeries, holdHours } from "./hold-hours.ts";
import { settingsOf, type WatchedVariant, watchedVariants } from "./watched-variants.ts";

/** What is told of an hour comes a while after it; what comes later than this is in no hour. */
const GRACE_MS = 15 * MINUTE_MS;
/** Hours that are looked at together after a downtime. */
const HOURS_AT_ONCE = 48;
/** Hours between attempts to freeze what has too few events yet. */
const FREEZE_EVERY = 6;

export interface WatchPorts extends ActPorts {
  readonly onFailure: (error: unknown, what: string) => void;
}

/**
 * Shape:  true where there are more hours to look at now. Each hour is looked at once, whoever looks: what is found is appended in one
 *         transaction with the mark of how far the environment was looked at, and that mark must still be where it was.
 * Errors: those of the stores.
 * Source: reference statistics 4; ADR-0066.
 */
export async function watchPlace(ports: WatchPorts, place: Place): Promise<boolean> {
  const closed = Math.floor((ports.clock() - GRACE_MS) / HOUR_MS) * HOUR_MS;
  const before = await ports.store.getDriftPlace(place.project, place.environment);
  if (before !== null && before.watchedUntil >= closed) return false;
  const watched = await listWatched(ports.store, place);
  const { live, retired } = await renewReferences(ports, place, watched);
  await freezeDue(ports, place, live, closed);
  const since = Math.max(before?.watchedUntil ?? closed - HOUR_MS, closed - WATCH_LIMITS.keptDays * DAY_MS);
  const until = Math.min(closed, since + HOURS_AT_ONCE * HOUR_MS);
  await lookAt(ports, place, { before, live: live.filter(isFrozen), retired, since, until });
  return until < closed;
}

interface Looked {
  readonly before: DriftPlaceRecord | null;
  readonly live: readonly HeldReference[];
  readonly retired: readonly DriftReferenceRecord[];
  readonly since: number;
  readonly until: number;
}

interface Watching {
  readonly reference: DriftReferenceRecord;
  readonly watched: WatchedVariant;
}

const isFrozen = (one: Watching): one is HeldReference => one.reference.baseline !== null;

/** Those of the flags by key; what is beyond the bound is not watched. */
async function listWatched(store: StoreReader, { project, environment }: Place): Promise<readonly WatchedVariant[]> {
  const kept = new Map((await store.listDriftSettings(project, environment)).map((record) => [record.flag, record]));
  const flags = await store.listFlags(project, { archived: false, environment });
  const watched = flags.flatMap((flag) => watchedVariants(flag, environment, settingsOf(flag, kept.get(flag.key))));
  return watched.slice(0, WATCH_LIMITS.variants);
}

/** A variant that is another than it was, or that nobody gets any more, is compared with its past no longer. */
async function renewReferences(ports: WatchPorts, place: Place, watched: readonly WatchedVariant[]) {
  const { project, environment } = place;
  const now = ports.clock();
  const current = new Map((await ports.store.listDriftReferences(project, environment)).map((one) => [whoseKey(one), one]));
  const live: Watching[] = [];
  const put: DriftReferenceRecord[] = [];
  const retired: DriftReferenceRecord[] = [];
  for (const one of watched) {
    const known = current.get(whoseKey(one));
    if (known?.configuration === one.configuration) {
      live.push({ reference: known, watched: one });
      continue;
    }
    if (known !== undefined) retired.push({ ...known, retiredAt: now });
    const { flag, variant, configuration, valueVersion, editedAt: since } = one;
    const id = drawId("drift", ports.random);
    const whole = { project, environment, id, flag, variant, configuration, valueVersion, since };
    const reference: DriftReferenceRecord = { ...whole, frozenAt: null, retiredAt: null, baseline: null };
    live.push({ reference, watched: one });
    put.push(reference);
  }
  if (put.length > 0)
    await ports.store.transaction(async (tx) => {
      for (const record of [...retired, ...put]) await tx.putDriftReference(record);
    });
  return { live, retired };
}

/** Where there was too little, it is tried again a few times a day. */
async function freezeDue(ports: WatchPorts, place: Place, live: Watching[], closed: number): Promise<void> {
  const isTurn = (closed / HOUR_MS) % FREEZE_EVERY === 0;
  for (const [at, { reference, watched }] of live.entries()) {
    const due = Math.ceil((reference.since + watched.settings.referenceDays * DAY_MS) / HOUR_MS) * HOUR_MS;
    if (reference.baseline !== null || closed < due || !(isTurn || closed === due)) continue;
    try {
      const baseline = await freezeReference(ports.events, place, watched, reference.since, closed);
      if (baseline === null) continue;
      const frozen = { ...reference, baseline, frozenAt: ports.clock() };
      await ports.store.transaction(async (tx) => await tx.putDriftReference(frozen));
      live[at] = { reference: frozen, watched };
    } catch (error) {
      ports.onFailure(error, `reference of ${watched.variant} of ${watched.flag}`);
    }
  }
}

async function lookAt(ports: WatchPorts, place: Place, { before, live, retired, since, until }: Looked): Promise<void> {
  const span = { since, until };
  const asked = live.map(({ reference, watched: { flag, variant, valueVersion } }) => {
    return { flag, variant, valueVersion, slowMs: reference.baseline.slowMs };
  });
  const scored = live.some(({ watched }) => watched.settings.metrics.includes("scores"));
  const rows = await ports.events.hours(place, { ...span, asked });
  const scores = scored ? await ports.events.hourScores(place, { ...span, asked }) : [];
  const hours = countHours(rows, scores);
  const marks = await findNewModels(ports, place, live, asked, span);
  const held = await holdHours(ports.store, live, hours, marks);
  const series = live.reduce((sum, one) => sum + heldSeries(one).length, 0);
  const alarms = await explainAlarms(ports, place, held, marks, until);
  const results = await ports.store.transaction(async (tx) => {
    const now = await tx.getDriftPlace(place.project, place.environment);
    if (now?.watchedUntil !== before?.watchedUntil) return [];
    await tx.appendDriftHours(held.flatMap((one) => one.records));
    for (const mark of marks) await tx.putDriftMark(mark);
    const acted = await actOnDrift(tx, ports, { marks, alarms, held });
    for (const reference of retired) await settleRetired(tx, ports, reference);
    await tx.putDriftPlace({ ...place, watchedUntil: until, series });
    await tx.dropDrift(place.project, place.environment, until - WATCH_LIMITS.keptDays * DAY_MS);
    return acted;
  });
  for (const result of results) announce(ports, place.project, result);
}

/** It is another variant now: whatever the old one did is over. */
async function settleRetired(tx: StoreTransaction, ports: WatchPorts, reference: DriftReferenceRecord): Promise<void> {
  for (const metric of Object.keys(reference.baseline?.series ?? {}))
    await settleAlert(tx, ports, { project: reference.project, key: alertKeyOf(reference, metric) });
}
