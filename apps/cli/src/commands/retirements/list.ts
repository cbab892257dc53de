/** `dimmer retirements list`: when models retire, as the project has written it down. */

import type { ModelRetirement } from "@dimmer/protocol";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const listRetirements: Verb = {
  usage: "list",
  summary: "when models retire, as the project has written it down",
  run: list,
};

async function list(call: Call): Promise<void> {
  const { client, project } = await openServer(call);
  const found = await client.listModelRetirements(project);
  const row = ({ provider, model, retiresOn }: ModelRetirement) => [provider, model, retiresOn];
  await call.output.result(found, () =>
    found.length === 0 ? "Nothing is written down." : call.output.table(["provider", "model", "retires on"], found.map(row)),
  );
}
