/** `dimmer webhooks test ID`, and `redeliver`: one message now, and what came of it. */

import type { DeliveryView } from "@dimmer/protocol";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const testWebhook: Verb = {
  usage: "test <id>",
  summary: "post a test now; one that is taken ends a failing or disabled state",
  run: test,
};

export const redeliver: Verb = {
  usage: "redeliver <id> <delivery>",
  summary: "post a message again, under the same id",
  run: sendAgain,
};

async function test(call: Call): Promise<ExitCode> {
  const [id = ""] = call.args;
  const { client, project } = await openServer(call);
  return await report(call, await client.testWebhook(project, id));
}

async function sendAgain(call: Call): Promise<ExitCode> {
  const [id = "", delivery = ""] = call.args;
  const { client, project } = await openServer(call);
  return await report(call, await client.redeliver(project, id, delivery));
}

async function report(call: Call, delivery: DeliveryView): Promise<ExitCode> {
  await call.output.result(delivery, () => describeDelivery(delivery));
  return delivery.state === "delivered" ? EXIT.ok : EXIT.failed;
}

/** `delivered (204)`, `retrying (500), 3 tries`. */
export function describeDelivery({ change, notice, state, status, error, attempts }: DeliveryView): string {
  const what = change === null && notice === null ? "test " : "";
  const answer = status === null ? "" : ` (${status})`;
  const tries = attempts === 1 ? "" : `, ${attempts} tries`;
  return `${what}${state}${answer}${tries}${error === null ? "" : `: ${error}`}`;
}
