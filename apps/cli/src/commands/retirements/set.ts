/** `dimmer retirements set PROVIDER MODEL DAY`, and `remove`: when a model retires. */

import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";
import { readDay } from "../prices/set.ts";

export const setRetirement: Verb = {
  usage: "set <provider> <model> <day>",
  summary: "write down when a model retires; an alert says so 60, 30 and 7 days ahead, where it is still served",
  examples: ["retirements set openai gpt-4o-2024-05-13 2027-03-31"],
  run: set,
};

export const removeRetirement: Verb = {
  usage: "remove <provider> <model>",
  summary: "forget when a model retires",
  run: remove,
};

async function set(call: Call): Promise<void> {
  const [provider = "", model = "", day = ""] = call.args;
  const retiresOn = readDay(day, "It") ?? day;
  const { client, project } = await openServer(call);
  const done = await client.setModelRetirement(project, { provider, model, retiresOn });
  await call.output.result(done, () => `${model} of ${provider} retires on ${done.retiresOn}.`);
}

async function remove(call: Call): Promise<void> {
  const [provider = "", model = ""] = call.args;
  const { client, project } = await openServer(call);
  const done = await client.removeModelRetirement(project, { provider, model });
  await call.output.result(done, () => `Forgot that ${model} of ${provider} retires on ${done.retiresOn}.`);
}
