/** `dimmer connections update ID`: another name, address, region, budget or credential. */

import type { ConnectionEdit } from "@dimmer/protocol";
import { wrongUsage } from "../../failure.ts";
import type { Call, Verb } from "../../verb.ts";
import { openEnvironment } from "./open-environment.ts";
import { readBudget } from "./read-budget.ts";
import { readSecret, SECRET_OPTION } from "./read-secret.ts";

export const updateConnection: Verb = {
  usage: "update <id>",
  summary: "another name, address, region, budget or credential; another host takes the credential again",
  options: [
    ["--name <name>", "its name for people"],
    ["--base-url <url>", "where it is asked"],
    ["--region <region>", "its region, or none"],
    ["--budget <dollars>", "what it may spend in a day, or none"],
    ["--new-secret", "read another credential from standard input"],
    SECRET_OPTION,
  ],
  examples: ["connections update connection_1f0c --budget 20", "connections update connection_1f0c --secret-env OPENAI_API_KEY"],
  run: update,
};

async function update(call: Call): Promise<void> {
  const [id = ""] = call.args;
  const isNewSecret = call.has("new-secret") || call.option("secret-env") !== undefined;
  const edit = { ...readEdit(call), ...(isNewSecret ? { secret: await readSecret(call) } : {}) };
  if (Object.keys(edit).length === 0)
    throw wrongUsage(`What is to change about ${id}? Say --name, --base-url, --region, --budget or --new-secret.`);
  const { client, project, environment } = await openEnvironment(call);
  const connection = await client.updateConnection(project, environment, id, edit);
  await call.output.result(connection, () => `Changed ${connection.name}.`);
}

function readEdit(call: Call): ConnectionEdit {
  const [name, baseUrl, region, budget] = [call.option("name"), call.option("base-url"), call.option("region"), readBudget(call)];
  return {
    ...(name === undefined ? {} : { name }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(region === undefined ? {} : { region: region === "none" ? null : region }),
    ...(budget === undefined ? {} : { dailyBudgetMicroUsd: budget }),
  };
}
