/** `dimmer attributes list`: what rules can ask of contexts, as programs send them. */

import { chooseEnvironment } from "../../environment-choice.ts";
import { environmentsIn, openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const listAttributes: Verb = {
  usage: "list",
  summary: "the attributes that contexts have, and their types; never their values",
  run: list,
};

async function list(call: Call): Promise<void> {
  const server = await openServer(call);
  const environment = chooseEnvironment(call.settings.environment, await environmentsIn(server), `Project ${server.project}`);
  const attributes = await server.client.listAttributes(server.project, environment);
  await call.output.result(attributes, () => {
    if (attributes.length === 0) return `No attribute was seen in ${environment} yet.`;
    const rows = attributes.map(({ path, types, lastSeen }) => [path, types.join(", "), lastSeen]);
    return call.output.table(["attribute", "type", "last seen"], rows);
  });
}
