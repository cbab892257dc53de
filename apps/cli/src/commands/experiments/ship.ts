/** `dimmer experiments ship ID VARIANT`: everybody of the rule gets it. */

import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";
import { sayStep } from "./say-step.ts";

export const shipExperiment: Verb = {
  usage: "ship <experiment> <variant>",
  summary: "give everybody of the rule the winner, or the baseline to keep the old one; the result is the reason",
  options: [
    ["--reason <text>", "instead of the result in words"],
    ["--anyway", "although the result does not name it"],
    ["--dry-run", "say what would happen and change nothing"],
  ],
  examples: ["experiments ship experiment_4f0c… sonnet"],
  run: ship,
};

async function ship(call: Call): Promise<void> {
  const [id = "", variant = ""] = call.args;
  const { client, project } = await openServer(call);
  const reason = call.option("reason");
  const order = { variant, anyway: call.has("anyway"), ...(reason === undefined ? {} : { reason }) };
  if (!call.has("dry-run")) await call.output.confirm(`Give ${variant} to everybody of the rule?`);
  const step = await client.shipExperiment(project, id, { ...order, dryRun: call.has("dry-run") });
  await call.output.result(step, () => sayStep(step, `${step.experiment.name} was shipped: ${variant}.`));
}
