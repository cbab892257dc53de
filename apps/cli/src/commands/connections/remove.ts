/** `dimmer connections remove ID`: the connection and its credential go. */

import { notFound } from "../../failure.ts";
import type { Call, Verb } from "../../verb.ts";
import { openEnvironment } from "./open-environment.ts";

export const removeConnection: Verb = { usage: "remove <id>", summary: "remove it and its credential", run: remove };

async function remove(call: Call): Promise<void> {
  const [id = ""] = call.args;
  const { client, project, environment } = await openEnvironment(call);
  const connection = (await client.listConnections(project, environment)).find((one) => one.id === id);
  if (connection === undefined) throw notFound(`There is no connection ${id} in ${environment}.`);
  await call.output.confirm(`Remove ${connection.name} (${connection.baseUrl}) and its credential?`);
  const removed = await client.removeConnection(project, environment, id);
  await call.output.result(removed, () => `Removed ${removed.name}.`);
}
