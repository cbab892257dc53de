/** `dimmer webhooks list`: where changes are posted, and whether they are taken. */

import type { WebhookView } from "@dimmer/protocol";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const listWebhooks: Verb = { usage: "list", summary: "where changes are posted, and whether they are taken", run: list };

async function list(call: Call): Promise<void> {
  const { client, project } = await openServer(call);
  const webhooks = await client.listWebhooks(project);
  const rows = webhooks.map((webhook) => [webhook.id, describeWebhook(webhook), webhook.url]);
  await call.output.result(webhooks, () =>
    rows.length === 0 ? "There are none." : call.output.table(["id", "state", "address"], rows),
  );
}

/** `failing since …, next try …`. */
export function describeWebhook({ state, failingSince, nextAt }: WebhookView): string {
  const since = failingSince === null ? "" : ` since ${failingSince}`;
  return `${state}${since}${nextAt === null ? "" : `, next try ${nextAt}`}`;
}
