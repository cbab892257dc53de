/** What became of a flag's variants: cost, speed, failures and what people made of the answers. */

import type { DefinedMetric } from "./metric-definitions.ts";

/** Milliseconds, of the calls that did not fail; null where there was none. */
export interface QuantilesView {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/**
 * What a variant did.
 *
 * Shape:  counts and sums; money in whole micro-dollars. Tokens and cost are summed over the calls that told them, and `usageUnknown` and
 *         `costUnknown` are how many did not: unknown is not 0. `errors` leaves out what the app itself ended, and `timeouts` are among
 *         them. Nothing that an override forced is in it.
 */
export interface VariantMeasures {
  /** As they were told: an SDK tells of each person's once an hour. */
  readonly exposures: number;
  /** Different targeting keys, in whatever names them. */
  readonly people: number;
  readonly runs: number;
  /** Runs that something else of the flag's fallback answered. */
  readonly runsFallback: number;
  /** Runs that the app's own default answered, or nobody; not those that the app itself ended. */
  readonly runsDefault: number;
  readonly generations: number;
  readonly errors: number;
  readonly timeouts: number;
  readonly refusals: number;
  readonly durationMs: QuantilesView;
  readonly firstChunkMs: QuantilesView;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly reasoningTokens: number;
  readonly usageUnknown: number;
  readonly costMicroUsd: number;
  /** Calls whose cost is known; the mean is of these. */
  readonly priced: number;
  readonly costUnknown: number;
  readonly toolCalls: number;
  readonly thumbsUp: number;
  readonly thumbsDown: number;
  readonly ratings: number;
  /** Between 0 and 1; null where nobody rated. */
  readonly ratingMean: number | null;
  readonly accepted: number;
  readonly edited: number;
  readonly retried: number;
  readonly abandoned: number;
}

export const METRIC_DIMENSIONS = ["none", "rule", "valueVersion", "model"] as const;
export type MetricDimension = (typeof METRIC_DIMENSIONS)[number];

export interface VariantMetrics extends VariantMeasures {
  readonly variant: string;
  /** The rule (or `default`, `target`, …), the value version, or the model that answered, where one was asked for. */
  readonly part: string | null;
}

/** One step of a variant's line; the measures as in `VariantMeasures`. */
export interface MetricPoint {
  readonly at: string;
  readonly generations: number;
  readonly errors: number;
  readonly durationMsP50: number | null;
  readonly durationMsP95: number | null;
  readonly durationMsP99: number | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly usageUnknown: number;
  readonly costMicroUsd: number;
  readonly priced: number;
  readonly thumbsUp: number;
  readonly thumbsDown: number;
}

export interface MetricSeries {
  readonly variant: string;
  readonly points: readonly MetricPoint[];
}

/** A judge's score, or a metric of the app's own. */
export interface ValueMetric {
  readonly kind: "score" | "metric";
  readonly variant: string;
  readonly name: string;
  readonly count: number;
  readonly mean: number | null;
  readonly sum: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
}

/**
 * What became of the tasks that a variant was involved in, each counted for every variant that was.
 *
 * Shape:  tasks whose end was told; a task is all that was told of it, of whatever flag. The cost is of the `priced` tasks, all of whose
 *         calls have a price; thumbs are those of any run in the tasks, the last of each; durations are of those whose end told one.
 */
export interface TaskMetrics {
  readonly variant: string;
  readonly tasks: number;
  readonly succeeded: number;
  readonly durationMs: QuantilesView;
  readonly generations: number;
  readonly steps: number;
  readonly costMicroUsd: number;
  readonly priced: number;
  readonly thumbsUp: number;
  readonly thumbsDown: number;
}

/** A variant that was tried unseen: its calls, as in `VariantMeasures`, and in no row there. */
export interface ShadowMetrics extends Pick<
  VariantMeasures,
  | "generations"
  | "errors"
  | "durationMs"
  | "inputTokens"
  | "outputTokens"
  | "usageUnknown"
  | "costMicroUsd"
  | "priced"
  | "costUnknown"
> {
  readonly variant: string;
}

/** A model that answered; `unpriced` of its calls have no price, and so are in no sum of cost. */
export interface ModelAnswered {
  readonly variant: string;
  readonly provider: string | null;
  readonly requestModel: string | null;
  readonly responseModel: string | null;
  readonly generations: number;
  readonly unpriced: number;
  readonly lastAt: string;
}

/** What an answer may do without. */
export const METRIC_PARTS = ["series", "models", "shadow", "values", "defined", "tasks"] as const;
export type MetricPart = (typeof METRIC_PARTS)[number];

/** What took too long to add up, and what to do about it. */
export interface LeftOut {
  readonly what: MetricPart;
  readonly remark: string;
}

/** Shape: what is in `leftOut` is null, and nothing else is. */
export interface MetricsView {
  /** The server's clock. */
  readonly asOf: string;
  readonly since: string;
  readonly until: string;
  readonly stepMs: number;
  readonly variants: readonly VariantMetrics[];
  /** What the project defines. */
  readonly defined: readonly DefinedMetric[] | null;
  readonly values: readonly ValueMetric[] | null;
  readonly tasks: readonly TaskMetrics[] | null;
  readonly shadow: readonly ShadowMetrics[] | null;
  readonly models: readonly ModelAnswered[] | null;
  readonly series: readonly MetricSeries[] | null;
  readonly leftOut: readonly LeftOut[];
}
