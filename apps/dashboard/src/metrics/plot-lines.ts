/** What a plot draws: every variant at the same moments, with a gap where nothing happened. */

import type { MetricPoint, MetricSeries, MetricsView } from "@dimmer/protocol";

export type MeasureOf = (point: MetricPoint) => number | null;

export interface PlotLine {
  readonly variant: string;
  /** One for each moment; null where nothing happened. */
  readonly values: readonly (number | null)[];
  /** The newest that is known. */
  readonly last: number;
}

/** Shape: no moment where there is no line. */
export interface PlotLines {
  /** Epoch milliseconds, in equal steps. */
  readonly times: readonly number[];
  readonly lines: readonly PlotLine[];
  readonly highest: number;
}

/** Metrics whose lines are not left out. */
export type PlottedMetrics = MetricsView & { readonly series: readonly MetricSeries[] };

/** Shape: no line for a variant that never had the measure; the moments are the same for every measure, so that plots stand above each other. */
export function plotLines(
  { since, until, stepMs, series }: Pick<PlottedMetrics, "since" | "until" | "stepMs" | "series">,
  measure: MeasureOf,
): PlotLines {
  const end = Date.parse(until);
  // The step that is still running has less than it will have, and would look like a fall.
  const whole = series.map(({ variant, points }) => ({
    variant,
    points: points.map((point) => ({ at: Date.parse(point.at), point })).filter(({ at }) => at + stepMs <= end),
  }));
  const moments = whole.flatMap(({ points }) => points.map(({ at }) => at));
  if (moments.length === 0) return NOTHING;
  // It begins where anything does, so that a new flag's first hour is not a speck at the edge of a month.
  const first = Math.max(Date.parse(since), Math.min(...moments));
  const steps = Math.round((Math.max(...moments) - first) / stepMs) + 1;
  const times = Array.from({ length: steps }, (_, index) => first + index * stepMs);
  const lines = whole.flatMap(({ variant, points }) => {
    const byTime = new Map(points.map(({ at, point }) => [at, measure(point)]));
    const values = times.map((at) => byTime.get(at) ?? null);
    const last = values.filter((value) => value !== null).at(-1);
    return last === undefined ? [] : [{ variant, values, last }];
  });
  return { times, lines, highest: Math.max(0, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0))) };
}

const NOTHING: PlotLines = { times: [], lines: [], highest: 0 };

/** What stands at one moment, for whoever looks there: "opus 1.2 s, sonnet 900 ms". */
export const sayLines = (lines: readonly PlotLine[], at: number | undefined, say: (value: number) => string): string =>
  lines
    .map(({ variant, values, last }) => {
      const value = at === undefined ? last : (values[at] ?? null);
      return `${variant} ${value === null ? "nothing" : say(value)}`;
    })
    .join(", ");

/** Dashes beside colours, so that lines are told apart by whoever does not see these: by the place among the flag's variants. */
const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [9, 3, 2, 3], [4, 2], [1, 4], [12, 4], [6, 2, 2, 2]];
export const dashOf = (variants: readonly string[], variant: string): readonly number[] =>
  DASHES[Math.max(0, variants.indexOf(variant)) % DASHES.length] ?? [];
