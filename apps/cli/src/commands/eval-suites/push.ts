/** `dimmer eval-suites push FILE`: keeps a suite on the server, so that it can be run there. */

import { readSuite } from "../../evals/suite.ts";
import { plural } from "../../output/issues.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const pushEvalSuite: Verb = {
  usage: "push <file>",
  summary: "keep a suite on the server, as the next version of its name",
  examples: ["eval-suites push faq.yaml"],
  run: push,
};

async function push(call: Call): Promise<void> {
  const [file = ""] = call.args;
  const suite = await readSuite(call.io.cwd, file);
  const { client, project } = await openServer(call);
  const kept = await client.pushEvalSuite(project, suite);
  await call.output.result(kept, () => `${kept.name} is at number ${kept.number}, ${plural(kept.itemCount, "item")}.`);
  call.output.say(`Run it: dimmer eval-runs start ${kept.name} --flag <flag> --variant <variant>`);
}
