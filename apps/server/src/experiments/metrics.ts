/** What an experiment's metrics are reckoned from: terms of the events, fixed with the plan. */

import {
  EXPERIMENT_METRICS,
  type BuiltInExperimentMetric,
  type ExperimentDefinition,
  type ExperimentMetric,
  ProblemError,
} from "@dimmer/protocol";
import type { FrozenMetric } from "../storage/experiment-record.ts";
import type { NamedDefinition } from "../metrics/reckon-metrics.ts";
import type { AskedQuantile, AskedRatio, Term } from "../telemetry/experiment-question.ts";
import { TELEMETRY_LIMITS } from "../telemetry/limits.ts";
import { HOUR_MS } from "../telemetry/times.ts";

type Reckoned = Pick<FrozenMetric, "kind" | "direction" | "unit" | "asked">;

/**
 * Shape:  the primary metric first, then guardrails, then the others.
 * Errors: `ProblemError("invalid-request")` for a metric that the project does not define.
 */
export function freezeMetrics(
  { primary, guardrails, secondary }: Pick<ExperimentDefinition, "primary" | "guardrails" | "secondary">,
  definitions: readonly NamedDefinition[],
): readonly FrozenMetric[] {
  const freeze = (metric: ExperimentMetric, role: FrozenMetric["role"], tolerance: number | null = null): FrozenMetric => ({
    metric,
    role,
    tolerance,
    ...reckon(metric, definitions),
  });
  return [
    freeze(primary, "primary"),
    ...guardrails.map(({ metric, tolerance }) => freeze(metric, "guardrail", tolerance)),
    ...secondary.map((metric) => freeze(metric, "secondary")),
  ];
}

function reckon(metric: ExperimentMetric, definitions: readonly NamedDefinition[]): Reckoned {
  if (metric.startsWith("metric:")) return reckonDefined(metric.slice("metric:".length), definitions);
  if (metric.startsWith("score:")) return reckonScore(metric.slice("score:".length));
  const name = metric as BuiltInExperimentMetric;
  return { ...EXPERIMENT_METRICS[name], unit: UNITS[name] ?? null, asked: BUILT_IN[name] };
}

const per = (y: Term, d: Term): AskedRatio => ({ y, d });

const BUILT_IN: Readonly<Record<BuiltInExperimentMetric, AskedRatio | AskedQuantile>> = {
  error_rate: per("errors", "calls"),
  timeout_rate: per("timeouts", "calls"),
  refusal_rate: per("refusals", "calls"),
  fallback_rate: per("fallbacks", "runs"),
  thumbs_down_rate: per("thumbs_down", "runs"),
  thumbs_up_rate: per("thumbs_up", "runs"),
  acceptance_rate: per("accepted", "runs"),
  retry_rate: per("retried", "runs"),
  abandon_rate: per("abandoned", "runs"),
  cost: per("cost", "people"),
  runs: per("runs", "people"),
  cost_per_run: per("cost", "runs"),
  output_tokens: per("output_tokens", "tokened"),
  duration: per("duration", "worked"),
  duration_p50: { quantile: 0.5, of: "duration" },
  duration_p95: { quantile: 0.95, of: "duration" },
  first_chunk_p95: { quantile: 0.95, of: "first_chunk" },
};

const UNITS: Readonly<Partial<Record<BuiltInExperimentMetric, string>>> = {
  cost: "µ$",
  cost_per_run: "µ$",
  duration: "ms",
  duration_p50: "ms",
  duration_p95: "ms",
  first_chunk_p95: "ms",
};

function reckonScore(event: string): Reckoned {
  const told = { kind: "score", event, cap: null, windowMs: null } as const;
  return { kind: "ratio", direction: "up", unit: null, asked: per({ ...told, take: "sum" }, { ...told, take: "valued" }) };
}

function reckonDefined(name: string, definitions: readonly NamedDefinition[]): Reckoned {
  const definition = definitions.find((one) => one.name === name);
  if (definition === undefined)
    throw new ProblemError("invalid-request", `The project defines no metric ${name}. Define it first, or take a built-in one.`);
  const { direction, unit = null, event, windowHours } = definition;
  const windowMs = windowHours === undefined ? TELEMETRY_LIMITS.attributedMs : windowHours * HOUR_MS;
  const cap = "cap" in definition ? (definition.cap ?? null) : null;
  const told = { kind: "metric", event, cap, windowMs } as const;
  const about = { direction, unit };
  if (definition.type === "rate") return { ...about, kind: "share", asked: per({ ...told, take: "any" }, "people") };
  if (definition.type === "mean")
    return { ...about, kind: "ratio", asked: per({ ...told, take: "sum" }, { ...told, take: "valued" }) };
  if (definition.type === "quantile") return { ...about, kind: "quantile", asked: { quantile: definition.quantile, of: told } };
  const asked = per({ ...told, take: "total" }, denominatorOf(definition.per, windowMs));
  return { ...about, kind: definition.per === "people" ? "mean" : "ratio", asked };
}

function denominatorOf(name: string, windowMs: number): Term {
  if (name === "people" || name === "exposures") return name;
  return { kind: "metric", event: name, cap: null, windowMs, take: "total" };
}

export const isRatio = (asked: FrozenMetric["asked"]): asked is AskedRatio => "y" in asked;
