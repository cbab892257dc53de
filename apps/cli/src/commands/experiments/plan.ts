/** `dimmer experiments plan`: how many people and weeks an experiment would take. */

import type { ExperimentOutlook } from "@dimmer/protocol";
import { sayCount } from "@dimmer/evaluation";
import type { Call, Verb } from "../../verb.ts";
import { openEnvironment } from "../connections/open-environment.ts";
import { EXPERIMENT_OPTIONS, readExperiment } from "./read-experiment.ts";

export const planExperiment: Verb = {
  usage: "plan",
  summary: "say how many people and weeks an experiment would take, by what the last week told; keeps nothing",
  options: EXPERIMENT_OPTIONS.filter(([flags]) => !flags.startsWith("--hypothesis")),
  examples: ["experiments plan --flag summarizer --arms opus=50,sonnet=50 --baseline opus --primary cost --effect 0.05"],
  run: plan,
};

async function plan(call: Call): Promise<void> {
  const { client, project, environment } = await openEnvironment(call);
  const outlook = await client.foreseeExperiment(project, readExperiment(call, environment, "Plan", "none"));
  for (const { message, mend } of outlook.issues) call.output.warn(`${message} ${mend}`);
  await call.output.result(outlook, () => [outlook.say, ...findable(call, outlook)].join("\n"));
}

function findable(call: Call, { findable: rows, people, peopleSequential }: ExperimentOutlook): string[] {
  const looked =
    peopleSequential === null || people === null
      ? []
      : [`Found at any look, without waiting for the plan: ${sayCount(peopleSequential)} people.`];
  if (rows.length === 0) return looked;
  const said = rows.map(({ days, people: all, effect }) => [`${days / 7}`, sayCount(all), `${(100 * effect).toFixed(1)} %`]);
  return [...looked, call.output.table(["weeks", "people", "finds"], said)];
}
