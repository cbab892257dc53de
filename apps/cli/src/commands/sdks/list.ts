/** `dimmer sdks list`: the SDKs that are connected to an environment, and which version each one holds. */

import { chooseEnvironment } from "../../environment-choice.ts";
import { describeArrival, formatAge } from "../../output/describe-arrival.ts";
import { environmentsIn, openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const listSdks: Verb = {
  usage: "list",
  summary: "the SDKs that are connected to an environment, and what each one holds",
  options: [["--behind", "only those that do not hold the newest version"]],
  examples: ["sdks list --environment production", "sdks list --behind --json"],
  run: list,
};

async function list(call: Call): Promise<void> {
  const server = await openServer(call);
  const environment = chooseEnvironment(call.settings.environment, await environmentsIn(server), `Project ${server.project}`);
  const sdks = await server.client.listSdks(server.project, environment, call.has("behind"));
  const arrival = await server.client.getArrival(server.project, environment);
  const rows = sdks.map(({ instance, name, version, connection, holds, lastSeenMsAgo }) => [
    instance,
    connection,
    holds === null ? "nothing yet" : `${holds.version}${holds.epoch === arrival.epoch ? "" : " (of another epoch)"}`,
    `${formatAge(lastSeenMsAgo)} ago`,
    `${name} ${version}`,
  ]);
  await call.output.result({ arrival, sdks }, () => {
    const summary = `Version ${arrival.version} of ${environment}: ${describeArrival(arrival)}`;
    if (rows.length === 0) return summary;
    const off = [...new Set(sdks.flatMap(({ localKills }) => localKills))].sort();
    const local = off.length === 0 ? "" : `\nSwitched off by apps themselves: ${off.join(", ")}.`;
    return `${call.output.table(["instance", "connection", "version", "last heard of", "sdk"], rows)}\n${summary}${local}`;
  });
}
