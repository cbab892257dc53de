/** Items that ran several times, as one: its scores are a list. */

import { type EvalItem, EVAL_LIMITS, type EvalScore } from "@dimmer/protocol";

/** The scores of items with one id become repeats; durations are averaged, costs summed, and the first error and output stay. */
export function joinRepeats(items: readonly EvalItem[]): readonly EvalItem[] {
  const byId = new Map<string, EvalItem[]>();
  for (const item of items) byId.set(item.id, [...(byId.get(item.id) ?? []), item]);
  return [...byId.values()].map((repeats) => (repeats.length === 1 ? (repeats[0] as EvalItem) : joined(repeats)));
}

function joined(repeats: readonly EvalItem[]): EvalItem {
  const first = repeats[0] as EvalItem;
  const scorers = new Set(repeats.flatMap(({ scores }) => Object.keys(scores)));
  const scoresOf = (scorer: string): EvalScore[] =>
    repeats.flatMap(({ scores }) => (Object.hasOwn(scores, scorer) ? (scores[scorer] ?? []) : []));
  const durations = repeats.flatMap(({ durationMs }) => durationMs ?? []);
  const costs = repeats.flatMap(({ costMicroUsd }) => costMicroUsd ?? []);
  const error = repeats.find((item) => item.error !== undefined)?.error;
  return {
    ...first,
    scores: Object.fromEntries([...scorers].map((scorer) => [scorer, scoresOf(scorer)])),
    ...(error === undefined ? {} : { error }),
    ...(durations.length === 0 ? {} : { durationMs: sum(durations) / durations.length }),
    ...(costs.length === 0 ? {} : { costMicroUsd: sum(costs) }),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The beginning of an output or an error, as much as a report keeps. */
export const preview = (text: string): string => text.slice(0, EVAL_LIMITS.previewChars);
