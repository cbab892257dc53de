/** Metrics of drift in words. */

import { sayDollars } from "@dimmer/evaluation";
import type { DriftMetric, DriftSeries } from "@dimmer/protocol";

const NAMES: Readonly<Record<string, string>> = {
  thumbs_down_rate: "the share of thumbs down",
  error_rate: "the share of errors",
  refusal_rate: "the share of refusals",
  slow_rate: "the share of slow answers",
  output_tokens: "the length of answers",
  cost: "the cost of a call",
};

export const sayMetric = (metric: DriftMetric): string => NAMES[metric] ?? `the score ${metric.slice("score:".length)}`;

export function unitOf(metric: DriftMetric): DriftSeries["unit"] {
  if (metric === "output_tokens") return "tokens";
  if (metric === "cost") return "microUsd";
  return metric.startsWith("score:") ? "score" : "share";
}

export function sayValue(metric: DriftMetric, value: number): string {
  const unit = unitOf(metric);
  if (unit === "share") return `${(100 * value).toFixed(value < FINE ? 2 : 1)} %`;
  if (unit === "tokens") return `${Math.round(value)} tokens`;
  return unit === "microUsd" ? sayDollars(value) : value.toFixed(3);
}

/** Below a hundredth, hundredths of a percent. */
const FINE = 0.01;
