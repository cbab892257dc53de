/** Freezes what a variant was like, once it was looked at for long enough. */

import { DRIFT_MEANS, DRIFT_RATES, type DriftMetric, WATCH_LIMITS } from "@dimmer/protocol";
import type { Place } from "../delivery/snapshot-hub.ts";
import type { DriftBaseline, DriftReferenceRecord, SeriesBaseline } from "../storage/drift-record.ts";
import type { EventStore } from "../telemetry/event-store.ts";
import { DAY_MS } from "../telemetry/times.ts";
import { countHours, hoursOf, isRate, isWatched, whoseKey } from "./count-hours.ts";
import { freezeMean, freezeRate } from "./freeze-baseline.ts";
import type { WatchedVariant } from "./watched-variants.ts";

export type DriftQuestions = Pick<EventStore, "hours" | "hourScores" | "answered" | "inputSizes" | "metrics">;

/**
 * Shape:  null while there are too few events for any metric; the span then grows with time, up to `WATCH_LIMITS.references.maxDays`.
 *         `until` is the end of the last hour that has closed.
 * Errors: those of the event store.
 * Source: reference statistics 4; ADR-0066.
 */
export async function freezeReference(
  events: DriftQuestions,
  place: Place,
  { flag, variant, valueVersion, settings }: WatchedVariant,
  since: number,
  until: number,
): Promise<DriftBaseline | null> {
  const from = Math.max(since, until - WATCH_LIMITS.references.maxDays * DAY_MS);
  const span = { since: from, until };
  const slowMs = await slowThreshold(events, place, { flag, variant, valueVersion }, span);
  const question = { ...span, asked: [{ flag, variant, valueVersion, slowMs }] };
  const rows = await events.hours(place, question);
  const scores = settings.metrics.includes("scores") ? await events.hourScores(place, question) : [];
  const hours = countHours(rows, scores).get(whoseKey({ flag, variant })) ?? [];
  const names = [...new Set(scores.map(({ name }) => name))].slice(0, WATCH_LIMITS.scores);
  const metrics: DriftMetric[] = [...DRIFT_RATES, ...DRIFT_MEANS, ...names.map((name) => `score:${name}` as const)];
  const series = metrics.flatMap((metric): (readonly [DriftMetric, SeriesBaseline])[] => {
    if (!isWatched(settings, metric) || (metric === "slow_rate" && slowMs === null)) return [];
    const freeze = isRate(metric) ? freezeRate : freezeMean;
    const frozen = freeze(hoursOf(hours, metric), settings.referenceEvents);
    return frozen === null ? [] : [[metric, frozen]];
  });
  if (series.length === 0) return null;
  const answered = await events.answered(place, question);
  const models = [...new Set(answered.map(({ model }) => model))].slice(0, MODELS);
  return { from, until, slowMs, series: Object.fromEntries(series), models, inputs: await events.inputSizes(place, question) };
}

const MODELS = 50;

async function slowThreshold(
  events: DriftQuestions,
  place: Place,
  { flag, variant, valueVersion }: Pick<DriftReferenceRecord, "flag" | "variant" | "valueVersion">,
  span: { readonly since: number; readonly until: number },
): Promise<number | null> {
  const rows = await events.metrics(place, { ...span, flag, by: valueVersion === null ? "none" : "valueVersion" });
  const part = valueVersion === null ? null : String(valueVersion);
  return rows.find((row) => row.variant === variant && row.part === part)?.durationMs.p95 ?? null;
}
