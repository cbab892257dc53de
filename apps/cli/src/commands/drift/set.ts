/** `dimmer drift set FLAG`: says how a flag is watched for drift. */

import type { DriftSettings, WrittenDriftSettings } from "@dimmer/protocol";
import { wrongUsage } from "../../failure.ts";
import type { Call, Verb } from "../../verb.ts";
import { openEnvironment } from "../connections/open-environment.ts";
import { readCount } from "../read-limit.ts";

export const setDrift: Verb = {
  usage: "set <flag>",
  summary: "say how a flag is watched for drift; what is not named stays as it is",
  options: [
    ["--on", "watch it"],
    ["--off", "do not watch it"],
    ["--metrics <metric...>", "thumbs_down_rate, error_rate, refusal_rate, slow_rate, output_tokens, cost, scores"],
    ["--stop-on <metric...>", "rates whose alarm stops the variant by itself, where the fallback is healthy; none for none"],
    ["--days <n>", "how long a variant is looked at before its past is frozen"],
    ["--events <n>", "how many events a rate takes to be frozen"],
    ["--false-alarm-days <n>", "days between two false alarms in the environment"],
  ],
  examples: ["drift set summarizer --on --metrics error_rate thumbs_down_rate --stop-on error_rate"],
  run: set,
};

async function set(call: Call): Promise<void> {
  const [flag = ""] = call.args;
  if (call.has("on") && call.has("off")) throw wrongUsage("It is watched or it is not: name one of --on and --off.");
  const { client, project, environment } = await openEnvironment(call);
  const { settings: before, revision } = await client.getDrift(project, environment, flag);
  // The server says which names it does not know.
  const lists = { ...listOf(call, "metrics", "metrics"), ...listOf(call, "stop-on", "stopOn") };
  const settings = {
    ...before,
    isOn: call.has("on") || (before.isOn && !call.has("off")),
    ...lists,
    ...countOf(call, "days", "referenceDays"),
    ...countOf(call, "events", "referenceEvents"),
    ...countOf(call, "false-alarm-days", "falseAlarmDays"),
  } as WrittenDriftSettings;
  const drift = await client.setDrift(project, environment, flag, { settings, revision });
  const { isOn, metrics } = drift.settings;
  await call.output.result(
    drift,
    () => `${flag} is ${isOn ? `watched in ${environment}: ${metrics.join(", ")}` : "not watched"}.`,
  );
}

function listOf(call: Call, option: string, field: keyof DriftSettings): object {
  const given = call.list(option);
  return given.length === 0 ? {} : { [field]: given.filter((name) => name !== "none") };
}

function countOf(call: Call, option: string, field: keyof DriftSettings): object {
  const text = call.option(option);
  return text === undefined ? {} : { [field]: readCount(text, `--${option}`) };
}
