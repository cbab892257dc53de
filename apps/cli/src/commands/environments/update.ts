/** `dimmer environments update ENV`: another name, or whether mistakes there reach customers. */

import { wrongUsage } from "../../failure.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const updateEnvironment: Verb = {
  usage: "update <environment>",
  summary: "rename an environment, or say whether it is production; its key stays",
  options: [
    ["--name <name>", "its name for people"],
    ["--production", "mark it as one where mistakes reach customers"],
    ["--not-production", "take that mark away"],
  ],
  examples: ["environments update eu --production", "environments update staging --name 'Staging, Frankfurt'"],
  run: update,
};

async function update(call: Call): Promise<void> {
  const [environment = ""] = call.args;
  const name = call.option("name");
  const [isMarked, isUnmarked] = [call.has("production"), call.has("not-production")];
  if (isMarked && isUnmarked) throw wrongUsage("It is production or it is not: say one of them.");
  if (name === undefined && !isMarked && !isUnmarked)
    throw wrongUsage(`What is to change about ${environment}? Say --name, --production or --not-production.`);
  const edit = { ...(name === undefined ? {} : { name }), ...(isMarked || isUnmarked ? { production: isMarked } : {}) };
  const { client, project } = await openServer(call);
  const after = await client.updateEnvironment(project, environment, edit);
  await call.output.result(
    after,
    () => `${after.key} is called ${after.name} and is ${after.production ? "" : "not "}production.`,
  );
}
