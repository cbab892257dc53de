/** `dimmer plan FILE`: what applying a document would change, who would move, and what people have changed by hand. */

import { EXIT } from "../exit-codes.ts";
import { describePlan, writePlanMarkdown } from "../output/describe-plan.ts";
import { foresee, PLAN_OPTIONS, readPlanOptions } from "../plan.ts";
import type { Call, Verb } from "../verb.ts";

export const plan: Verb = {
  usage: "plan <file>",
  summary: "what applying a document would change and who would move; changes nothing",
  options: [
    ...PLAN_OPTIONS,
    ["--markdown", "as Markdown, for a comment under a pull request"],
    ["--check", "exit code 1 where the project differs from the file, drift included"],
  ],
  examples: ["plan dimmer.yaml", "plan dimmer.yaml --markdown > plan.md", "plan dimmer.yaml --check"],
  run: showPlan,
};

async function showPlan(call: Call): Promise<typeof EXIT.ok | typeof EXIT.failed> {
  const { report } = await foresee(call, readPlanOptions(call));
  await call.output.result(report, () =>
    call.has("markdown") ? writePlanMarkdown(report) : describePlan(report, call.output.paint).join("\n"),
  );
  if (!call.has("markdown")) for (const { message, mend } of report.issues) call.output.warn(`${message} ${mend}`);
  const isSame = report.operations.length === 0 && report.drift.length === 0;
  return call.has("check") && !isSame ? EXIT.failed : EXIT.ok;
}
