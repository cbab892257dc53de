/** Eval reports and their comparison in words and tables. */

import type {
  EvalComparisonView,
  EvalItem,
  EvalReportDetails,
  EvalReportView,
  EvalRunView,
  EvalScorerSummary,
} from "@dimmer/protocol";
import { plural } from "./issues.ts";
import type { Output } from "./output.ts";

const DIGITS = 3;
/** Items that are shown of a report, and of a comparison. */
const SHOWN = 20;

export function listReports(reports: readonly EvalReportView[], output: Output): string {
  if (reports.length === 0) return "There are none. `dimmer evals run` and `dimmer evals push` make them.";
  return output.table(
    ["id", "run at", "suite", "of", "items", "scores"],
    reports.map((report) => [
      report.id,
      report.at,
      report.suite,
      `${report.flag}:${report.variant}${sayVersion(report)}`,
      String(report.itemCount),
      sayScores(report),
    ]),
  );
}

export function describeReport(report: EvalReportDetails, output: Output): string {
  const { suite, suiteVersion, flag, variant, configHash, model, judge, source, at, itemCount, errorCount } = report;
  const worst = report.items.filter(isFlawed).slice(0, SHOWN);
  return [
    `${suite}${suiteVersion === null ? "" : `, version ${suiteVersion}`}: ${flag}:${variant}${sayVersion(report)}, run ${at} by ${source}`,
    `content ${configHash}${model === null ? "" : `, answered by ${model}`}${judge === null ? "" : `, judged by ${judge.model}`}`,
    `${plural(itemCount, "item")}${errorCount === 0 ? "" : `, ${errorCount} with an error`}`,
    output.table(
      ["scorer", "mean", "scored", "must pass"],
      Object.entries(report.scorers).map(([scorer, summary]) => [
        scorer,
        summary.mean.toFixed(DIGITS),
        `${summary.scored} of ${itemCount}`,
        sayMustPass(summary),
      ]),
    ),
    ...(worst.length === 0
      ? []
      : [
          "",
          "Items that failed or could not be scored:",
          output.table(["item", "scores", "error", "output"], worst.map(itemRow)),
        ]),
  ].join("\n");
}

export function describeComparison(comparison: EvalComparisonView, output: Output): string {
  const { baseline, candidate, look, words, scorers, differences } = comparison;
  const again = look === 1 ? [] : [`The candidate's run ${look} of this content: each run is held to more than the one before.`];
  const rows = differences
    .slice(0, SHOWN)
    .map((one) => [one.id, one.scorer, one.before.toFixed(DIGITS), one.after.toFixed(DIGITS), oneLine(one.afterPreview ?? "")]);
  return [
    `${baseline.flag}:${baseline.variant}${sayVersion(baseline)} → ${candidate.flag}:${candidate.variant}${sayVersion(candidate)}, suite ${candidate.suite}`,
    ...again,
    ...scorers.map(({ scorer, words: said }) => `  ${scorer}: ${said}`),
    words,
    ...(rows.length === 0 ? [] : ["", output.table(["item", "scorer", "before", "after", "now answers"], rows)]),
  ].join("\n");
}

/** What became of a run that the server makes. */
export function sayRun({ id, suite, state, done, total, report, message }: EvalRunView): string {
  if (report !== null) return `${suite} was run on ${plural(total, "item")}. Its report: dimmer evals show ${report}`;
  const why = message === null ? "" : ` ${message}`;
  if (state === "queued" || state === "running") return `${id} is ${state}, ${done} of ${plural(total, "item")} done.`;
  return `${id} ${state === "failed" ? "failed" : `was ${state}`} after ${done} of ${plural(total, "item")}.${why}`;
}

/** "exact 0.850, tone 0.910" */
export const sayScores = ({ scorers }: Pick<EvalReportView, "scorers">): string =>
  Object.entries(scorers)
    .map(([scorer, { mean }]) => `${scorer} ${mean.toFixed(DIGITS)}`)
    .join(", ");

const sayVersion = ({ valueVersion }: EvalReportView): string => (valueVersion === null ? " (draft)" : ` v${valueVersion}`);
const sayMustPass = ({ mustPassFailures }: EvalScorerSummary): string =>
  mustPassFailures === 0 ? "" : `${mustPassFailures} did not`;

const isFlawed = ({ scores, error }: EvalItem): boolean =>
  error !== undefined || Object.values(scores).some((score) => [score].flat().some((one) => one === false || one === 0));

const itemRow = ({ id, scores, error, outputPreview }: EvalItem): string[] => [
  id,
  Object.entries(scores)
    .map(([scorer, score]) => `${scorer} ${[score].flat().map(String).join("/")}`)
    .join(", "),
  oneLine(error ?? ""),
  oneLine(outputPreview ?? ""),
];

const LINE = 60;
const oneLine = (text: string): string => {
  const flat = text.replaceAll(/\s+/gu, " ");
  return flat.length <= LINE ? flat : `${flat.slice(0, LINE - 1)}…`;
};
