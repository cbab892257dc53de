/** `dimmer metric-definitions remove NAME`: a metric is shown again as those are that nobody defined. */

import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const removeMetricDefinition: Verb = {
  usage: "remove <metric>",
  summary: "remove a metric definition; what was told of it stays",
  examples: ["metric-definitions remove basket"],
  run: remove,
};

async function remove(call: Call): Promise<void> {
  const [name = ""] = call.args;
  const { client, project } = await openServer(call);
  const view = await client.removeMetricDefinition(project, name);
  await call.output.result(view, () => `Removed ${view.name}; what was told of it stays.`);
}
