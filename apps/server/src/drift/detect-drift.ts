/** Adds hours to a detector, one after the other, each held against what its past has of such an hour. */

import {
  addMeanBucket,
  addRateBucket,
  type DriftEvidence,
  driftThreshold,
  judgeDrift,
  type MeanWatch,
  type RateWatch,
  startDrift,
  watchMean,
  watchRate,
} from "@dimmer/statistics";
import type { DetectorState, SeriesBaseline } from "../storage/drift-record.ts";
import { expectedAt, type HourCount } from "./freeze-baseline.ts";

const HOURS_A_DAY = 24;
/** A change at the provider makes drift ten times as likely as it is on any other day. */
const CANDIDATE = Math.log(10);
/** How far evidence may go beyond an alarm: what has come back to its past must be seen to within days. */
const BEYOND_ALARM = 9;
/** Hours further out than this are no further evidence: one of them is an incident, and not a drift. */
const MOST_DEVIATIONS = 3;

/** ln of what it takes. Shape: `series` that share one false alarm in `falseAlarmDays`. */
export function alarmAtOf(falseAlarmDays: number, series: number, isCandidate: boolean): number {
  const threshold = Math.log(driftThreshold(falseAlarmDays * HOURS_A_DAY, Math.max(1, series)));
  return threshold - (isCandidate ? CANDIDATE : 0);
}

/**
 * Adds one hour.
 *
 * Shape:  the state before, null at the first; the same states come of the same hours, so that whatever was decided can be decided again.
 *         An hour without events changes nothing.
 * Errors: none.
 * Source: reference statistics 4; ADR-0060, ADR-0066.
 */
export function detect(baseline: SeriesBaseline, before: DetectorState | null, hour: HourCount, alarmAt: number): DetectorState {
  const watch = watchOf(baseline, hour.at);
  const evidence = before === null ? startDrift(watch) : { logTerms: before.logs, buckets: before.hours };
  const added = hour.events > 0 ? add(baseline, evidence, hour, watch) : evidence;
  const logs = added.logTerms.map((term) => Math.min(term, alarmAt + BEYOND_ALARM));
  const { logEvidence } = judgeDrift({ ...added, logTerms: logs }, watch, Number.MAX_VALUE);
  return { logs, hours: added.buckets, logEvidence: Math.max(LEAST, logEvidence), alarmAt };
}

/** No evidence is −∞, which JSON has no word for. */
const LEAST = -99;

function watchOf(baseline: SeriesBaseline, at: number): RateWatch | MeanWatch {
  return baseline.kind === "rate" ? watchRate(expectedAt(baseline, at)) : watchMean(0, 1);
}

function add(
  baseline: SeriesBaseline,
  evidence: DriftEvidence,
  { at, events, sum }: HourCount,
  watch: RateWatch | MeanWatch,
): DriftEvidence {
  // Events that hang together say as little as fewer that do not.
  const { designEffect } = baseline;
  if ("rate" in watch)
    return addRateBucket(evidence, { trials: events / designEffect, events: Math.min(sum, events) / designEffect }, watch);
  const deviations = (sum / events - expectedAt(baseline, at)) / (baseline.standardDeviation ?? 0);
  const fewer = Math.min(1, Math.sqrt(events / baseline.eventsAnHour));
  const z = Math.max(-MOST_DEVIATIONS, Math.min(MOST_DEVIATIONS, deviations * fewer));
  return addMeanBucket(evidence, z, watch);
}

/** Which way the last hours moved. Shape: null where nothing happened. */
export function directionOf(baseline: SeriesBaseline, hours: readonly HourCount[]): "up" | "down" | null {
  const some = hours.filter(({ events }) => events > 0);
  if (some.length === 0) return null;
  const moved = some.reduce((sum, hour) => sum + (hour.sum - hour.events * expectedAt(baseline, hour.at)), 0);
  return moved >= 0 ? "up" : "down";
}
