/** `dimmer kill --model M | --provider P`: one change over all flags that use it. Does not ask, as no kill does. */

import { makeChange } from "../change.ts";
import { wrongUsage } from "../failure.ts";
import { openServer } from "../server.ts";
import type { Call } from "../verb.ts";
import { modelQueryOf } from "./model-query.ts";

export async function killModel(call: Call): Promise<void> {
  if (call.args.length > 0)
    throw wrongUsage("kill takes a flag, or --model and --provider; not both.", "`dimmer where` shows which flags use a model.");
  const query = modelQueryOf(call, call.option("model"));
  const server = await openServer(call);
  const { client, project } = server;
  await makeChange(call, { server, later: { kills: query }, send: (about) => client.killModel(project, { ...query, ...about }) });
}
