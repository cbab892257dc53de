/** `dimmer evals compare BASELINE CANDIDATE`: whether the candidate is no worse, as an exit code for CI. */

import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { EvalComparisonView, EvalScorerComparison } from "@dimmer/protocol";
import { renderJunit } from "../../evals/render-junit.ts";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { wrongUsage } from "../../failure.ts";
import { describeComparison } from "../../output/describe-evals.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const compareEvals: Verb = {
  usage: "compare <baseline> <candidate>",
  summary: "whether a report is no worse than another of the same suite; the exit code is 1 unless it is shown to be",
  options: [
    ["--margin <share>", "how much worse still counts as no worse (0.02 unless given)"],
    ["--junit <file>", "write the verdicts as JUnit XML"],
  ],
  examples: ["evals compare eval_0c453f61d8432c8bc4e8 eval_77d3a20ab1e94f3c2b10 --junit evals.xml"],
  run: compare,
};

async function compare(call: Call): Promise<ExitCode> {
  const [baseline = "", candidate = ""] = call.args;
  const margin = readShare(call.option("margin"), "--margin");
  const { client, project } = await openServer(call);
  const comparison = await client.compareEvalReports(project, { baseline, candidate, margin });
  const junit = call.option("junit");
  if (junit !== undefined) await writeFile(resolve(call.io.cwd, junit), junitOf(comparison));
  await call.output.result(comparison, () => describeComparison(comparison, call.output));
  return isPass(comparison) ? EXIT.ok : EXIT.failed;
}

const isPass = ({ verdict }: Pick<EvalScorerComparison, "verdict">): boolean => verdict === "better" || verdict === "not-worse";

/** What cannot be told is an error, what is worse a failure; neither is a pass. */
function junitOf({ candidate, scorers }: EvalComparisonView): string {
  const cases = scorers.map((scorer) => ({
    name: scorer.scorer,
    failure: scorer.verdict === "worse" ? scorer.words : undefined,
    error: scorer.verdict === "worse" || isPass(scorer) ? undefined : scorer.words,
  }));
  return renderJunit(candidate.suite, cases);
}

function readShare(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const share = text.trim() === "" ? Number.NaN : Number(text);
  if (!(share >= 0 && share <= 1)) throw wrongUsage(`${option} lies between 0 and 1, and is "${text}".`);
  return share;
}
