/** `dimmer webhooks create URL`: every change from now on is posted there; the secret is shown once. */

import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const createWebhook: Verb = {
  usage: "create <url>",
  summary: "post every change from now on to an address, and show the secret that signs it, once",
  examples: ["webhooks create https://hooks.example.com/dimmer"],
  run: create,
};

async function create(call: Call): Promise<void> {
  const [url = ""] = call.args;
  const { client, project } = await openServer(call);
  const webhook = await client.createWebhook(project, url);
  await call.output.result(webhook, () => webhook.secret);
  call.output.say(`This is the only time the secret of ${webhook.id} is shown. Try it with: dimmer webhooks test ${webhook.id}`);
}
