/** What became of a flag's variants: rows of the telemetry store made into one view. */

import {
  METRIC_PARTS,
  type MetricDimension,
  type MetricPoint,
  type MetricSeries,
  type MetricsView,
  sayLeftOut,
  type VariantMetrics,
} from "@dimmer/protocol";
import type { Place } from "../delivery/snapshot-hub.ts";
import type { EventStore, MetricRow, PointRow } from "../telemetry/event-store.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, minuteOf } from "../telemetry/times.ts";
import { orNull } from "../telemetry/within-bound.ts";
import { askedBy, type NamedDefinition, reckonMetrics } from "./reckon-metrics.ts";

export interface MetricsAsked {
  readonly flag: string;
  readonly hours: number;
  readonly by: MetricDimension;
  /** What the project defines beside the built-in ones. */
  readonly definitions: readonly NamedDefinition[];
}

/** So that a line has some hundreds of points at most. The span is the hours that were asked for and a little more. */
const stepOf = (hours: number): number =>
  hours <= 3 ? MINUTE_MS : hours <= 24 ? 10 * MINUTE_MS : hours <= 15 * 24 ? HOUR_MS : DAY_MS;

/**
 * Shape:  the last `hours`, the running minute included. What takes too long beside the variants is left out.
 * Errors: the store's own.
 */
export async function readMetrics(
  store: EventStore,
  place: Place,
  now: number,
  { flag, hours, by, definitions }: MetricsAsked,
): Promise<MetricsView> {
  const span = { since: minuteOf(now - hours * HOUR_MS), until: minuteOf(now) + MINUTE_MS };
  const stepMs = stepOf(hours);
  // The store answers one after the other: what takes longest is asked for last.
  const [rows, points, models, shadow, values, told, bases, tasks] = await Promise.all([
    store.metrics(place, { ...span, flag, by }),
    orNull(store.points(place, { ...span, flag, stepMs })),
    orNull(store.modelsAnswered(place, span, flag)),
    orNull(store.shadows(place, span, flag)),
    orNull(store.values(place, span, flag)),
    definitions.length === 0 ? [] : orNull(store.told(place, { ...span, flag, asked: askedBy(definitions) })),
    definitions.length === 0 ? [] : orNull(store.bases(place, span, flag)),
    orNull(store.tasks(place, span, flag)),
  ]);
  const parts = {
    defined: told === null || bases === null ? null : reckonMetrics(definitions, told, bases),
    values,
    tasks,
    shadow,
    models: models?.map(({ lastAt, ...model }) => ({ ...model, lastAt: textOf(lastAt) })) ?? null,
    series: points === null ? null : seriesOf(points),
  };
  return {
    asOf: textOf(now),
    since: textOf(span.since),
    until: textOf(span.until),
    stepMs,
    // What is no call has no model.
    variants: rows.filter(({ part }) => by !== "model" || part !== null).map(viewOf),
    ...parts,
    leftOut: METRIC_PARTS.filter((what) => parts[what] === null).map((what) => ({ what, remark: sayLeftOut(what) })),
  };
}

function viewOf({ ratingSum, ...row }: MetricRow): VariantMetrics {
  return { ...row, ratingMean: row.ratings === 0 ? null : ratingSum / row.ratings };
}

/** The store gives the latest first, so that a flood of steps cuts off the oldest. */
function seriesOf(rows: readonly PointRow[]): readonly MetricSeries[] {
  const byVariant = new Map<string, MetricPoint[]>();
  for (const { variant, at, ...point } of [...rows].reverse()) {
    const points = byVariant.get(variant) ?? [];
    byVariant.set(variant, points);
    points.push({ ...point, at: textOf(at) });
  }
  return Array.from(byVariant, ([variant, points]) => ({ variant, points })).sort((one, other) =>
    one.variant < other.variant ? -1 : 1,
  );
}

const textOf = (at: number): string => new Date(at).toISOString();
