/** `dimmer webhooks show ID`: its state and its last messages. */

import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";
import { describeDelivery } from "./send.ts";
import { describeWebhook } from "./list.ts";

export const showWebhook: Verb = { usage: "show <id>", summary: "its state and its last messages, newest first", run: show };

async function show(call: Call): Promise<void> {
  const [id = ""] = call.args;
  const { client, project } = await openServer(call);
  const webhook = await client.getWebhook(project, id);
  const deliveries = await client.listDeliveries(project, id);
  await call.output.result({ ...webhook, deliveries }, () =>
    [
      `${webhook.id}  ${webhook.url}`,
      `  ${describeWebhook(webhook)}; delivered up to change ${webhook.cursor}`,
      ...deliveries.map((delivery) => `  ${delivery.at}  ${describeDelivery(delivery)}  ${delivery.id}`),
    ].join("\n"),
  );
}
