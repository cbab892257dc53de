/** `dimmer webhooks create URL`: every change from now on is posted there, or what else is asked for; the secret is shown once. */

import { WebhookEvents, WebhookFormat } from "@dimmer/protocol";
import { wrongUsage } from "../../failure.ts";
import { didYouMean } from "../../output/suggest.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const createWebhook: Verb = {
  usage: "create <url>",
  summary: "post every change from now on to an address, and show the secret that signs it, once",
  options: [
    ["--events <kinds...>", `what is posted: ${WebhookEvents.options.join(", ")}; changes unless given`],
    ["--format <format>", `${WebhookFormat.options.join(" or ")}; slack takes the address of an incoming webhook there`],
  ],
  examples: [
    "webhooks create https://hooks.example.com/dimmer",
    "webhooks create https://hooks.slack.com/services/… --events alerts rollouts --format slack",
  ],
  run: create,
};

async function create(call: Call): Promise<void> {
  const [url = ""] = call.args;
  const { client, project } = await openServer(call);
  const webhook = await client.createWebhook(project, { url, events: readEvents(call), format: readFormat(call) });
  await call.output.result(webhook, () => webhook.secret);
  call.output.say(`This is the only time the secret of ${webhook.id} is shown. Try it with: dimmer webhooks test ${webhook.id}`);
}

function readEvents(call: Call): WebhookEvents[] | undefined {
  const words = call.list("events");
  return words.length === 0 ? undefined : words.map((word) => oneOf(WebhookEvents.options, word, "events"));
}

function readFormat(call: Call): WebhookFormat | undefined {
  const word = call.option("format");
  return word === undefined ? undefined : oneOf(WebhookFormat.options, word, "format");
}

function oneOf<const T extends string>(known: readonly T[], word: string, option: string): T {
  const found = known.find((one) => one === word);
  if (found === undefined) throw wrongUsage(`--${option} takes ${known.join(", ")}, and not ${word}.`, didYouMean(word, known));
  return found;
}
