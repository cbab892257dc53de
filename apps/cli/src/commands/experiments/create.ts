/** `dimmer experiments create NAME`: drafts an experiment. */

import type { Call, Verb } from "../../verb.ts";
import { openEnvironment } from "../connections/open-environment.ts";
import { EXPERIMENT_OPTIONS, readExperiment } from "./read-experiment.ts";

export const createExperiment: Verb = {
  usage: "create <name>",
  summary: "draft an experiment; nobody gets anything else before it starts",
  options: EXPERIMENT_OPTIONS,
  examples: [
    'experiments create "Sonnet writes summaries" --flag summarizer --arms opus=50,sonnet=50 --baseline opus --primary cost --guardrail acceptance_rate=0.01 --hypothesis "It costs less, and people accept as much of it."',
  ],
  run: create,
};

async function create(call: Call): Promise<void> {
  const [name = ""] = call.args;
  const { client, project, environment } = await openEnvironment(call);
  const experiment = await client.createExperiment(project, readExperiment(call, environment, name));
  await call.output.result(experiment, () => `Drafted ${experiment.name} (${experiment.id}).`);
  call.output.say(`Start it with: dimmer experiments start ${experiment.id}`);
}
