/** What keeps a rollout from starting, each with its mend. */

import type { FlagEnvironment } from "@dimmer/evaluation";
import type { GuardrailMetric, PlanOutlook, RolloutPlan } from "@dimmer/protocol";
import type { MetricRow } from "../telemetry/event-store.ts";
import type { RolloutRecord } from "../storage/rollout-record.ts";
import { isRateMetric } from "./decide/metrics.ts";
import type { MeasuredBaseline } from "./measure-baseline.ts";

type PlanIssue = PlanOutlook["issues"][number];

export interface StartFacts {
  readonly flag: string;
  readonly variant: string;
  readonly rule: string;
  readonly plan: RolloutPlan;
  readonly config: FlagEnvironment;
  /** Percent that the variant has now. */
  readonly present: number;
  readonly measured: MeasuredBaseline;
  /** Of the last day, by variant. */
  readonly variants: readonly MetricRow[];
  readonly people: "same" | "fresh" | null;
  /** Other rollouts of the flag in the environment, newest first. */
  readonly earlier: readonly RolloutRecord[];
  /** What else has the split, in words; null where nothing has. */
  readonly heldBy: string | null;
}

const error = (path: string, code: string, message: string, mend: string): PlanIssue => ({
  path,
  code,
  message,
  mend,
  severity: "error",
});

/** Of calls: with more failing, something is wrong before anything begins. */
const HEALTHY = 0.5;

export function findStartIssues(facts: StartFacts): readonly PlanIssue[] {
  return [...findState(facts), ...findHolder(facts), ...findPeople(facts), ...findFlow(facts), ...findFallback(facts)];
}

function findState({ config, variant, plan, present }: StartFacts): readonly PlanIssue[] {
  const first = plan.steps[0]?.percent ?? 0;
  return [
    ...(config.enabled ? [] : [error("/flag", "killed", "The flag is off there.", "Restore it first.")]),
    ...(config.stopped?.includes(variant) === true
      ? [error("/variant", "variant-stopped", `${variant} is stopped there.`, "Restore it first.")]
      : []),
    ...(present >= first
      ? [
          error(
            "/plan/steps/0",
            "not-above",
            `${variant} has ${present} % already; the first step is ${first} %.`,
            `Begin above ${present} %.`,
          ),
        ]
      : []),
  ];
}

function findHolder({ earlier, rule, heldBy }: StartFacts): readonly PlanIssue[] {
  const active = earlier.find((one) => one.endedAt === null && one.rule === rule);
  if (active !== undefined)
    return [error("/rule", "split-held", `Rollout ${active.id} has this split.`, "Wait for it, or abort it first.")];
  return heldBy === null ? [] : [error("/rule", "split-held", `${heldBy} has this split.`, "End it first.")];
}

/** The evidence of a rollout that was rolled back is void; who is to be asked again is a choice. */
function findPeople({ earlier, rule, variant, present, people }: StartFacts): readonly PlanIssue[] {
  const last = earlier.find((one) => one.endedAt !== null && one.rule === rule && one.variant === variant);
  if (people === "fresh" && present > 0)
    return [error("/people", "people-kept", `${variant} has ${present} %: others would be moved.`, "Say people: same.")];
  if (last?.state !== "rolled-back" || people !== null || present > 0) return [];
  const message = `${last.id} was rolled back. The same people would meet it again first, or others.`;
  return [error("/people", "people-needed", message, "Say people: same, or people: fresh.")];
}

/** Told by whom and how, where nothing is. */
const SOURCES: Readonly<Partial<Record<GuardrailMetric, string>>> = {
  thumbs_down_rate: "Tell of the end of runs, and of what people say of them",
  retry_rate: "Tell of the end of runs, and of what people say of them",
  abandon_rate: "Tell of the end of runs, and of what people say of them",
  fallback_rate: "Tell of the end of runs",
  cost_over_cap_rate: "Set a price of the models that answer (dimmer prices set)",
  cost: "Set a price of the models that answer (dimmer prices set)",
};

function findFlow({ plan, measured }: StartFacts): readonly PlanIssue[] {
  return plan.guardrails.flatMap(({ metric }, index): PlanIssue[] => {
    const frozen = measured.baseline.guardrails[index];
    const path = `/plan/guardrails/${index}`;
    const isDefined = isRateMetric(metric) || !metric.startsWith("metric:") || frozen?.told !== null;
    if (!isDefined)
      return [
        error(path, "metric-unknown", `The project defines no ${metric.slice("metric:".length)}.`, "Define it, or leave it out."),
      ];
    if ((measured.exposures[index] ?? 0) > 0) return [];
    const mend = `${SOURCES[metric] ?? "Tell of model calls with an SDK, @dimmer/ai or OpenTelemetry"}, or leave the guardrail out.`;
    const message = `Nothing of ${metric} was seen of what the others got in the last day: what is not measured guards nothing.`;
    const issue = error(path, "not-flowing", message, mend);
    return [plan.mode === "watched" ? { ...issue, severity: "warning" } : issue];
  });
}

function findFallback({ config, variant, variants }: StartFacts): readonly PlanIssue[] {
  const { fallback } = config;
  const names = typeof fallback === "string" ? [fallback] : fallback.map((entry) => entry.variant);
  if (names.every((name) => name === variant)) {
    const mend = "Let it be another variant.";
    return [error("/flag", "fallback-unhealthy", `${variant} is the fallback, too: where it fails, nothing is left.`, mend)];
  }
  const known = variants.filter((row) => names.includes(row.variant) && row.generations > 0);
  const isFailing = known.length > 0 && known.every(({ generations, errors }) => errors > HEALTHY * generations);
  if (!isFailing) return [];
  const message = `Most calls of the fallback failed in the last day (${known.map((row) => row.variant).join(", ")}).`;
  return [error("/flag", "fallback-unhealthy", message, "Mend the fallback first: a rollback may need it.")];
}
