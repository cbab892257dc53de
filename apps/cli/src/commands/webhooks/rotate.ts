/** `dimmer webhooks rotate ID`: a new secret, shown once. */

import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const rotateWebhook: Verb = {
  usage: "rotate <id>",
  summary: "a new secret, shown once; for a day messages are signed with the old one too",
  run: rotate,
};

async function rotate(call: Call): Promise<void> {
  const [id = ""] = call.args;
  const { client, project } = await openServer(call);
  const webhook = await client.getWebhook(project, id);
  await call.output.confirm(`Make a new secret for ${webhook.id} (${webhook.url})?`);
  const rotated = await client.rotateWebhook(project, id);
  await call.output.result(rotated, () => rotated.secret);
  call.output.say(`For a day messages of ${id} are signed with both secrets. This is the only time the new one is shown.`);
}
