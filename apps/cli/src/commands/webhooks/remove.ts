/** `dimmer webhooks remove ID`: nothing is posted there any more. */

import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const removeWebhook: Verb = { usage: "remove <id>", summary: "post nothing there any more", run: remove };

async function remove(call: Call): Promise<void> {
  const [id = ""] = call.args;
  const { client, project } = await openServer(call);
  const webhook = await client.getWebhook(project, id);
  await call.output.confirm(`Remove ${webhook.id} (${webhook.url})?`);
  const removed = await client.removeWebhook(project, id);
  await call.output.result(removed, () => `Removed ${removed.id}.`);
}
