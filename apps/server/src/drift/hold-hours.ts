/** Holds the hours of frozen references against them, one after the other. */

import type { DriftMetric } from "@dimmer/protocol";
import type {
  DetectorState,
  DriftBaseline,
  DriftHourRecord,
  DriftMarkRecord,
  DriftReferenceRecord,
  SeriesBaseline,
} from "../storage/drift-record.ts";
import type { StoreReader } from "../storage/store.ts";
import { DAY_MS, HOUR_MS } from "../telemetry/times.ts";
import { type CountedHour, isWatched, whoseKey } from "./count-hours.ts";
import { alarmAtOf, detect } from "./detect-drift.ts";
import type { WatchedVariant } from "./watched-variants.ts";

/** A reference that is frozen. */
export interface HeldReference {
  readonly reference: DriftReferenceRecord & { readonly baseline: DriftBaseline };
  readonly watched: WatchedVariant;
}

/** What came of the hours of one reference. */
export interface Held extends HeldReference {
  readonly records: readonly DriftHourRecord[];
  readonly before: DriftHourRecord | null;
}

/** The series of a reference that the settings still ask for. */
export function heldSeries({ reference, watched }: HeldReference): readonly (readonly [DriftMetric, SeriesBaseline])[] {
  const all = Object.entries(reference.baseline.series) as (readonly [DriftMetric, SeriesBaseline])[];
  return all.filter(([metric]) => isWatched(watched.settings, metric));
}

/**
 * Shape:  as many as references, in their order. An alarm takes a tenth within a day of a mark of another model.
 * Errors: the store's.
 * Source: reference statistics 4.
 */
export async function holdHours(
  store: StoreReader,
  live: readonly HeldReference[],
  hours: ReadonlyMap<string, readonly CountedHour[]>,
  marks: readonly DriftMarkRecord[],
): Promise<readonly Held[]> {
  const series = live.reduce((sum, one) => sum + heldSeries(one).length, 0);
  const held: Held[] = [];
  for (const one of live) {
    const { project, environment, id, flag, variant } = one.reference;
    const before = await store.lastDriftHour(id);
    const mine = (hours.get(whoseKey(one.reference)) ?? []).filter(({ at }) => at >= one.reference.baseline.until);
    const since = (mine[0]?.at ?? 0) - DAY_MS;
    const known = await store.listDriftMarks({ project, environment, flag }, since, MARKS);
    const changes = [...known, ...marks].filter(({ mark }) => mark.kind === "model" && mark.variant === variant);
    const alarmAt = (at: number): number => {
      const isCandidate = changes.some((change) => change.at < at + HOUR_MS && at < change.at + DAY_MS);
      return alarmAtOf(one.watched.settings.falseAlarmDays, series, isCandidate);
    };
    held.push({ ...one, before, records: holdAll(one, before, mine, alarmAt) });
  }
  return held;
}

const MARKS = 100;

function holdAll(
  one: HeldReference,
  before: DriftHourRecord | null,
  hours: readonly CountedHour[],
  alarmAt: (at: number) => number,
): readonly DriftHourRecord[] {
  const records: DriftHourRecord[] = [];
  let detectors = before?.detectors ?? {};
  for (const { at, counts } of hours) {
    const next: Partial<Record<DriftMetric, DetectorState>> = { ...detectors };
    for (const [metric, baseline] of heldSeries(one)) {
      const count = counts[metric] ?? { events: 0, sum: 0 };
      next[metric] = detect(baseline, detectors[metric] ?? null, { at, ...count }, alarmAt(at));
    }
    detectors = next;
    records.push({ reference: one.reference.id, at, counts, detectors });
  }
  return records;
}
