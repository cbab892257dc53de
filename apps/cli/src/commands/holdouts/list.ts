/** `dimmer holdouts list`: people who are in no experiment. */

import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const listHoldouts: Verb = {
  usage: "list",
  summary: "shares of people who are in no experiment, and where rules keep them out",
  examples: ["holdouts list"],
  run: list,
};

async function list(call: Call): Promise<void> {
  const { client, project } = await openServer(call);
  const holdouts = await client.listHoldouts(project);
  const rows = holdouts.map(({ id, name, environment, percent, rules }) => [
    id,
    name,
    environment,
    `${percent} %`,
    [...new Set(rules.map(({ flag }) => flag))].join(", "),
  ]);
  await call.output.result(holdouts, () =>
    rows.length === 0 ? "There are none." : call.output.table(["id", "name", "environment", "people", "flags"], rows),
  );
}
