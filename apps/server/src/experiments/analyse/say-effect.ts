/** An effect in a sentence: what an arm does, by how much, and how sure that is. */

import type { ArmEffect, BuiltInExperimentMetric, ExperimentMetric, Interval } from "@dimmer/protocol";

/** What is said of an arm by the metric: of what is relative a verb, of a share its name. */
type Words = { readonly less: string; readonly more: string } | { readonly noun: string };

const WORDS: Readonly<Record<BuiltInExperimentMetric, Words>> = {
  error_rate: { noun: "the error rate" },
  timeout_rate: { noun: "the timeout rate" },
  refusal_rate: { noun: "the refusal rate" },
  fallback_rate: { noun: "the share of fallbacks" },
  thumbs_down_rate: { noun: "the share of thumbs down" },
  thumbs_up_rate: { noun: "the share of thumbs up" },
  acceptance_rate: { noun: "acceptance" },
  retry_rate: { noun: "the share of retries" },
  abandon_rate: { noun: "the share of abandoned runs" },
  cost: { less: "costs # less per person", more: "costs # more per person" },
  runs: { less: "is used # less", more: "is used # more" },
  cost_per_run: { less: "costs # less per run", more: "costs # more per run" },
  output_tokens: { less: "answers with # fewer tokens", more: "answers with # more tokens" },
  duration: { less: "is # faster", more: "is # slower" },
  duration_p50: { less: "is # faster at the median", more: "is # slower at the median" },
  duration_p95: { less: "is # faster at p95", more: "is # slower at p95" },
  first_chunk_p95: { less: "begins # sooner at p95", more: "begins # later at p95" },
};

const NOUNS: Readonly<Partial<Record<ExperimentMetric, string>>> = {
  cost: "cost per person",
  runs: "use",
  cost_per_run: "cost per run",
  output_tokens: "the length of answers",
  duration: "duration",
  duration_p50: "the median duration",
  duration_p95: "the p95 of durations",
  first_chunk_p95: "the p95 of first chunks",
};

const wordsOf = (metric: ExperimentMetric): Words =>
  Object.hasOwn(WORDS, metric) ? WORDS[metric as BuiltInExperimentMetric] : { noun: nounOf(metric) };

/** Shape: "acceptance", "cost per person", "checkout" for `metric:checkout`. */
export function nounOf(metric: ExperimentMetric): string {
  const words = Object.hasOwn(WORDS, metric) ? WORDS[metric as BuiltInExperimentMetric] : undefined;
  if (words !== undefined && "noun" in words) return words.noun;
  return NOUNS[metric] ?? metric.slice(metric.indexOf(":") + 1);
}

type Spoken = Omit<ArmEffect, "say" | "pAdjusted">;

/**
 * Shape:  a sentence with the arm's name first. Errors: none.
 */
export function sayEffect(effect: Spoken): string {
  const { variant, metric, reading } = effect;
  if (effect.difference === null) return `${variant}: ${nounOf(metric)} was not told of enough people yet.`;
  if (reading === "unclear") return `${variant}: ${sayWithin(effect)}.`;
  const words = wordsOf(metric);
  return "noun" in words ? `${variant}: ${sayChange(effect)}.` : `${variant} ${sayChange(effect)}.`;
}

/** Shape: "costs 41 % less per person (between 38 and 44 %)", "acceptance is 2.1 points higher (between 1.0 and 3.2)". */
export function sayChange(effect: Spoken): string {
  const { size, from, to, unit, isRise } = measured(effect);
  const between = from === null || to === null ? "" : ` (between ${number(from)} and ${number(to)}${unit === "%" ? " %" : ""})`;
  const words = wordsOf(effect.metric);
  const amount = unit === "" ? number(size) : `${number(size)} ${unit}`;
  if ("noun" in words) return `${words.noun} is ${amount} ${isRise ? "higher" : "lower"}${between}`;
  return `${(isRise ? words.more : words.less).replace("#", amount)}${between}`;
}

/** Shape: "acceptance is within 1.2 points", "cost per person is between 3 % less and 12 % more". */
export function sayWithin(effect: Spoken): string {
  const noun = nounOf(effect.metric);
  const { interval, unit } = spanOf(effect);
  const { lower, upper } = interval;
  if (lower === null || upper === null) return `nothing can be said of ${noun} yet`;
  const widest = Math.max(Math.abs(lower), Math.abs(upper));
  const isEven = Math.min(Math.abs(lower), Math.abs(upper)) >= widest / 2 && lower < 0 && upper > 0;
  const amount = (value: number) => (unit === "" ? number(value) : `${number(value)} ${unit}`);
  if (isEven || widest < CLOSE[unit]) return `${noun} is within ${amount(widest)}`;
  const end = (value: number) => `${amount(Math.abs(value))} ${value < 0 ? "less" : "more"}`;
  return `${noun} is between ${end(lower)} and ${end(upper)}`;
}
/** So narrow that the sides need not be told apart. */
const CLOSE = { points: 2, "%": 5, "": 0 } as const;

interface Span {
  readonly estimate: number;
  readonly interval: Interval;
  readonly unit: "points" | "%" | "";
}

/** Points of a share; else percent of the baseline; else the metric's own unit. */
function spanOf({ kind, difference, effect, sequential, fixed }: Spoken): Span {
  const own = difference ?? { value: 0, interval: { lower: null, upper: null } };
  const times = (by: number, { lower, upper }: Interval): Interval => ({
    lower: lower === null ? null : lower * by,
    upper: upper === null ? null : upper * by,
  });
  if (kind === "share") return { estimate: 100 * own.value, interval: times(100, own.interval), unit: "points" };
  if (effect === null || sequential === null) return { estimate: own.value, interval: own.interval, unit: "" };
  return { estimate: 100 * effect, interval: times(100, narrower(sequential, fixed)), unit: "%" };
}

/** What both reads leave; where they leave nothing in common the sequential one stays. */
function narrower(sequential: Interval, fixed: Interval | null): Interval {
  if (fixed === null) return sequential;
  const lower = Math.max(sequential.lower ?? Number.NEGATIVE_INFINITY, fixed.lower ?? Number.NEGATIVE_INFINITY);
  const upper = Math.min(sequential.upper ?? Number.POSITIVE_INFINITY, fixed.upper ?? Number.POSITIVE_INFINITY);
  return lower <= upper && Number.isFinite(lower) && Number.isFinite(upper) ? { lower, upper } : sequential;
}

function measured(effect: Spoken) {
  const { estimate, interval, unit } = spanOf(effect);
  const isRise = estimate > 0;
  const [from, to] = isRise ? [interval.lower, interval.upper] : [minus(interval.upper), minus(interval.lower)];
  return { size: Math.abs(estimate), from, to, unit, isRise };
}

const minus = (value: number | null): number | null => (value === null ? null : -value);

/** Two or three digits that count, and no more than anybody believes. */
function number(value: number): string {
  const size = Math.abs(value);
  if (size >= 10) return String(Math.round(value));
  return size >= 1 ? String(Number(value.toFixed(1))) : String(Number(value.toPrecision(2)));
}
