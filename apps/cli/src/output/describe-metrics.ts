/** Metrics of a flag's variants as a table, with lines of how cost and time went. */

import { sayCount, sayDollars, sayMilliseconds, sayShare } from "@dimmer/evaluation";
import { type MetricPoint, type MetricsView, sayBeside, sayTokens, type VariantMetrics } from "@dimmer/protocol";
import type { Output } from "./output.ts";

export interface MetricsOf {
  readonly flag: string;
  readonly environment: string;
  readonly hours: number;
}

export function describeMetrics(output: Output, view: MetricsView, { flag, environment, hours }: MetricsOf): string {
  if (view.variants.length === 0 && view.shadow?.length === 0)
    return `Nothing was told of ${flag} in ${environment} in the last ${hours} h.`;
  const isSplit = view.variants.some(({ part }) => part !== null);
  const head = [
    "variant",
    ...(isSplit ? ["of"] : []),
    "calls",
    "people",
    "errors",
    "p50",
    "p95",
    "first",
    "tokens",
    "cost",
    "a call",
    "liked",
  ];
  const rows = view.variants.map((metrics) => rowOf(metrics, isSplit));
  return [
    output.table(head, rows),
    ...lines(view),
    ...defined(view),
    ...values(view),
    ...sayBeside(view).map((remark) => `  ${remark}`),
  ].join("\n");
}

function rowOf(metrics: VariantMetrics, isSplit: boolean): string[] {
  const { variant, part, generations, people, errors, durationMs, firstChunkMs } = metrics;
  const { costMicroUsd, priced, thumbsUp, thumbsDown } = metrics;
  return [
    variant,
    ...(isSplit ? [part ?? ""] : []),
    sayCount(generations),
    sayCount(people),
    generations === 0 ? "" : sayShare(errors / generations),
    sayMilliseconds(durationMs.p50),
    sayMilliseconds(durationMs.p95),
    sayMilliseconds(firstChunkMs.p50),
    sayTokens(metrics),
    priced === 0 ? "unknown" : sayDollars(costMicroUsd),
    priced === 0 ? "" : sayDollars(costMicroUsd / priced),
    thumbsUp + thumbsDown === 0 ? "" : `${sayShare(thumbsUp / (thumbsUp + thumbsDown))} of ${sayCount(thumbsUp + thumbsDown)}`,
  ];
}

/** How p95 and cost went, a sign for each step. */
function lines(view: MetricsView): string[] {
  const drawn = (view.series ?? []).flatMap(({ variant, points }) => {
    const steps = everyStep(view, points);
    const times = sparkline(steps.map((point) => point?.durationMsP95 ?? null));
    const costs = sparkline(steps.map((point) => point?.costMicroUsd ?? null));
    return [`  ${variant}  p95 ${times}  cost ${costs}`];
  });
  return drawn.length === 0 ? [] : ["", ...drawn];
}

const LONGEST_LINE = 60;

/** The last steps, those in which nothing happened among them. */
function everyStep({ until, stepMs }: MetricsView, points: readonly MetricPoint[]): (MetricPoint | undefined)[] {
  const byTime = new Map(points.map((point) => [Date.parse(point.at), point]));
  const last = Math.floor((Date.parse(until) - 1) / stepMs) * stepMs;
  const first = Math.min(...byTime.keys());
  const number = Math.min(LONGEST_LINE, Math.round((last - first) / stepMs) + 1);
  return Array.from({ length: number }, (_, at) => byTime.get(last - (number - 1 - at) * stepMs));
}

const BARS = "▁▂▃▄▅▆▇█";

/** Between nothing and the highest; a step without a number is a gap. */
export function sparkline(numbers: readonly (number | null)[]): string {
  const highest = Math.max(0, ...numbers.map((number) => number ?? 0));
  return numbers
    .map((number) =>
      number === null ? " " : BARS.charAt(highest === 0 ? 0 : Math.round((number / highest) * (BARS.length - 1))),
    )
    .join("");
}

function defined({ defined: rows }: MetricsView): string[] {
  return (rows ?? []).map(({ name, variant, value, unit, direction, numerator, denominator }) => {
    const said = value === null ? "unknown" : `${Number(value.toPrecision(3))}${unit === null ? "" : ` ${unit}`}`;
    const parts = numerator === null || denominator === null ? "" : ` (${plain(numerator)} of ${plain(denominator)})`;
    return `  ${variant}  ${name}: ${said}${parts}, ${direction} is good`;
  });
}

const plain = (number: number): string => String(Number(number.toPrecision(6)));

function values({ values: rows }: MetricsView): string[] {
  return (rows ?? []).map(({ kind, variant, name, count, mean }) => {
    const average = mean === null ? "" : `, ${Number(mean.toPrecision(3))} on average`;
    return `  ${variant}  ${kind} ${name}: ${sayCount(count)}${average}`;
  });
}
