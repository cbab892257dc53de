/** `dimmer flags stale`: which flags are likely debris, and why. */

import { describeStaleness, describeUnknown } from "../../output/describe-staleness.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const listStaleFlags: Verb = {
  usage: "stale",
  summary: "flags that are likely debris, each with the reasons",
  run: list,
};

async function list(call: Call): Promise<void> {
  const { client, project } = await openServer(call);
  const stale = await client.listStaleFlags(project, "stale");
  const unknown = await client.listStaleFlags(project, "unknown");
  await call.output.result({ stale, unknown }, () => {
    if (stale.length === 0) return `No flag of project ${project} is known to be stale.`;
    const rows = stale.map((flag) => [flag.key, flag.definition.owner, describeStaleness(flag)]);
    return call.output.table(["flag", "owner", "why"], rows);
  });
  if (unknown.length > 0) call.output.say(describeUnknown(unknown));
}
