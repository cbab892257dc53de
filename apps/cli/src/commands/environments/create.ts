/** `dimmer environments create KEY`: a new environment, empty of configuration. */

import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const createEnvironment: Verb = {
  usage: "create <key>",
  summary: "create an environment; flags do nothing there until they are configured",
  options: [
    ["--name <name>", "its name for people (the key unless given)"],
    ["--production", "mark it as one where mistakes reach customers"],
  ],
  examples: ["environments create staging"],
  run: create,
};

async function create(call: Call): Promise<void> {
  const [key = ""] = call.args;
  const server = await openServer(call);
  const made = await server.client.createEnvironment(server.project, {
    key,
    name: call.option("name") ?? key,
    production: call.has("production"),
  });
  await call.output.result(made, () => `Created environment ${made.key}.`);
}
