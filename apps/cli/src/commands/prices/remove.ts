/** `dimmer prices remove PROVIDER MODEL`: the next of the project's prices counts again, or the table's. */

import { notFound, wrongUsage } from "../../failure.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";
import { sayPrices } from "./list.ts";
import { readDay } from "./set.ts";

export const removePrice: Verb = {
  usage: "remove <provider> <model>",
  summary: "remove a price of the project's own",
  options: [["--from <day>", "which one, where the model has several"]],
  run: remove,
};

async function remove(call: Call): Promise<void> {
  const [provider = "", model = ""] = call.args;
  const day = readDay(call.option("from"));
  const { client, project } = await openServer(call);
  const { items } = await client.listPrices(project);
  const found = items.filter(
    (one) => one.provider === provider && one.model === model && (day === undefined || one.from === day),
  );
  const [price] = found;
  if (price === undefined)
    throw notFound(`Project ${project} has no such price of ${model} of ${provider}.`, "`dimmer prices list` shows all.");
  if (found.length > 1)
    throw wrongUsage(
      `${model} has ${found.length} prices: from ${found.map(({ from }) => from).join(", ")}.`,
      "Name one with --from.",
    );
  await call.output.confirm(`Remove the price of ${model} of ${provider} from ${price.from}?`);
  const prices = await client.removePrice(project, { provider, model, from: price.from });
  await call.output.result(prices, () => sayPrices(prices, call));
}
