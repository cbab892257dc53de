/** `dimmer flags unknown`: what programs ask for and nobody has made, or somebody has removed too early. */

import { chooseEnvironment } from "../../environment-choice.ts";
import { suggestNames } from "../../output/suggest.ts";
import { environmentsIn, openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const listUnknownFlags: Verb = {
  usage: "unknown",
  summary: "flags that programs asked for this week and that are not there",
  run: list,
};

async function list(call: Call): Promise<void> {
  const server = await openServer(call);
  const environment = chooseEnvironment(call.settings.environment, await environmentsIn(server), `Project ${server.project}`);
  const unknown = await server.client.listUnknownFlags(server.project, environment);
  const { flags } = unknown.length === 0 ? { flags: [] } : await server.client.listNames(server.project);
  await call.output.result(unknown, () => {
    if (unknown.length === 0) return `Nobody asked for a flag that is not there in ${environment} this week.`;
    const rows = unknown.map(({ flag, count, lastAt }) => [
      flag,
      count.toLocaleString("en-US"),
      lastAt.slice(0, 16).replace("T", " "),
      suggestNames(flag, flags).join(", "),
    ]);
    return call.output.table(["flag", "times", "last (UTC)", "perhaps meant"], rows);
  });
}
