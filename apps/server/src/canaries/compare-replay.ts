/** Holds one replay of canary prompts against its reference, prompt by prompt. */

import type { CanaryScore, CanaryVerdict, EvalItem } from "@dimmer/protocol";
import { compareEvals, meanOfRepeats } from "@dimmer/statistics";
import { scorersOf, scoresOf } from "../evals/eval-report.ts";
import type { CanaryDefinition, CanaryItems } from "../storage/canary-record.ts";

/** One false alarm in a quarter, over all looks at all variants by all scorers. */
const QUARTER_MINUTES = 90 * 24 * 60;
const MOST_ALPHA = 0.05;
/** Prompts that must have an answer with a score. */
const LEAST_SHARE = 0.9;

export interface ComparedReplay {
  readonly verdict: CanaryVerdict;
  readonly say: string;
  readonly scores: readonly CanaryScore[];
}

/** Each prompt's scores as numbers. */
export const scoresByItem = (items: readonly EvalItem[]): CanaryItems =>
  Object.fromEntries(
    items.map((item) => [item.id, Object.fromEntries(Object.keys(item.scores).map((name) => [name, scoresOf(item, name)]))]),
  );

/** Prompts without any score. */
export const countFailures = (items: CanaryItems): number =>
  Object.values(items).filter((scores) => Object.keys(scores).length === 0).length;

/**
 * Shape:  `reference` null where there is none: this is it. `incomplete` where too few prompts were answered, which is neither a pass nor
 *         a fail. Of several scorers the worst counts.
 * Errors: none.
 * Source: reference statistics 2.7 and 4; ADR-0066.
 */
export function compareReplay(
  items: readonly EvalItem[],
  reference: CanaryItems | null,
  definition: Pick<CanaryDefinition, "everyMinutes" | "margin" | "prompts">,
  variants: number,
): ComparedReplay {
  const now = scoresByItem(items);
  const names = scorersOf(items);
  const answered = items.length - countFailures(now);
  if (answered < LEAST_SHARE * definition.prompts || names.length === 0) {
    const say = `Only ${answered} of ${definition.prompts} prompts were answered and scored, which is too few to tell.`;
    return { verdict: "incomplete", say, scores: [] };
  }
  if (reference === null) {
    const scores = names.map((scorer) => referenceScore(now, scorer));
    return { verdict: "reference", say: `Later replays are held against this one: ${sayMeans(scores)}.`, scores };
  }
  const alpha = Math.min(MOST_ALPHA, definition.everyMinutes / (QUARTER_MINUTES * names.length * Math.max(1, variants)));
  const scores = names.map((scorer) => compareScorer(now, reference, scorer, { alpha, margin: definition.margin }));
  const verdict = WORST_FIRST.find((one) => scores.some((score) => score.verdict === one)) ?? "undecided";
  return { verdict, say: `${SAY[verdict]}: ${sayMeans(scores)}.`, scores };
}

const WORST_FIRST: readonly CanaryVerdict[] = ["worse", "undecided", "steady", "better"];
const SAY: Readonly<Record<CanaryVerdict, string>> = {
  worse: "It answers the same prompts worse than it did",
  undecided: "No loss is shown, and none is ruled out",
  steady: "It answers as it did",
  better: "It answers better than it did",
  reference: "",
  incomplete: "",
};

function referenceScore(items: CanaryItems, scorer: string): CanaryScore {
  const scored = Object.values(items).flatMap((scores) => (scores[scorer] === undefined ? [] : [meanOfRepeats(scores[scorer])]));
  const nothing = { referenceMean: null, difference: null, low: null, high: null, verdict: "reference" } as const;
  return { scorer, items: scored.length, mean: meanOfRepeats(scored), ...nothing };
}

function compareScorer(
  now: CanaryItems,
  reference: CanaryItems,
  scorer: string,
  settings: { readonly alpha: number; readonly margin: number },
): CanaryScore {
  const pairs = Object.entries(now).flatMap(([id, scores]) => {
    const [before, after] = [reference[id]?.[scorer] ?? [], scores[scorer] ?? []];
    return before.length === 0 || after.length === 0 ? [] : [{ before, after }];
  });
  // A look spends half of what it is given: twice, so that it spends `alpha`.
  const { verdict, difference, low, high } = compareEvals(pairs, { alpha: 2 * settings.alpha, margin: settings.margin, look: 1 });
  const isKnown = pairs.length > 0;
  return {
    scorer,
    items: pairs.length,
    mean: isKnown ? meanOfRepeats(pairs.map(({ after }) => meanOfRepeats(after))) : 0,
    referenceMean: isKnown ? meanOfRepeats(pairs.map(({ before }) => meanOfRepeats(before))) : null,
    difference: isKnown ? difference : null,
    low: isKnown ? low : null,
    high: isKnown ? high : null,
    verdict: verdict === "not-worse" ? "steady" : verdict,
  };
}

const sayMeans = (scores: readonly CanaryScore[]): string =>
  scores
    .map(({ scorer, mean, referenceMean }) => {
      const was = referenceMean === null ? "" : `, where it was ${referenceMean.toFixed(3)}`;
      return `${scorer} ${mean.toFixed(3)}${was}`;
    })
    .join("; ");
