/** `dimmer evals show REPORT`: one report, with the items that failed. */

import { describeReport } from "../../output/describe-evals.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const showEval: Verb = {
  usage: "show <report>",
  summary: "one eval report: its scores, and the items that failed; all of them with --json",
  examples: ["evals show eval_0c453f61d8432c8bc4e8"],
  run: show,
};

async function show(call: Call): Promise<void> {
  const [id = ""] = call.args;
  const { client, project } = await openServer(call);
  const report = await client.getEvalReport(project, id);
  await call.output.result(report, () => describeReport(report, call.output));
}
