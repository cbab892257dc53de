/** `dimmer budgets set FLAG NAME`: what may be spent of a flag, a variant or by an attribute, and what is served then. */

import { type SpendBudget, saySpend } from "@dimmer/evaluation";
import { CHANGE_OPTIONS, makeChange, proposeOperations } from "../../change.ts";
import { wrongUsage } from "../../failure.ts";
import type { Call, Verb } from "../../verb.ts";
import { openEnvironment } from "../connections/open-environment.ts";

export const setBudget: Verb = {
  usage: "set <flag> <name>",
  summary: "say what may be spent in dollars of a flag, of one variant or by an attribute, and what is served once it is spent",
  options: [
    ["--amount <dollars>", "what may be spent in a period, of all instances together"],
    ["--period <day|month>", "of UTC; month unless given"],
    ["--variant <variant>", "of this variant alone; it steps down to the fallback"],
    ["--attribute <name>", "of people by this attribute of the context, each value by itself"],
    ["--value <value>", "of those with this value; a number or a truth value as JSON says it"],
    ["--cheaper <variant>", "what is served from the amount on"],
    ["--warn-at <percent>", "when somebody is told; 80 unless given"],
    ["--off-at <percent>", "when the cheaper variant is off, too; 120 unless given"],
    ...CHANGE_OPTIONS,
  ],
  examples: [
    "budgets set summarizer monthly --amount 200 --cheaper haiku",
    "budgets set summarizer free --amount 5 --period day --attribute plan --value free --cheaper haiku",
  ],
  run: set,
};

async function set(call: Call): Promise<void> {
  const [flag = "", budget = ""] = call.args;
  const spend = readSpend(call);
  const { environment, ...server } = await openEnvironment(call);
  await makeChange(call, {
    server,
    question: `Set the budget ${budget} of ${flag} in ${environment} to ${saySpend(spend)}?`,
    send: proposeOperations(server, [{ kind: "set-spend", flag, environment, budget, spend }]),
  });
}

function readSpend(call: Call): SpendBudget {
  const amount = call.option("amount");
  if (amount === undefined || !/^\d{1,7}(?:\.\d{1,6})?$/u.test(amount))
    throw wrongUsage(amount === undefined ? "What may be spent?" : `${amount} is no amount.`, "Say it in dollars: --amount 200");
  const period = call.option("period") ?? "month";
  if (period !== "day" && period !== "month") throw wrongUsage(`A period is a day or a month; ${period} is neither.`);
  const text = (name: string): Record<string, string> => {
    const given = call.option(name);
    return given === undefined ? {} : { [name]: given };
  };
  const value = call.option("value");
  return {
    period,
    amountMicroUsd: Math.round(Number(amount) * 1e6),
    ...text("variant"),
    ...text("attribute"),
    ...(value === undefined ? {} : { value: readValue(value) }),
    ...text("cheaper"),
    ...percent(call, "warn-at", "warnAt"),
    ...percent(call, "off-at", "offAt"),
  };
}

/** A text, unless it is written as a number or a truth value. */
function readValue(text: string): string | number | boolean {
  if (text === "true" || text === "false") return text === "true";
  return /^-?\d+(?:\.\d+)?$/u.test(text) ? Number(text) : text.replace(/^"(.*)"$/u, "$1");
}

function percent(call: Call, option: string, field: "warnAt" | "offAt"): Partial<SpendBudget> {
  const text = call.option(option);
  if (text === undefined) return {};
  if (!/^\d{1,4}$/u.test(text)) throw wrongUsage(`--${option} takes whole per cent, and is "${text}".`);
  return { [field]: Number(text) };
}
