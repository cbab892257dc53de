/** `dimmer spenders`: who spends most, by person, flag, variant, model, provider, rule, conversation or task. */

import { sayDollars } from "@dimmer/evaluation";
import { SPENDER_DIMENSIONS, type SpenderDimension, type SpendersView } from "@dimmer/protocol";
import { chooseEnvironment } from "../environment-choice.ts";
import { wrongUsage } from "../failure.ts";
import { didYouMean } from "../output/suggest.ts";
import { environmentsIn, openServer } from "../server.ts";
import type { Call, Verb } from "../verb.ts";
import { readCount } from "./read-limit.ts";

const USUAL_HOURS = 24;
const MAX_HOURS = 2_160;
const USUAL_LIMIT = 20;
const MAX_LIMIT = 500;

export const spenders: Verb = {
  usage: "spenders",
  summary: "who spends most: by person, flag, variant, model, provider, rule, conversation or task",
  options: [
    ["--by <what>", `one of ${SPENDER_DIMENSIONS.join(", ")}; person unless given`],
    ["--flag <flag>", "of one flag alone"],
    ["--hours <n>", `how far back (${USUAL_HOURS} unless given)`],
    ["--limit <n>", `how many (${USUAL_LIMIT} unless given)`],
  ],
  examples: ["spenders", "spenders --by rule --flag summarizer --hours 168"],
  run: show,
};

async function show(call: Call): Promise<void> {
  const by = readDimension(call.option("by") ?? "person");
  const hours = readCount(call.option("hours") ?? String(USUAL_HOURS), "--hours", MAX_HOURS);
  const limit = readCount(call.option("limit") ?? String(USUAL_LIMIT), "--limit", MAX_LIMIT);
  const server = await openServer(call);
  const environment = chooseEnvironment(call.settings.environment, await environmentsIn(server), `Project ${server.project}`);
  const about = { by, hours, limit, flag: call.option("flag") };
  const view = await server.client.listSpenders(server.project, environment, about);
  await call.output.result(view, () => saySpenders(view, call));
}

function readDimension(given: string): SpenderDimension {
  const found = SPENDER_DIMENSIONS.find((dimension) => dimension === given);
  if (found !== undefined) return found;
  throw wrongUsage(`--by "${given}" is nothing to spend by.`, didYouMean(given, SPENDER_DIMENSIONS));
}

function saySpenders({ items, by, allMicroUsd }: SpendersView, call: Call): string {
  if (items.length === 0) return "Nobody has spent anything.";
  const rows = items.map(({ name, costMicroUsd, share, calls, unpriced, people }) => [
    name ?? "not told",
    sayDollars(costMicroUsd),
    share === null ? "" : `${(share * 100).toFixed(1)} %`,
    String(calls),
    unpriced === 0 ? "" : String(unpriced),
    String(people),
  ]);
  const table = call.output.table([by, "cost", "share", "calls", "without a price", "people"], rows);
  return `${table}\nOf ${sayDollars(allMicroUsd)} in all.`;
}
