/** `dimmer exclusion-groups list`: who has which part of a group's people. */

import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const listExclusionGroups: Verb = {
  usage: "list",
  summary: "groups of experiments of which nobody is in two, and who has how many of the people",
  examples: ["exclusion-groups list"],
  run: list,
};

async function list(call: Call): Promise<void> {
  const { client, project } = await openServer(call);
  const groups = await client.listExclusionGroups(project);
  const rows = groups.map(({ id, name, environment, reserved, free }) => [
    id,
    name,
    environment,
    reserved.map((one) => `${one.name} ${one.percent} %`).join(", "),
    `${free} %`,
  ]);
  await call.output.result(groups, () =>
    rows.length === 0 ? "There are none." : call.output.table(["id", "name", "environment", "experiments", "free"], rows),
  );
}
