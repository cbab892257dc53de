/** `dimmer eval-runs cancel ID`: ends a run that waits or goes on. */

import { sayRun } from "../../output/describe-evals.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const cancelEvalRun: Verb = {
  usage: "cancel <run>",
  summary: "end a run that waits or goes on; nothing is reported, and what was called is paid",
  examples: ["eval-runs cancel evalrun_4f0c…"],
  run: cancel,
};

async function cancel(call: Call): Promise<void> {
  const [id = ""] = call.args;
  const { client, project } = await openServer(call);
  const run = await client.cancelEvalRun(project, id);
  await call.output.result(run, () => sayRun(run));
}
