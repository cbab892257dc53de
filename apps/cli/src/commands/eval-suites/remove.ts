/** `dimmer eval-suites remove SUITE`: removes a suite that the project keeps. */

import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const removeEvalSuite: Verb = {
  usage: "remove <suite>",
  summary: "remove a suite with its versions; its reports stay",
  examples: ["eval-suites remove faq"],
  run: remove,
};

async function remove(call: Call): Promise<void> {
  const [name = ""] = call.args;
  const { client, project } = await openServer(call);
  const removed = await client.removeEvalSuite(project, name);
  await call.output.result(removed, () => `${name} is removed; its reports stay.`);
}
