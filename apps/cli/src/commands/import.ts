/** `dimmer import FILE`: makes the flags and segments of a document that a project does not have, and touches no other. */

import { foresee } from "../plan.ts";
import type { Call, Verb } from "../verb.ts";
import { carryOut } from "./apply.ts";

export const importDocument: Verb = {
  usage: "import <file>",
  summary: "add the flags and segments of a document that the project does not have; what it has stays as it is",
  options: [["--reason <text>", "why; kept with the change and in the audit log"]],
  examples: ["import dimmer.yaml"],
  run: importNew,
};

async function importNew(call: Call): Promise<void> {
  const foreseen = await foresee(call, {
    publish: [],
    undoDrift: [],
    prune: false,
    file: call.args[0] ?? "",
    own: [],
    onlyNew: true,
  });
  const { file, project, operations } = foreseen.report;
  if (operations.length === 0) {
    const nothing = `Project ${project} has every flag and segment of ${file} already. Nothing to do.`;
    return call.output.result({ ...foreseen.report, change: null }, () => nothing);
  }
  // What the document does not name is no concern of an import.
  await carryOut(call, { ...foreseen, report: { ...foreseen.report, unlisted: [] } }, "Import this into");
}
