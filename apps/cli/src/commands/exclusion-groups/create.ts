/** `dimmer exclusion-groups create NAME`: makes a group of experiments of which nobody is in two. */

import type { Call, Verb } from "../../verb.ts";
import { openEnvironment } from "../connections/open-environment.ts";

export const createExclusionGroup: Verb = {
  usage: "create <name>",
  summary: "make a group whose experiments share people out",
  examples: ["exclusion-groups create Search --environment production"],
  run: create,
};

async function create(call: Call): Promise<void> {
  const [name = ""] = call.args;
  const { client, project, environment } = await openEnvironment(call);
  const group = await client.createExclusionGroup(project, { name, environment });
  await call.output.result(group, () => `Made ${name} in ${environment} (${group.id}).`);
}
