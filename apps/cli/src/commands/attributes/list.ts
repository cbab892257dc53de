/** `dimmer attributes list`: what rules can ask of contexts, as programs send them. */

import type { AttributeView } from "@dimmer/protocol";
import { chooseEnvironment } from "../../environment-choice.ts";
import { environmentsIn, openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const listAttributes: Verb = {
  usage: "list",
  summary: "the attributes that contexts have, their types, and how they fit what is declared",
  run: list,
};

async function list(call: Call): Promise<void> {
  const server = await openServer(call);
  const environment = chooseEnvironment(call.settings.environment, await environmentsIn(server), `Project ${server.project}`);
  const attributes = await server.client.listAttributes(server.project, environment);
  await call.output.result(attributes, () => {
    if (attributes.length === 0) return `No attribute was seen in ${environment} yet.`;
    const rows = attributes.map(({ path, types, lastSeen, declared }) => [
      path,
      types.join(", "),
      lastSeen ?? "never",
      declared === undefined ? "" : describeFit(declared),
    ]);
    return call.output.table(["attribute", "type", "last seen", "of the contexts looked at this week"], rows);
  });
}

function describeFit({ seen, missing, mistyped, notAllowed }: NonNullable<AttributeView["declared"]>): string {
  const problems = [
    [missing, "missing"],
    [mistyped, "of another type"],
    [notAllowed, "of no declared value"],
  ] as const;
  const said = problems.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return `${seen}: ${said.length === 0 ? "all as declared" : said.join(", ")}`;
}
