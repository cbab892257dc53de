/** `dimmer experiments end ID`: ends an experiment and keeps its result. */

import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const endExperiment: Verb = {
  usage: "end <experiment>",
  summary: "end an experiment and keep its result; its people keep their arms until it is shipped",

  examples: ["experiments end experiment_4f0c…"],
  run: end,
};

async function end(call: Call): Promise<void> {
  const [id = ""] = call.args;
  const { client, project } = await openServer(call);
  await call.output.confirm("End it before its plan does?");
  const experiment = await client.endExperiment(project, id);
  await call.output.result(experiment, () => `${experiment.name} has ended. ${experiment.latest?.say ?? "No result was kept."}`);
  call.output.say(`Give everybody an arm with: dimmer experiments ship ${id} <variant>`);
}
