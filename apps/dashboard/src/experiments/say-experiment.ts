/** Experiments in words: what each metric is called, how an effect is said, and what a verdict means. */

import { sayCount, sayDollars, sayMilliseconds, sayShare } from "@dimmer/evaluation";
import {
  type ArmEffect,
  type BuiltInExperimentMetric,
  EXPERIMENT_METRICS,
  type ExperimentMetric,
  type ExperimentResult,
  type ExperimentState,
  type ExperimentVerdict,
  type ExperimentView,
  type SegmentEffect,
} from "@dimmer/protocol";
import type { Status } from "../ui/status-light.tsx";

interface MetricWords {
  readonly title: string;
  readonly say: (value: number) => string;
}

const tokens = (value: number): string => sayCount(Math.round(value));
const plain = (value: number): string => Number(value.toPrecision(3)).toLocaleString("en");

const WORDS: Readonly<Record<BuiltInExperimentMetric, MetricWords>> = {
  error_rate: { title: "Errors", say: sayShare },
  timeout_rate: { title: "Timeouts", say: sayShare },
  refusal_rate: { title: "Refusals", say: sayShare },
  fallback_rate: { title: "Fallback answered", say: sayShare },
  thumbs_down_rate: { title: "Disliked", say: sayShare },
  thumbs_up_rate: { title: "Liked", say: sayShare },
  acceptance_rate: { title: "Accepted", say: sayShare },
  retry_rate: { title: "Asked again", say: sayShare },
  abandon_rate: { title: "Given up", say: sayShare },
  cost: { title: "Cost of a person", say: sayDollars },
  runs: { title: "Runs of a person", say: plain },
  cost_per_run: { title: "Cost of a run", say: sayDollars },
  output_tokens: { title: "Length of answers", say: tokens },
  duration: { title: "Time of an answer", say: sayMilliseconds },
  duration_p50: { title: "Half answered within", say: sayMilliseconds },
  duration_p95: { title: "95 % answered within", say: sayMilliseconds },
  first_chunk_p95: { title: "95 % begun within", say: sayMilliseconds },
};

export const BUILT_IN_METRICS = Object.keys(EXPERIMENT_METRICS) as readonly BuiltInExperimentMetric[];

export function metricWords(metric: ExperimentMetric): MetricWords {
  if (metric.startsWith("metric:")) return { title: metric.slice("metric:".length), say: plain };
  if (metric.startsWith("score:")) return { title: metric.slice("score:".length), say: plain };
  return WORDS[metric as BuiltInExperimentMetric];
}

/** "−41 %", "+3 %", "0 %" */
export function sayEffect(effect: number): string {
  const percent = Number((effect * 100).toPrecision(2));
  if (percent === 0) return "0 %";
  return `${percent < 0 ? "−" : "+"}${Math.abs(percent)} %`;
}

/** "−45 % to −37 %"; what is unbounded on one side is open there. */
export function sayInterval({ sequential, fixed }: Pick<ArmEffect, "sequential" | "fixed">): string {
  const interval = fixed ?? sequential;
  if (interval === null || (interval.lower === null && interval.upper === null)) return "anything yet";
  if (interval.lower === null) return `at most ${sayEffect(interval.upper ?? 0)}`;
  if (interval.upper === null) return `at least ${sayEffect(interval.lower)}`;
  return `${sayEffect(interval.lower)} to ${sayEffect(interval.upper)}`;
}

export const ROLE_WORDS: Readonly<Record<ArmEffect["role"], string>> = {
  primary: "Decides",
  guardrail: "Must not get worse",
  secondary: "Also looked at",
};

/** Green only with evidence: a guardrail that is known to hold is good, whatever its effect. */
export function effectStatus({
  reading,
  guardrail,
  isSignificant,
}: Pick<ArmEffect, "reading" | "guardrail" | "isSignificant">): Status {
  if (guardrail === "crossed") return "danger";
  if (guardrail === "held") return "healthy";
  if (guardrail === "open" || !isSignificant || reading === "unclear") return "unknown";
  return reading === "better" ? "healthy" : "danger";
}

const STATE_WORDS: Readonly<Record<ExperimentState, string>> = {
  draft: "Draft",
  running: "Running",
  ended: "Ended",
  shipped: "Shipped",
};
export const sayState = ({ state }: Pick<ExperimentView, "state">): string => STATE_WORDS[state];

export const VERDICT_STATUS: Readonly<Record<ExperimentVerdict, Status>> = {
  untrusted: "danger",
  collecting: "unknown",
  winner: "healthy",
  harm: "danger",
  "no-difference": "unknown",
  inconclusive: "unknown",
  bandit: "warning",
};

export const SEGMENT_WORDS: Readonly<Record<SegmentEffect["segment"], string>> = {
  history: "By history",
  source: "By source",
  day: "By day",
};

/** Whether it can be believed that people were split as planned. */
export function saySampleRatio({ sampleRatio }: Pick<ExperimentResult, "sampleRatio">): string {
  return sampleRatio.isFlagged
    ? "People are not split as planned, so nothing here counts. Most often the new variant fails before it tells that somebody has seen it."
    : "People are split as planned.";
}

/** "12,400 of 11,900 people" */
export function sayProgress({ people, planned, daysLeft }: Pick<ExperimentResult, "people" | "planned" | "daysLeft">): string {
  const all = people.reduce((sum, one) => sum + one.people, 0);
  const count = all.toLocaleString("en");
  const of = planned.people === null ? `${count} people` : `${count} of ${planned.people.toLocaleString("en")} people planned`;
  return daysLeft === null ? of : `${of}, ${daysLeft === 1 ? "1 day" : `${daysLeft} days`} left at most`;
}
