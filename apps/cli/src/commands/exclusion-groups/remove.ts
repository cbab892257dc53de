/** `dimmer exclusion-groups remove ID`. */

import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const removeExclusionGroup: Verb = {
  usage: "remove <group>",
  summary: "remove a group that no experiment has people of",
  examples: ["exclusion-groups remove group_4f0c…"],
  run: remove,
};

async function remove(call: Call): Promise<void> {
  const [id = ""] = call.args;
  const { client, project } = await openServer(call);
  const removed = await client.removeExclusionGroup(project, id);
  await call.output.result(removed, () => `${removed.name} is gone.`);
}
