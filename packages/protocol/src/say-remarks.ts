/** What has to be said beside metrics, in the words that the command and the dashboard share. */

import { sayCount, sayDollars, sayMilliseconds, sayShare } from "@dimmer/evaluation";
import type { MetricPart, MetricsView, ModelAnswered, QuantilesView, ShadowMetrics, TaskMetrics } from "./metrics.ts";
import { isNameOf } from "./model-names.ts";

/**
 * Shape:  whole sentences: who answered in another's place, and what is in no sum, so that nobody takes unknown for nothing.
 * Errors: none.
 */
export function sayRemarks(models: readonly Omit<ModelAnswered, "lastAt">[]): readonly string[] {
  return models.flatMap(({ variant, requestModel, responseModel, unpriced }) => {
    const model = responseModel ?? requestModel ?? "a model without a name";
    const isOther = requestModel !== null && responseModel !== null && !isNameOf(requestModel, responseModel);
    return [
      ...(isOther ? [`${variant} asks for ${requestModel} and was answered by ${responseModel}.`] : []),
      ...(unpriced === 0
        ? []
        : [
            `${sayCount(unpriced)} ${unpriced === 1 ? "call" : "calls"} of ${model} (${variant}) cost nobody knows what: there is no price, or no count of tokens. They are in no sum.`,
          ]),
    ];
  });
}

const PARTS: Readonly<Record<MetricPart, string>> = {
  series: "Lines over time",
  models: "The models that answered",
  shadow: "Shadow calls",
  values: "Scores and own metrics",
  defined: "Defined metrics",
  tasks: "Tasks",
};

/** What is said in place of a part that took too long. */
export const sayLeftOut = (what: MetricPart): string =>
  `${PARTS[what]} took too long to add up and are left out. Ask for a shorter time (fewer hours).`;

/**
 * All that stands below the measures, in whole sentences: what is left out first.
 *
 * Errors: none.
 */
export const sayBeside = ({
  leftOut,
  tasks,
  shadow,
  models,
}: Pick<MetricsView, "leftOut" | "tasks" | "shadow" | "models">): readonly string[] => [
  ...leftOut.map(({ remark }) => remark),
  ...sayTasks(tasks ?? []),
  ...sayShadows(shadow ?? []),
  ...sayRemarks(models ?? []),
];

/**
 * How the tasks of each variant went.
 *
 * Shape:  whole sentences; what a task cost is the mean of those whose cost is known, and how many are not is said beside it.
 * Errors: none.
 */
export function sayTasks(rows: readonly TaskMetrics[]): readonly string[] {
  return rows.map(({ variant, tasks, succeeded, durationMs, generations, steps, costMicroUsd, priced, ...thumbs }) => {
    const perTask = (sum: number): string => String(Number((sum / tasks).toPrecision(3)));
    const said = [
      sayNumber(tasks, "task"),
      `${sayShare(succeeded / tasks)} succeeded`,
      priced === 0 ? "cost unknown" : `${sayDollars(costMicroUsd / priced)} a task`,
      ...(priced === 0 || priced === tasks ? [] : [`cost of ${sayCount(tasks - priced)} unknown`]),
      `calls a task: ${perTask(generations)}, steps: ${perTask(steps)}`,
      ...(thumbs.thumbsUp + thumbs.thumbsDown === 0 ? [] : [`thumbs: ${thumbs.thumbsUp} up, ${thumbs.thumbsDown} down`]),
      ...sayTimes(durationMs),
    ];
    return `${variant}: ${said.join("; ")}.`;
  });
}

/** What each variant that was tried unseen measured, in whole sentences. */
export function sayShadows(rows: readonly ShadowMetrics[]): readonly string[] {
  return rows.map(({ variant, ...calls }) => {
    const said = [
      `${sayNumber(calls.generations, "call")} that nobody saw`,
      `${sayShare(calls.errors / calls.generations)} failed`,
      ...sayTimes(calls.durationMs),
      `${sayTokens(calls)} tokens`,
      calls.priced === 0 ? "cost unknown" : sayDollars(calls.costMicroUsd),
      ...(calls.priced === 0 || calls.costUnknown === 0 ? [] : [`cost of ${sayCount(calls.costUnknown)} unknown`]),
    ];
    return `${variant}: ${said.join("; ")}.`;
  });
}

/** In and out; a question mark where some calls did not tell. */
export const sayTokens = ({
  inputTokens,
  outputTokens,
  usageUnknown,
}: Pick<ShadowMetrics, "inputTokens" | "outputTokens" | "usageUnknown">): string =>
  `${sayCount(inputTokens)} → ${sayCount(outputTokens)}${usageUnknown > 0 ? " +?" : ""}`;

const sayNumber = (number: number, what: string): string => `${sayCount(number)} ${what}${number === 1 ? "" : "s"}`;

const sayTimes = ({ p50, p95 }: QuantilesView): string[] =>
  p50 === null ? [] : [`p50 ${sayMilliseconds(p50)}`, `p95 ${sayMilliseconds(p95)}`];
