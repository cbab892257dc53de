/** What the management API says of telemetry: rows of the store made into views. */

import {
  type AttributeView,
  type EvaluationSeries,
  type EvaluationsView,
  type PeopleView,
  type UnknownFlagView,
} from "@dimmer/protocol";
import type { Place } from "../delivery/snapshot-hub.ts";
import { isWithinPrivate, type KnownFlags, shownValues } from "./admit-batch.ts";
import { estimatePeople } from "./estimate-people.ts";
import type { AttributeRow, SeriesRow, Span, TelemetryStore, TotalRow } from "./telemetry-store.ts";
import { DAY_MS, dayOf, HOUR_MS, MINUTE_MS, minuteOf } from "./times.ts";

/** The last `hours`, the running minute included. */
function spanOf(now: number, hours: number): Span {
  return { since: minuteOf(now - hours * HOUR_MS), until: minuteOf(now) + MINUTE_MS };
}

/** A week, today included. */
function weekOf(now: number): Span & { readonly today: number } {
  const today = dayOf(now);
  return { since: today - 6 * DAY_MS, until: today + DAY_MS, today };
}

/** So that a line has some hundreds of points at most; minutes are kept for a week only. */
function stepOf({ since, until }: Span): number {
  const lengthMs = until - since;
  return lengthMs <= 7 * HOUR_MS ? MINUTE_MS : lengthMs <= 15 * DAY_MS ? HOUR_MS : DAY_MS;
}

export async function readEvaluations(
  store: TelemetryStore,
  place: Place,
  now: number,
  { hours, flag }: { readonly hours: number; readonly flag?: string | undefined },
): Promise<EvaluationsView> {
  const span = spanOf(now, hours);
  const stepMs = stepOf(span);
  const [totals, rows] = await Promise.all([
    store.totals(place, span, flag),
    flag === undefined ? [] : store.series(place, span, stepMs, flag),
  ]);
  return {
    asOf: textOf(now),
    since: textOf(span.since),
    until: textOf(span.until),
    stepMs,
    totals: totals.map(({ lastAt, ...total }) => ({ ...total, lastAt: textOf(lastAt) })),
    series: seriesOf(rows),
  };
}

export async function readPeople(store: TelemetryStore, place: Place, now: number): Promise<PeopleView> {
  const { today, ...week } = weekOf(now);
  return estimatePeople(await store.people(place, week), today);
}

/**
 * What was seen of contexts, and how they fit what is declared; an attribute that is declared and was never there is listed too. What
 * has become private since it was counted is shown no more.
 */
export async function readAttributes(
  store: TelemetryStore,
  place: Place,
  now: number,
  flags: KnownFlags,
): Promise<readonly AttributeView[]> {
  const [rows, contexts] = await Promise.all([store.attributes(place), store.contexts(place, weekOf(now))]);
  const byPath = new Map<string, AttributeRow[]>();
  for (const row of rows) byPath.set(row.path, [...(byPath.get(row.path) ?? []), row]);
  const counted = contexts.map(({ path, values, ...counts }) => {
    return [path, { ...counts, values: shownValues({ path, values }, flags.declared) }] as const;
  });
  const declared = new Map(counted);
  const paths = [...new Set([...byPath.keys(), ...declared.keys()])].filter((path) => !isWithinPrivate(path, flags)).sort();
  return paths.map((path) => {
    const seen = byPath.get(path) ?? [];
    const counts = declared.get(path);
    return {
      path,
      types: seen.map(({ type }) => type),
      lastSeen: seen.length === 0 ? null : textOf(Math.max(...seen.map(({ lastDay }) => lastDay))).slice(0, 10),
      ...(counts === undefined ? {} : { declared: counts }),
    };
  });
}

/** Asked for in the last week, and still not there. */
export async function readUnknownFlags(
  store: TelemetryStore,
  place: Place,
  now: number,
  flags: KnownFlags,
): Promise<readonly UnknownFlagView[]> {
  const unknown = new Map<string, TotalRow>();
  for (const row of await store.totals(place, weekOf(now))) {
    if (row.errorCode !== "FLAG_NOT_FOUND" || flags.has(row.flag)) continue;
    const known = unknown.get(row.flag);
    const count = row.count + (known?.count ?? 0);
    unknown.set(row.flag, { ...row, count, lastAt: Math.max(row.lastAt, known?.lastAt ?? 0) });
  }
  return Array.from(unknown.values(), ({ flag, count, lastAt }) => ({ flag, count, lastAt: textOf(lastAt) }));
}

function seriesOf(rows: readonly SeriesRow[]): readonly EvaluationSeries[] {
  const byVariant = new Map<string | null, { at: string; count: number }[]>();
  for (const { variant, at, count } of rows) {
    const points = byVariant.get(variant) ?? [];
    byVariant.set(variant, points);
    points.push({ at: textOf(at), count });
  }
  return Array.from(byVariant, ([variant, points]) => ({ variant, points }));
}

const textOf = (at: number): string => new Date(at).toISOString();
