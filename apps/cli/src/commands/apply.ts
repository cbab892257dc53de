/** `dimmer apply FILE`: makes a project what a document says, in one change that commits whole or not at all. */

import { isFelt, sayPending } from "../change.ts";
import { describePlan } from "../output/describe-plan.ts";
import { type Foreseen, foresee, PLAN_OPTIONS, readPlanOptions } from "../plan.ts";
import { plural } from "../output/issues.ts";
import type { Call, Verb } from "../verb.ts";

export const apply: Verb = {
  usage: "apply <file>",
  summary: "make the project what a document says: shows the plan, asks, and applies it as one change",
  options: [...PLAN_OPTIONS, ["--reason <text>", "why; kept with the change and in the audit log"]],
  examples: ["apply dimmer.yaml", "apply dimmer.yaml --yes --reason 'merged #12'", "apply dimmer.yaml --publish staging"],
  run: async (call) => carryOut(call, await foresee(call, readPlanOptions(call)), "Apply this to"),
};

/** Shows, asks and applies what was foreseen, on exactly the revisions it was planned on. */
export async function carryOut(call: Call, { report, isOwner, apply: send }: Foreseen, ask: string): Promise<void> {
  const { output } = call;
  const lines = describePlan(report, output.paintTalk);
  if (report.operations.length === 0) {
    await output.result({ ...report, change: null, request: null }, () => lines.join("\n"));
    return;
  }
  for (const line of lines) output.say(line);
  for (const { message, mend } of report.issues) output.warn(`${message} ${mend}`);
  await output.confirm(`${ask} project ${report.project}?`);
  const { change, request, serving } = await send(call.option("reason"));
  await output.result({ ...report, change, request }, () =>
    request === null ? sayApplied(report, serving) : sayPending(request),
  );
  if (change !== null && isFelt(change)) output.say(sayUndo(change.id, report.file, isOwner));
}

const sayApplied = ({ file, project, operations }: Foreseen["report"], serving: readonly string[]): string =>
  [`Applied ${file} to project ${project}: ${plural(operations.length, "operation")}.`, ...serving].join("\n");

const sayUndo = (change: string, file: string, isOwner: boolean): string =>
  isOwner ? `Undo by applying ${file} as it was: what it owns is edited there alone.` : `Undo with: dimmer undo ${change}`;
