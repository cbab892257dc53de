/** `dimmer judges remove ID`: removes an online judge. */

import type { Call, Verb } from "../../verb.ts";
import { openEnvironment } from "../connections/open-environment.ts";

export const removeJudge: Verb = {
  usage: "remove <judge>",
  summary: "remove a judge with what waits for it; its scores stay",
  examples: ["judges remove judge_4f0c… --environment production"],
  run: remove,
};

async function remove(call: Call): Promise<void> {
  const [id = ""] = call.args;
  const { client, project, environment } = await openEnvironment(call);
  const removed = await client.removeJudge(project, environment, id);
  await call.output.result(removed, () => `${removed.name} judges no more; its scores stay.`);
}
