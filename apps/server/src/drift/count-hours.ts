/** What an hour of a variant had of each metric. */

import type { DriftMetric, DriftSettings } from "@dimmer/protocol";
import type { DriftCounts } from "../storage/drift-record.ts";
import type { HourRow, HourScoreRow } from "../telemetry/event-hours.ts";
import type { HourCount } from "./freeze-baseline.ts";

/** One variant's hours, the earliest first. */
export interface CountedHour {
  readonly at: number;
  readonly counts: DriftCounts;
}

type Whose = { readonly flag: string; readonly variant: string };
export const whoseKey = ({ flag, variant }: Whose): string => JSON.stringify([flag, variant]);

/** Shape: by `whoseKey`; judges' scores go by `score:NAME`. */
export function countHours(
  rows: readonly HourRow[],
  scores: readonly HourScoreRow[],
): ReadonlyMap<string, readonly CountedHour[]> {
  const hours = new Map<string, Map<number, Record<string, { events: number; sum: number }>>>();
  const countsAt = (whose: Whose & { readonly at: number }): Record<string, { events: number; sum: number }> => {
    const key = whoseKey(whose);
    const mine = hours.get(key) ?? new Map<number, Record<string, { events: number; sum: number }>>();
    hours.set(key, mine);
    const counts = mine.get(whose.at) ?? {};
    mine.set(whose.at, counts);
    return counts;
  };
  for (const row of rows) Object.assign(countsAt(row), countRow(row));
  for (const row of scores) countsAt(row)[`score:${row.name}`] = { events: row.count, sum: row.sum };
  return new Map(
    Array.from(hours, ([key, mine]) => {
      const sorted = [...mine].sort(([one], [other]) => one - other);
      return [key, sorted.map(([at, counts]) => ({ at, counts }))] as const;
    }),
  );
}

/** Thumbs are of all runs, not of the rated ones; of calls where an app tells of no runs. */
function countRow(row: HourRow): DriftCounts {
  const runs = Math.max(row.runs > 0 ? row.runs : row.generations, row.thumbsDown);
  return {
    thumbs_down_rate: { events: runs, sum: row.thumbsDown },
    error_rate: { events: row.generations, sum: row.errors },
    refusal_rate: { events: row.generations, sum: row.refusals },
    slow_rate: { events: row.generations, sum: row.slow },
    output_tokens: { events: row.tokenCalls, sum: row.outputTokens },
    cost: { events: row.priced, sum: row.costMicroUsd },
  };
}

/** One metric's hours; those in which nothing of it happened are left out. */
export const hoursOf = (hours: readonly CountedHour[], metric: DriftMetric): readonly HourCount[] =>
  hours.flatMap(({ at, counts }) => {
    const count = counts[metric];
    return count === undefined || count.events === 0 ? [] : [{ at, ...count }];
  });

export const isRate = (metric: DriftMetric): boolean => metric.endsWith("_rate");

/** Whether the settings ask for a metric. */
export const isWatched = ({ metrics }: DriftSettings, metric: DriftMetric): boolean =>
  metric.startsWith("score:") ? metrics.includes("scores") : (metrics as readonly string[]).includes(metric);
