/** Where the points of a plot lie: time left to right, zero at the bottom, a gap where nothing happened. */

import type { MetricPoint, MetricsView } from "@dimmer/protocol";

export type MeasureOf = (point: MetricPoint) => number | null;

export interface Line {
  readonly variant: string;
  /** An SVG path, in parts. */
  readonly paths: string;
  readonly last: number;
}

/** Shape: `first` and `last` are the times at its edges, epoch milliseconds; no number where there are no lines. */
export interface Plot {
  readonly lines: readonly Line[];
  readonly highest: number;
  readonly first: number;
  readonly last: number;
}

/** Shape: no line for a variant that never had the measure; a point that stands alone is a short dash, so that one sees it. */
export function layLines(
  { since, until, stepMs, series }: Pick<MetricsView, "since" | "until" | "stepMs" | "series">,
  measure: MeasureOf,
  { width, height }: { readonly width: number; readonly height: number },
): Plot {
  const end = Date.parse(until);
  const measured = series.flatMap(({ variant, points }) => {
    const known = points.flatMap((point) => {
      const value = measure(point);
      const at = Date.parse(point.at);
      // The step that is still running has less than it will have, and would look like a fall.
      return value === null || at + stepMs > end ? [] : [{ at, value }];
    });
    return known.length === 0 ? [] : [{ variant, known }];
  });
  const highest = Math.max(0, ...measured.flatMap(({ known }) => known.map(({ value }) => value)));
  // The plot begins where anything does, so that a new flag's first hour is not a speck at the edge of a month.
  const first = Math.max(Date.parse(since), Math.min(...measured.map(({ known }) => known[0]?.at ?? Number.POSITIVE_INFINITY)));
  const last = Math.max(...measured.map(({ known }) => known.at(-1)?.at ?? 0));
  const lengthMs = Math.max(stepMs, last - first);
  const x = (at: number): number => round(((at - first) / lengthMs) * width);
  const y = (value: number): number => round(height - (highest === 0 ? 0 : (value / highest) * height));
  const lines = measured.map(({ variant, known }) => ({
    variant,
    last: known.at(-1)?.value ?? 0,
    paths: known
      .map(({ at, value }, index) => {
        const isNext = index > 0 && at - (known[index - 1]?.at ?? 0) <= stepMs;
        const isAlone = !isNext && (known[index + 1]?.at ?? Number.POSITIVE_INFINITY) - at > stepMs;
        return `${isNext ? "L" : "M"}${x(at)} ${y(value)}${isAlone ? "h2" : ""}`;
      })
      .join(""),
  }));
  return { lines, highest, first, last };
}

const round = (value: number): number => Math.round(value * 10) / 10;
