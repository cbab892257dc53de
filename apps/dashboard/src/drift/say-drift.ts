/** Drift in words: what each series is called, how its figures are said, and how it stands. */

import { sayCount, sayDollars, sayShare } from "@dimmer/evaluation";
import type { DriftMark, DriftMetric, DriftSeries, DriftState } from "@dimmer/protocol";
import type { Status } from "../ui/status-light.tsx";

const METRIC_WORDS: Readonly<Record<Exclude<DriftMetric, `score:${string}`>, string>> = {
  thumbs_down_rate: "Disliked",
  error_rate: "Errors",
  refusal_rate: "Refusals",
  slow_rate: "Slow answers",
  output_tokens: "Length of answers",
  cost: "Cost of a call",
};

export const sayMetric = (metric: DriftMetric): string =>
  metric.startsWith("score:") ? metric.slice("score:".length) : METRIC_WORDS[metric as keyof typeof METRIC_WORDS];

const UNITS: Readonly<Record<DriftSeries["unit"], (value: number) => string>> = {
  share: sayShare,
  tokens: (value) => sayCount(Math.round(value)),
  microUsd: sayDollars,
  score: (value) => Number(value.toPrecision(3)).toString(),
};
export const sayValueIn = (unit: DriftSeries["unit"]): ((value: number) => string) => UNITS[unit];

export const STATE_STATUS: Readonly<Record<DriftState, Status>> = {
  gathering: "unknown",
  quiet: "unknown",
  steady: "healthy",
  suspect: "warning",
  alarm: "danger",
};

export const STATE_WORDS: Readonly<Record<DriftState, string>> = {
  gathering: "Getting to know it",
  quiet: "Nothing came for a day",
  steady: "As it was",
  suspect: "May be changing",
  alarm: "Has changed",
};

const PRESSING: readonly DriftState[] = ["alarm", "suspect", "quiet", "steady", "gathering"];

/** What has changed first. */
export const pressingFirst = (series: readonly DriftSeries[]): readonly DriftSeries[] =>
  [...series].sort((one, other) => PRESSING.indexOf(one.state) - PRESSING.indexOf(other.state));

/** Marks of a series: those of its variant, and those of all. */
export const marksOf = (marks: readonly DriftMark[], variant: string): readonly DriftMark[] =>
  marks.filter((mark) => mark.variant === null || mark.variant === variant);
