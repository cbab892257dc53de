/** Holds one eval report against another, scorer by scorer and item by item. */

import {
  EVAL_LIMITS,
  type EvalComparisonView,
  type EvalItem,
  type EvalItemDifference,
  type EvalScorerComparison,
  type EvalVerdict,
  ProblemError,
} from "@dimmer/protocol";
import { alphaOfLook, compareEvals, type EvalGateSettings, meanOfRepeats } from "@dimmer/statistics";
import type { EvalReportRecord } from "../storage/eval-report-record.ts";
import { findMustPassFailures, scorersOf, scoresOf, viewReport } from "./eval-report.ts";
import { sayComparison, sayOverall } from "./say-comparison.ts";

export interface ScoredReport {
  readonly record: EvalReportRecord;
  readonly items: readonly EvalItem[];
}

/**
 * Shape:  every scorer that either has, the candidate's first; an item counts where both have a score of it. A scorer whose judge is not
 *         the same compares nothing.
 * Errors: `ProblemError("invalid-request")` for reports of different suites, or of different versions of one.
 * Source: reference statistics 2.7; ADR-0047.
 */
export function compareReports(baseline: ScoredReport, candidate: ScoredReport, settings: EvalGateSettings): EvalComparisonView {
  requireSameSuite(baseline.record, candidate.record);
  const names = new Set([...scorersOf(candidate.items), ...scorersOf(baseline.items)]);
  const compared = [...names].map((scorer) => compareScorer(baseline, candidate, scorer, settings));
  const scorers = compared.map(({ comparison }) => comparison);
  const verdict = WORST_FIRST.find((one) => scorers.some((scorer) => scorer.verdict === one)) ?? "undecided";
  return {
    baseline: viewReport(baseline.record),
    candidate: viewReport(candidate.record),
    margin: settings.margin,
    look: settings.look,
    verdict,
    words: sayOverall(verdict, scorers),
    scorers,
    differences: mostDiffering(compared.flatMap(({ differences }) => differences)),
  };
}

const WORST_FIRST: readonly EvalVerdict[] = ["worse", "not-comparable", "undecided", "not-worse", "better"];

function requireSameSuite(baseline: EvalReportRecord, candidate: EvalReportRecord): void {
  if (baseline.suite === candidate.suite && baseline.suiteVersion === candidate.suiteVersion) return;
  const say = ({ suite, suiteVersion }: EvalReportRecord) =>
    `"${suite}"${suiteVersion === null ? "" : `, version ${suiteVersion}`}`;
  const mend = "Run both on the same suite.";
  throw new ProblemError("invalid-request", `One is of the suite ${say(baseline)}, the other of ${say(candidate)}. ${mend}`);
}

interface Compared {
  readonly comparison: EvalScorerComparison;
  readonly differences: readonly EvalItemDifference[];
}

interface Pair {
  readonly id: string;
  readonly baseline: EvalItem;
  readonly candidate: EvalItem;
  readonly before: readonly number[];
  readonly after: readonly number[];
}

function compareScorer(baseline: ScoredReport, candidate: ScoredReport, scorer: string, settings: EvalGateSettings): Compared {
  const pairs = pairItems(baseline.items, candidate.items, scorer);
  const unpaired = countScored(baseline.items, scorer) + countScored(candidate.items, scorer) - 2 * pairs.length;
  const { verdict, difference, low, high, wins, losses, ties } = compareEvals(pairs, settings);
  const mustPassFailures = findMustPassFailures(candidate.items, scorer);
  const isSameJudge = judgeOf(baseline.record, scorer) === judgeOf(candidate.record, scorer);
  const isKnown = pairs.length > 0;
  const said: Omit<EvalScorerComparison, "words"> = {
    scorer,
    verdict: !isSameJudge || !isKnown ? "not-comparable" : mustPassFailures.length > 0 ? "worse" : verdict,
    items: pairs.length,
    unpaired,
    before: isKnown ? meanOfRepeats(pairs.map(({ before }) => meanOfRepeats(before))) : null,
    after: isKnown ? meanOfRepeats(pairs.map(({ after }) => meanOfRepeats(after))) : null,
    difference: isKnown ? difference : null,
    low: isKnown ? low : null,
    high: isKnown ? high : null,
    alpha: alphaOfLook(settings.alpha, settings.look),
    wins,
    losses,
    ties,
    mustPassFailures,
  };
  const words = sayComparison(said, { margin: settings.margin, isSameJudge });
  return { comparison: { ...said, words }, differences: pairs.flatMap((pair) => differenceOf(pair, scorer)) };
}

function pairItems(baseline: readonly EvalItem[], candidate: readonly EvalItem[], scorer: string): readonly Pair[] {
  const byId = new Map(baseline.map((item) => [item.id, item]));
  return candidate.flatMap((item) => {
    const other = byId.get(item.id);
    const before = other === undefined ? [] : scoresOf(other, scorer);
    const after = scoresOf(item, scorer);
    if (other === undefined || before.length === 0 || after.length === 0) return [];
    return [{ id: item.id, baseline: other, candidate: item, before, after }];
  });
}

const countScored = (items: readonly EvalItem[], scorer: string): number =>
  items.filter((item) => scoresOf(item, scorer).length > 0).length;

/** Who gave a scorer's scores, as one text; the same for all that no judge gave. */
function judgeOf({ judge }: EvalReportRecord, scorer: string): string {
  if (judge === null || judge.scorers?.includes(scorer) === false) return "none";
  return JSON.stringify([judge.name, judge.model, judge.promptHash ?? null]);
}

function differenceOf({ id, baseline, candidate, before, after }: Pair, scorer: string): EvalItemDifference[] {
  const [was, is] = [meanOfRepeats(before), meanOfRepeats(after)];
  const previews = { beforePreview: baseline.outputPreview ?? null, afterPreview: candidate.outputPreview ?? null };
  return was === is ? [] : [{ id, scorer, before: was, after: is, ...previews }];
}

function mostDiffering(differences: readonly EvalItemDifference[]): readonly EvalItemDifference[] {
  const by = ({ before, after }: EvalItemDifference): number => Math.abs(after - before);
  return [...differences].sort((one, other) => by(other) - by(one)).slice(0, EVAL_LIMITS.shown);
}
