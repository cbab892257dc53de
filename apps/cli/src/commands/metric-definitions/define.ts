/** `dimmer metric-definitions define NAME`: how a metric is reckoned, and which way is good. */

import { MetricDefinitionPart, METRIC_QUANTILES, METRIC_TYPES } from "@dimmer/protocol";
import { wrongUsage } from "../../failure.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";
import { sayDefinition } from "./list.ts";

export const defineMetric: Verb = {
  usage: "define <metric>",
  summary: "say how a metric is reckoned from what apps tell, in the place of what was said before",
  options: [
    ["--type <type>", METRIC_TYPES.join(", ")],
    ["--event <name>", "the events it is reckoned from (those of the metric's own name unless given)"],
    ["--per <name>", "of a ratio: the events that it is divided by, or people, or exposures"],
    ["--quantile <q>", `of a quantile: ${METRIC_QUANTILES.join(", ")}`],
    ["--cap <value>", "what is more counts as this"],
    ["--good <direction>", "up or down (up unless given)"],
    ["--unit <unit>", "of the value"],
    ["--window <hours>", "how long what names only a person counts for the variant they met first (24 unless given)"],
    ["--description <text>", "for people"],
  ],
  examples: [
    "metric-definitions define conversion --type rate --event bought",
    "metric-definitions define basket --type mean --event bought --cap 500 --unit USD",
    "metric-definitions define slow-answers --type quantile --quantile 0.95 --event answered --good down --unit ms",
  ],
  run: define,
};

async function define(call: Call): Promise<void> {
  const [name = ""] = call.args;
  const given = {
    type: call.option("type") ?? "mean",
    event: call.option("event") ?? name,
    direction: call.option("good") ?? "up",
    per: call.option("per"),
    quantile: numberOf(call, "quantile"),
    cap: numberOf(call, "cap"),
    unit: call.option("unit"),
    windowHours: numberOf(call, "window"),
    description: call.option("description"),
  };
  const read = MetricDefinitionPart.safeParse(
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  );
  if (!read.success) {
    const { path = [], message = "" } = read.error.issues[0] ?? {};
    throw wrongUsage(`This defines no metric: ${path.join(".")}${path.length === 0 ? "" : ": "}${message}`);
  }
  const { client, project } = await openServer(call);
  const view = await client.defineMetric(project, name, read.data);
  await call.output.result(view, () => `${view.name} is the ${sayDefinition(view)}; ${view.direction} is good.`);
}

function numberOf(call: Call, option: string): number | undefined {
  const text = call.option(option);
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text.trim() === "" || Number.isNaN(number)) throw wrongUsage(`--${option} takes a number, not ${text}.`);
  return number;
}
