/** What an eval report says: its scores by item, and their summary. */

import type { EvalItem, EvalReportDetails, EvalReportView, EvalScore, EvalScorerSummary } from "@dimmer/protocol";
import { meanOfRepeats } from "@dimmer/statistics";
import type { EvalReportRecord, EvalReportSummary } from "../storage/eval-report-record.ts";

/** Shape: one number a repeat, pass and fail as 1 and 0; none where the item has no score of it. */
export function scoresOf({ scores }: Pick<EvalItem, "scores">, scorer: string): readonly number[] {
  const given = Object.hasOwn(scores, scorer) ? scores[scorer] : undefined;
  return given === undefined ? [] : [given].flat().map(Number);
}

/** Shape: every scorer that any item has a score of, in the order in which they come up. */
export const scorersOf = (items: readonly EvalItem[]): readonly string[] => [
  ...new Set(items.flatMap(({ scores }) => Object.keys(scores))),
];

/**
 * Shape:  the ids of items that must pass and did not: of a scorer that passes and fails those with a failure or without a score; of one
 *         that grades none, as no score of it is a failure.
 */
export function findMustPassFailures(items: readonly EvalItem[], scorer: string): readonly string[] {
  if (!items.every((item) => isPassOrFail(item, scorer))) return [];
  const failed = (item: EvalItem) => {
    const scores = scoresOf(item, scorer);
    return scores.length === 0 || scores.includes(0);
  };
  return items.filter((item) => item.mustPass === true && failed(item)).map(({ id }) => id);
}

export function summariseItems(items: readonly EvalItem[]): EvalReportSummary {
  const costs = items.flatMap(({ costMicroUsd }) => costMicroUsd ?? []);
  return {
    itemCount: items.length,
    errorCount: items.filter(({ error }) => error !== undefined).length,
    costMicroUsd: costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost, 0),
    scorers: Object.fromEntries(scorersOf(items).map((scorer) => [scorer, summariseScorer(items, scorer)])),
  };
}

function summariseScorer(items: readonly EvalItem[], scorer: string): EvalScorerSummary {
  const means = items
    .map((item) => scoresOf(item, scorer))
    .flatMap((scores) => (scores.length === 0 ? [] : meanOfRepeats(scores)));
  return {
    mean: meanOfRepeats(means),
    scored: means.length,
    isPassFail: items.every((item) => isPassOrFail(item, scorer)),
    mustPassFailures: findMustPassFailures(items, scorer).length,
  };
}

function isPassOrFail({ scores }: EvalItem, scorer: string): boolean {
  const given: readonly EvalScore[] = Object.hasOwn(scores, scorer) ? [scores[scorer] ?? []].flat() : [];
  return given.every((score) => score === 0 || score === 1 || typeof score === "boolean");
}

/** The report as lists show it. */
export function viewReport({ project: _project, at, createdAt, summary, ...record }: EvalReportRecord): EvalReportView {
  return { ...record, at: new Date(at).toISOString(), createdAt: new Date(createdAt).toISOString(), ...summary };
}

export const viewReportDetails = (record: EvalReportRecord, items: readonly EvalItem[]): EvalReportDetails => ({
  ...viewReport(record),
  items,
});
