/** `dimmer experiments start ID`: freezes the plan and gives people their arms. */

import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";
import { sayStep } from "./say-step.ts";

export const startExperiment: Verb = {
  usage: "start <experiment>",
  summary: "freeze the plan of a draft, and give its people their arms",
  options: [["--reason <text>", "why; the hypothesis unless given"]],
  examples: ["experiments start experiment_4f0c…"],
  run: start,
};

async function start(call: Call): Promise<void> {
  const [id = ""] = call.args;
  const { client, project } = await openServer(call);
  const reason = call.option("reason");
  const step = await client.startExperiment(project, id, reason === undefined ? {} : { reason });
  const { name, outlook } = step.experiment;
  const people = outlook?.people ?? null;
  const size = people === null ? "" : ` It is planned for ${people} people.`;
  await call.output.result(step, () => sayStep(step, `${name} runs.${size}`));
}
