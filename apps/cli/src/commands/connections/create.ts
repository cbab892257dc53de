/** `dimmer connections create NAME`: keeps a provider's credential for the calls that Dimmer makes itself. */

import { ConnectionFormat } from "@dimmer/protocol";
import { wrongUsage } from "../../failure.ts";
import type { Call, Verb } from "../../verb.ts";
import { openEnvironment } from "./open-environment.ts";
import { readBudget } from "./read-budget.ts";
import { readSecret, SECRET_OPTION } from "./read-secret.ts";

export const createConnection: Verb = {
  usage: "create <name>",
  summary: "keep a provider's credential, read from a variable or standard input, for the calls that Dimmer makes itself",
  options: [
    ["--provider <provider>", "as AI configs name it: openai, anthropic, …"],
    SECRET_OPTION,
    ["--base-url <url>", "as its official client takes it; known for openai and anthropic"],
    ["--region <region>", "configs that name a region are called through a connection of that region only"],
    ["--format <format>", "openai or anthropic: how it is spoken to, where the provider does not say"],
    ["--budget <dollars>", "what it may spend in a day, or none; 5 unless given"],
  ],
  examples: [
    "connections create OpenAI --provider openai --secret-env OPENAI_API_KEY",
    "connections create House --provider house --base-url https://models.example.com/v1 --budget none < key.txt",
  ],
  run: create,
};

async function create(call: Call): Promise<void> {
  const [name = ""] = call.args;
  const provider = call.option("provider");
  if (provider === undefined) throw wrongUsage("Whose credential is it?", "Name the provider: --provider openai");
  const format = call.option("format");
  const known = format === undefined ? undefined : ConnectionFormat.safeParse(format);
  if (known?.success === false) throw wrongUsage(`There is no format ${format}.`, "Say --format openai or --format anthropic.");
  const [baseUrl, region, budget] = [call.option("base-url"), call.option("region"), readBudget(call)];
  const secret = await readSecret(call);
  const { client, project, environment } = await openEnvironment(call);
  const connection = await client.createConnection(project, environment, {
    name,
    provider,
    secret,
    ...(known === undefined ? {} : { format: known.data }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(region === undefined ? {} : { region }),
    ...(budget === undefined ? {} : { dailyBudgetMicroUsd: budget }),
  });
  await call.output.result(connection, () => connection.id);
  call.output.say(`The credential is never shown again. Try it: dimmer connections test ${connection.id} --model <model>`);
}
