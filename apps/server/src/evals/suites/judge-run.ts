/** Whether a run passed: each scorer's mean against what the suite asks for, and the items that must pass. */

import type { EvalItem, EvalSuite } from "@dimmer/protocol";

export interface ScorerVerdict {
  readonly scorer: string;
  /** Over all items, repeats averaged within their item; one without a score counts as 0, as for what an environment requires. */
  readonly mean: number;
  readonly scored: number;
  readonly atLeast: number | null;
  readonly passed: boolean;
  readonly why: string;
}

/** Shape: one verdict a scorer of the suite. A run in which a scorer scored nothing did not pass. */
export function judgeRun({ scorers }: EvalSuite, items: readonly EvalItem[]): readonly ScorerVerdict[] {
  return Object.entries(scorers).map(([scorer, { atLeast = null, type }]) => {
    const means = items.map((item) => meanOf(item, scorer));
    const known = means.filter((mean) => mean !== undefined);
    const mean = known.reduce((sum, one) => sum + one, 0) / items.length;
    const failed = GRADING.has(type) ? [] : items.filter((item, at) => item.mustPass === true && means[at] !== 1);
    const why =
      known.length === 0
        ? "nothing was scored"
        : failed.length > 0
          ? `${failed.map(({ id }) => id).join(", ")} must pass`
          : atLeast !== null && mean < atLeast
            ? `below ${atLeast}`
            : "";
    return { scorer, mean, scored: known.length, atLeast, passed: why === "", why };
  });
}

/** Those that give more than pass and fail. */
const GRADING: ReadonlySet<string> = new Set(["similarity", "judge"]);

function meanOf({ scores }: EvalItem, scorer: string): number | undefined {
  const given = Object.hasOwn(scores, scorer) ? [scores[scorer] ?? []].flat().map(Number) : [];
  return given.length === 0 ? undefined : given.reduce((sum, score) => sum + score, 0) / given.length;
}
