/** `dimmer drift show [FLAG]`: how live variants do against their own frozen past. */

import { sayDollars } from "@dimmer/evaluation";
import type { DriftSeries, DriftSummary, DriftView } from "@dimmer/protocol";
import { sparkline } from "../../output/describe-metrics.ts";
import type { Call, Verb } from "../../verb.ts";
import { openEnvironment } from "../connections/open-environment.ts";

/** Hours that a line has. */
const HOURS = 48;

export const showDrift: Verb = {
  usage: "show [flag]",
  summary: "how live variants do against their own frozen past; of all flags that are watched unless one is named",
  examples: ["drift show --environment production", "drift show summarizer"],
  run: show,
};

async function show(call: Call): Promise<void> {
  const [flag] = call.args;
  const { client, project, environment } = await openEnvironment(call);
  if (flag === undefined) {
    const watched = await client.listDrift(project, environment);
    return await call.output.result(watched, () => sayWatched(call, watched, environment));
  }
  const drift = await client.getDrift(project, environment, flag);
  await call.output.result(drift, () => sayDrift(call, drift));
}

function sayWatched(call: Call, watched: readonly DriftSummary[], environment: string): string {
  if (watched.length === 0) return `Nothing is watched in ${environment}.`;
  const rows = watched.map(({ flag, isOn, state, variants, series, alarms }) => [
    flag,
    isOn ? state : "off",
    String(variants),
    String(series),
    alarms.map(({ variant, metric }) => `${variant} ${metric}`).join(", "),
  ]);
  return call.output.table(["flag", "state", "variants", "series", "drifted"], rows);
}

function sayDrift(call: Call, { flag, environment, settings, series, marks }: DriftView): string {
  if (!settings.isOn) return `${flag} is not watched in ${environment}: dimmer drift set ${flag} --on`;
  if (series.length === 0) return `Nobody gets a variant of ${flag} in ${environment}.`;
  const rows = series.map((one) => [
    one.variant,
    one.metric,
    one.state,
    sparkline(one.points.slice(-HOURS).map(({ value }) => value ?? 0)),
    sayNumber(one, one.points.at(-1)?.value ?? null),
    sayNumber(one, one.reference?.value ?? null),
    one.logEvidence === null ? "" : `${Math.max(0, one.logEvidence).toFixed(1)} of ${one.alarmAt.toFixed(1)}`,
  ]);
  const table = call.output.table(["variant", "metric", "state", "two days", "last hour", "reference", "evidence"], rows);
  const alarms = series.filter(({ state }) => state === "alarm").map(({ say }) => say);
  const changed = marks.filter(({ kind }) => kind === "model").map(({ at, say }) => `${at.slice(0, 16)}  ${say}`);
  return [table, ...alarms, ...changed].join("\n");
}

function sayNumber({ unit }: DriftSeries, value: number | null): string {
  if (value === null) return "";
  if (unit === "share") return `${(100 * value).toFixed(1)} %`;
  return unit === "microUsd" ? sayDollars(value) : String(Number(value.toPrecision(3)));
}
