/** `dimmer eval-runs list`: what the server runs and has run of suites, newest first. */

import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const listEvalRuns: Verb = {
  usage: "list",
  summary: "what the server runs and has run of suites, newest first",
  options: [
    ["--flag <flag>", "of one flag"],
    ["--suite <name>", "of one suite"],
  ],
  examples: ["eval-runs list --flag summarizer"],
  run: list,
};

async function list(call: Call): Promise<void> {
  const { client, project } = await openServer(call);
  const runs = await client.listEvalRuns(project, { flag: call.option("flag"), suite: call.option("suite") });
  const rows = runs.map(({ id, suite, suiteNumber, flag, variant, environment, state, done, total, report, message }) => [
    id,
    `${suite} #${suiteNumber}`,
    `${flag}:${variant}`,
    environment,
    state,
    `${done} of ${total}`,
    report ?? message ?? "",
  ]);
  await call.output.result(runs, () =>
    rows.length === 0
      ? "None yet. Start one: dimmer eval-runs start <suite> --flag <flag> --variant <variant>"
      : call.output.table(["id", "suite", "of", "environment", "state", "items", "came of it"], rows),
  );
}
