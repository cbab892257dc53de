/** `dimmer experiments remove ID`: removes a draft, archives what has ended. */

import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const removeExperiment: Verb = {
  usage: "remove <experiment>",
  summary: "remove a draft; archive one that has ended, with its results",
  examples: ["experiments remove experiment_4f0c…"],
  run: remove,
};

async function remove(call: Call): Promise<void> {
  const [id = ""] = call.args;
  const { client, project } = await openServer(call);
  const removed = await client.removeExperiment(project, id);
  await call.output.result(removed, () => (removed.isArchived ? `${removed.name} is archived.` : `${removed.name} is gone.`));
}
