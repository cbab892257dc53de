/** `dimmer judges create NAME`: has a model score a share of what people get of a flag. */

import { readText } from "../../document/read-document.ts";
import { wrongUsage } from "../../failure.ts";
import type { Call, Verb } from "../../verb.ts";
import { openEnvironment } from "../connections/open-environment.ts";
import { readBudget } from "../connections/read-budget.ts";

const PER_PERCENT = 10;
const USUAL_SCALE = "0..1";

export const createJudge: Verb = {
  usage: "create <name>",
  summary: "have a model score a share of what people get of a flag; to make one is to let apps send what was asked and answered",
  options: [
    ["--flag <flag>", "whose answers are judged"],
    ["--connection <id>", "what the judge is asked through: dimmer connections list"],
    ["--model <model>", "the judge, by its dated name"],
    ["--prompt <file>", "what makes an answer good: a template over {{ output }} and {{ input }}"],
    ["--score <name>", "what its scores are called in metrics"],
    ["--scale <from..to>", `the worst and the best score; ${USUAL_SCALE} unless given`],
    ["--percent <n>", "how many of a hundred runs it looks at, from 0.1"],
    ["--budget <dollars>", "what it may spend in a day"],
  ],
  examples: [
    "judges create Friendly --flag summarizer --connection connection_4f0c… --model gpt-5-2025-08-07 --prompt friendly.md --score friendly --percent 5 --budget 2",
  ],
  run: create,
};

async function create(call: Call): Promise<void> {
  const [name = ""] = call.args;
  const prompt = await readText(call.io.cwd, required(call, "prompt"));
  const dailyBudgetMicroUsd = readBudget(call);
  if (dailyBudgetMicroUsd === undefined || dailyBudgetMicroUsd === null)
    throw wrongUsage("What may it spend in a day?", "Say it in dollars: --budget 2");
  const order = {
    name,
    flag: required(call, "flag"),
    connection: required(call, "connection"),
    model: required(call, "model"),
    prompt,
    score: required(call, "score"),
    scale: readScale(call.option("scale") ?? USUAL_SCALE),
    perMille: readPercent(required(call, "percent")),
    dailyBudgetMicroUsd,
  };
  const { client, project, environment } = await openEnvironment(call);
  const judge = await client.createJudge(project, environment, order);
  await call.output.result(judge, () => `${name} judges ${judge.flag} in ${environment} (${judge.id}).`);
  call.output.say("Apps send it what was asked and answered where they say so: docs/guide/judges.md");
}

function required(call: Call, name: string): string {
  const given = call.option(name);
  if (given !== undefined) return given;
  throw wrongUsage(`A judge needs --${name}.`, "All of its options: dimmer judges create --help");
}

function readScale(text: string): { readonly from: number; readonly to: number } {
  const [, from, to] = /^(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)$/u.exec(text) ?? [];
  if (from === undefined || to === undefined)
    throw wrongUsage(`"${text}" is no scale.`, "Say the worst and the best: --scale 1..5");
  return { from: Number(from), to: Number(to) };
}

function readPercent(text: string): number {
  const perMille = /^\d+(?:\.\d)?$/u.test(text) ? Math.round(Number(text) * PER_PERCENT) : 0;
  if (perMille >= 1 && perMille <= 100 * PER_PERCENT) return perMille;
  throw wrongUsage(`--percent takes 0.1 to 100, with one decimal at most, and is "${text}".`);
}
