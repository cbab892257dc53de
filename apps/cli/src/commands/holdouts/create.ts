/** `dimmer holdouts create NAME`: keeps a share of people out of experiments. */

import { wrongUsage } from "../../failure.ts";
import type { Call, Verb } from "../../verb.ts";
import { openEnvironment } from "../connections/open-environment.ts";

export const createHoldout: Verb = {
  usage: "create <name>",
  summary: "keep a share of people out of the experiments that start from now on",
  options: [["--percent <n>", "of people, at most 20"]],
  examples: ["holdouts create 2027 --percent 5 --environment production"],
  run: create,
};

async function create(call: Call): Promise<void> {
  const [name = ""] = call.args;
  const percent = call.option("percent") ?? "";
  if (!/^\d+(?:\.\d{1,3})?$/u.test(percent)) throw wrongUsage("How many of a hundred people?", "Say it: --percent 5");
  const { client, project, environment } = await openEnvironment(call);
  const holdout = await client.createHoldout(project, { name, environment, percent: Number(percent) });
  await call.output.result(
    holdout,
    () => `${holdout.percent} % of people are in no experiment of ${environment} that starts from now on (${holdout.id}).`,
  );
}
