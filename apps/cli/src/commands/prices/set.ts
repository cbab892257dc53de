/** `dimmer prices set PROVIDER MODEL --input USD --output USD`: what a model costs the project from a day on. */

import { wrongUsage } from "../../failure.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";
import { sayPrices } from "./list.ts";

export const setPrice: Verb = {
  usage: "set <provider> <model>",
  summary: "set what a model costs, in dollars for a million tokens; what was priced before stays",
  options: [
    ["--input <usd>", "of input tokens"],
    ["--output <usd>", "of output tokens"],
    ["--cache-read <usd>", "of input that came from a cache; as --input unless given"],
    ["--cache-write <usd>", "of input that went into one; as --input unless given"],
    ["--from <day>", "the first day on which it counts, such as 2027-01-01; today unless given"],
  ],
  examples: ["prices set openai gpt-4o-mini --input 0.12 --output 0.48", "prices set house 'llama-*' --input 0 --output 0.1"],
  run: set,
};

async function set(call: Call): Promise<void> {
  const [provider = "", model = ""] = call.args;
  const from = readDay(call.option("from"));
  const price = {
    provider,
    model,
    inputUsd: requireDollars(call, "input"),
    outputUsd: requireDollars(call, "output"),
    ...optionalDollars(call, "cache-read", "cacheReadUsd"),
    ...optionalDollars(call, "cache-write", "cacheWriteUsd"),
    ...(from === undefined ? {} : { from }),
  };
  const { client, project } = await openServer(call);
  const prices = await client.setPrice(project, price);
  await call.output.result(prices, () => sayPrices(prices, call));
}

/** `2027-01-01`. */
export function readDay(text: string | undefined, what = "--from"): string | undefined {
  if (text === undefined || (/^\d{4}-\d\d-\d\d$/u.test(text) && !Number.isNaN(Date.parse(text)))) return text;
  throw wrongUsage(`${what} takes a day, and is "${text}".`, "Such as 2027-01-01.");
}

/** Dollars as they are written: `0.15`, `12`. */
export function readDollars(text: string, what: string): number {
  if (/^\d{1,9}(?:\.\d{1,9})?$/u.test(text)) return Number(text);
  throw wrongUsage(`${what} takes dollars for a million tokens, and is "${text}".`, "Such as 0.15.");
}

function requireDollars(call: Call, name: string): number {
  const text = call.option(name);
  if (text === undefined) throw wrongUsage(`--${name} is missing.`, "Give what a million tokens cost in dollars, such as 0.15.");
  return readDollars(text, `--${name}`);
}

function optionalDollars(call: Call, name: string, field: "cacheReadUsd" | "cacheWriteUsd"): { [K in typeof field]?: number } {
  const text = call.option(name);
  return text === undefined ? {} : { [field]: readDollars(text, `--${name}`) };
}
