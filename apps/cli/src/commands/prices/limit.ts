/** `dimmer prices limit USD|none`: above which price of a model's output a variant must say who may have it. */

import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";
import { sayPrices } from "./list.ts";
import { readDollars } from "./set.ts";

export const limitPrices: Verb = {
  usage: "limit <usd>",
  summary: "refuse variants without an `only` whose model's output costs more for a million tokens; `none` ends it",
  examples: ["prices limit 20", "prices limit none"],
  run: limit,
};

async function limit(call: Call): Promise<void> {
  const [text = ""] = call.args;
  const outputUsd = text === "none" ? null : readDollars(text, "the limit");
  const { client, project } = await openServer(call);
  const prices = await client.setPriceLimit(project, outputUsd);
  await call.output.result(prices, () => sayPrices(prices, call));
}
