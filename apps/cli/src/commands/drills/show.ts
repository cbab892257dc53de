/** `dimmer drills show [FLAG]`: whether fallbacks work, as far as that is known. */

import type { DrillsView } from "@dimmer/protocol";
import type { Call, Verb } from "../../verb.ts";
import { openEnvironment } from "../connections/open-environment.ts";

export const showDrills: Verb = {
  usage: "show [flag]",
  summary: "the drills of a flag's fallback and whether it is healthy; of all that are drilled unless one is named",
  examples: ["drills show --environment production", "drills show summarizer"],
  run: show,
};

async function show(call: Call): Promise<void> {
  const [flag] = call.args;
  const { client, project, environment } = await openEnvironment(call);
  if (flag === undefined) {
    const all = await client.listDrills(project, environment);
    return await call.output.result(all, () => sayAll(call, all, environment));
  }
  const drills = await client.getDrills(project, environment, flag);
  await call.output.result(drills, () => sayDrills(call, drills));
}

function sayAll(call: Call, all: readonly DrillsView[], environment: string): string {
  if (all.length === 0) return `No fallback is drilled in ${environment}: dimmer drills set FLAG`;
  const rows = all.map(({ flag, health, drills, nextAt }) => [
    flag,
    health.state,
    drills[0] === undefined ? "never" : `${drills[0].state}, ${drills[0].startedAt.slice(0, 16)}`,
    nextAt?.slice(0, 16) ?? "never",
  ]);
  return call.output.table(["flag", "fallback", "last drill", "next (UTC)"], rows);
}

function sayDrills(call: Call, { flag, settings, nextAt, health, drills }: DrillsView): string {
  const rows = drills.map((drill) => [
    drill.startedAt.slice(0, 16),
    drill.state,
    `${drill.percent} %`,
    String(drill.runs),
    drill.say,
  ]);
  const plan =
    settings === null
      ? `${flag} is not drilled by itself.`
      : `${settings.percent} % for ${settings.minutes} minutes every ${settings.everyDays} days; next ${nextAt?.slice(0, 16)} UTC.`;
  const table = rows.length === 0 ? [] : [call.output.table(["at (UTC)", "state", "share", "runs", "in words"], rows)];
  return [`The fallback is ${health.state}: ${health.say}`, plan, ...table].join("\n");
}
