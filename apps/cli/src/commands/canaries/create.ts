/** `dimmer canaries create NAME`: has a kept suite replayed through each live variant of a flag. */

import { wrongUsage } from "../../failure.ts";
import type { Call, Verb } from "../../verb.ts";
import { openEnvironment } from "../connections/open-environment.ts";
import { readBudget } from "../connections/read-budget.ts";
import { readCount } from "../read-limit.ts";

const USUAL_MINUTES = "1440";

export const createCanary: Verb = {
  usage: "create <name>",
  summary: "replay a suite that the project keeps through each live variant of a flag, on a timer",
  options: [
    ["--flag <flag>", "whose variants answer"],
    ["--suite <suite>", "the prompts and their checks: dimmer eval-suites list"],
    ["--every <minutes>", `how often, from 60; ${USUAL_MINUTES} unless given, which is daily`],
    ["--budget <dollars>", "what it may spend in a day"],
    ["--as-configured", "leave the temperature as it is: for models that take none"],
  ],
  examples: ["canaries create Daily --flag summarizer --suite faq --budget 1"],
  run: create,
};

async function create(call: Call): Promise<void> {
  const [name = ""] = call.args;
  const dailyBudgetMicroUsd = readBudget(call);
  if (dailyBudgetMicroUsd === undefined || dailyBudgetMicroUsd === null)
    throw wrongUsage("What may it spend in a day?", "Say it in dollars: --budget 1");
  const order = {
    name,
    flag: required(call, "flag"),
    suite: required(call, "suite"),
    everyMinutes: readCount(call.option("every") ?? USUAL_MINUTES, "--every"),
    dailyBudgetMicroUsd,
    ...(call.has("as-configured") ? { temperature: null } : {}),
  };
  const { client, project, environment } = await openEnvironment(call);
  const canary = await client.createCanary(project, environment, order);
  await call.output.result(
    canary,
    () => `${name} replays ${canary.prompts} prompts of ${canary.suite} through ${canary.flag} in ${environment} (${canary.id}).`,
  );
}

function required(call: Call, name: string): string {
  const given = call.option(name);
  if (given !== undefined) return given;
  throw wrongUsage(`A canary set needs --${name}.`, "All of its options: dimmer canaries create --help");
}
