/** `dimmer reviews apply ID`: makes the change, once it is approved. */

import { WAIT_OPTION } from "../../arrival.ts";
import { makeChange } from "../../change.ts";
import { summariseRequest } from "../../output/describe-request.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const applyReview: Verb = {
  usage: "apply <id>",
  summary: "make the change, once it is approved and nobody edited the same meanwhile",
  options: [WAIT_OPTION],
  run: apply,
};

async function apply(call: Call): Promise<void> {
  const [id = ""] = call.args;
  const server = await openServer(call);
  const { client, project } = server;
  const request = await client.getChangeRequest(project, id);
  await call.output.confirm(`Apply ${id}: ${summariseRequest(request)}`);
  await makeChange(call, { server, send: () => client.applyChangeRequest(project, id) });
}
