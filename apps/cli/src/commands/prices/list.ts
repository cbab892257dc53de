/** `dimmer prices list [--unknown]`: what models cost the project, where it says so itself, or which ones nobody knows a price of. */

import type { ModelPrice, PricesView, UnpricedModel } from "@dimmer/protocol";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";
import { readCount } from "../read-limit.ts";

const USUAL_HOURS = 24;
const MAX_HOURS = 90 * 24;

export const listPrices: Verb = {
  usage: "list",
  summary: "the project's own prices, which come before the table that ships with the server",
  options: [
    ["--unknown", "instead the models that answered and whose calls have no price"],
    ["--hours <n>", `how far back --unknown looks; ${USUAL_HOURS} unless given`],
  ],
  examples: ["prices list", "prices list --unknown --hours 168"],
  run: list,
};

async function list(call: Call): Promise<void> {
  const { client, project } = await openServer(call);
  if (call.has("unknown")) {
    const hours = readCount(call.option("hours") ?? String(USUAL_HOURS), "--hours", MAX_HOURS);
    const models = await client.listUnpricedModels(project, hours);
    return await call.output.result(models, () => sayUnpriced(models, call));
  }
  const prices = await client.listPrices(project);
  await call.output.result(prices, () => sayPrices(prices, call));
}

const COLUMNS = ["provider", "model", "from", "input", "output", "cache read", "cache write"];

/** What every verb of prices shows at its end. */
export function sayPrices({ items, outputLimitUsd }: PricesView, call: Call): string {
  const table =
    items.length === 0
      ? "The project has no prices of its own."
      : `${call.output.table(COLUMNS, items.map(rowOf))}\nDollars for a million tokens.`;
  if (outputLimitUsd === null) return table;
  return `${table}\nA variant whose output costs more than ${outputLimitUsd} dollars for a million tokens must have an \`only\`.`;
}

const rowOf = ({ provider, model, from, inputUsd, outputUsd, cacheReadUsd, cacheWriteUsd }: ModelPrice): string[] => [
  provider,
  model,
  from,
  String(inputUsd),
  String(outputUsd),
  String(cacheReadUsd ?? "as input"),
  String(cacheWriteUsd ?? "as input"),
];

function sayUnpriced(models: readonly UnpricedModel[], call: Call): string {
  if (models.length === 0) return "Every call has a price.";
  const rows = models.map(({ environment, provider, requestModel, responseModel, generations, lastAt, hasPrice }) => [
    environment,
    provider ?? "?",
    responseModel ?? requestModel ?? "?",
    String(generations),
    lastAt,
    hasPrice ? "by now, or no tokens were told" : "none",
  ]);
  const table = call.output.table(["environment", "provider", "model", "calls without a price", "last", "price"], rows);
  const open = models.find(({ hasPrice }) => !hasPrice);
  if (open === undefined) return table;
  const model = open.responseModel ?? open.requestModel ?? "MODEL";
  return `${table}\nGive one: dimmer prices set ${open.provider ?? "PROVIDER"} ${model} --input USD --output USD`;
}
