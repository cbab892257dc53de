/** `dimmer experiments status ID`: where an experiment stands. */

import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const showExperiment: Verb = {
  usage: "status <experiment>",
  summary: "where an experiment stands: its state, plan and newest headline",
  examples: ["experiments status experiment_4f0c…"],
  run: show,
};

async function show(call: Call): Promise<void> {
  const [id = ""] = call.args;
  const { client, project } = await openServer(call);
  const experiment = await client.getExperiment(project, id);
  const {
    name,
    state,
    flag,
    environment,
    rule,
    arms,
    baseline,
    primary,
    outlook,
    endsAt,
    endedAt,
    end,
    shipped,
    paused,
    latest,
  } = experiment;
  const people = outlook?.people ?? null;
  const lines = [
    `${name}: ${state}`,
    `${flag} in ${environment}, ${rule}: ${arms.map(({ variant, percent }) => `${variant} ${percent} %`).join(", ") || "the split's own shares"}; ${baseline} is the baseline`,
    `decides: ${primary}${people === null ? "" : `, planned for ${people} people`}`,
    ...(endedAt === null ? (endsAt === null ? [] : [`ends by ${endsAt}`]) : [`ended ${endedAt} (${end ?? ""})`]),
    ...(shipped === null ? [] : [`shipped ${shipped.variant}`]),
    ...(paused === null ? [] : [`gives no new weights: ${paused}`]),
    ...(latest === null ? [] : [`${latest.verdict} · ${latest.say}`]),
  ];
  await call.output.result(experiment, () => lines.join("\n"));
}
