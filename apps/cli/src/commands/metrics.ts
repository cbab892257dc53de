/** `dimmer metrics FLAG`: what each variant cost, how fast it was, how often it failed and what people made of it. */

import { setTimeout as sleep } from "node:timers/promises";
import { METRIC_DIMENSIONS, type MetricDimension } from "@dimmer/protocol";
import { chooseEnvironment } from "../environment-choice.ts";
import { wrongUsage } from "../failure.ts";
import { describeMetrics } from "../output/describe-metrics.ts";
import { environmentsIn, openServer } from "../server.ts";
import type { Call, Verb } from "../verb.ts";
import { readCount } from "./read-limit.ts";

const USUAL_HOURS = 24;
const MAX_HOURS = 2_160;
const WATCH_MS = 2_000;

export const metrics: Verb = {
  usage: "metrics <flag>",
  summary: "what each variant cost, how fast it was, how often it failed and what people made of it",
  options: [
    ["--hours <n>", `how far back (${USUAL_HOURS} unless given)`],
    ["--by <what>", "split each variant by rule, valueVersion or model"],
    ["--watch", "show it again every two seconds"],
  ],
  examples: ["metrics summarizer", "metrics summarizer --by model --hours 1", "metrics summarizer --watch"],
  run: show,
};

async function show(call: Call): Promise<void> {
  const [flag = ""] = call.args;
  const server = await openServer(call);
  const environment = chooseEnvironment(call.settings.environment, await environmentsIn(server), `Project ${server.project}`);
  const hours = readCount(call.option("hours") ?? String(USUAL_HOURS), "--hours", MAX_HOURS);
  const by = readDimension(call.option("by") ?? "none");
  for (;;) {
    const view = await server.client.getMetrics(server.project, environment, { flag, hours, by });
    await call.output.result(
      view,
      () => `${call.has("watch") ? CLEAR : ""}${describeMetrics(call.output, view, { flag, environment, hours })}`,
    );
    if (!call.has("watch")) return;
    await sleep(WATCH_MS);
  }
}

/** Home, and everything below it away: what is shown again stands where it stood. */
const CLEAR = "\u001B[H\u001B[J";

function readDimension(given: string): MetricDimension {
  const found = METRIC_DIMENSIONS.find((dimension) => dimension === given);
  if (found !== undefined) return found;
  throw wrongUsage(`--by "${given}" is nothing to split by.`, `Take one of ${METRIC_DIMENSIONS.join(", ")}.`);
}
