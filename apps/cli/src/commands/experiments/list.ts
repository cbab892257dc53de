/** `dimmer experiments list`: the experiments of a project. */

import { EXPERIMENT_STATES } from "@dimmer/protocol";
import { wrongUsage } from "../../failure.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const listExperiments: Verb = {
  usage: "list",
  summary: "experiments of a project, the newest first, each with what is known",
  options: [
    ["--flag <flag>", "of this flag only"],
    ["--state <state>", EXPERIMENT_STATES.join(", ")],
    ["--archived", "those that were archived"],
  ],
  examples: ["experiments list --state running"],
  run: list,
};

async function list(call: Call): Promise<void> {
  const { client, project } = await openServer(call);
  const asked = call.option("state");
  const state = EXPERIMENT_STATES.find((one) => one === asked);
  if (asked !== undefined && state === undefined)
    throw wrongUsage(`"${asked}" is no state of an experiment.`, `There are ${EXPERIMENT_STATES.join(", ")}.`);
  const environment = call.settings.environment;
  const found = await client.listExperiments(project, {
    flag: call.option("flag"),
    environment,
    state,
    archived: call.has("archived"),
  });
  const rows = found.map(({ id, name, flag, state: now, latest }) => [id, name, flag, now, latest?.say ?? ""]);
  await call.output.result(found, () =>
    rows.length === 0 ? "There are none." : call.output.table(["id", "name", "flag", "state", "known"], rows),
  );
}
