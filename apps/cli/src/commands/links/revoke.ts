/** `dimmer links revoke ID`: the link does nothing from now on. */

import { notFound } from "../../failure.ts";
import { didYouMean } from "../../output/suggest.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";
import { describeAction } from "./list.ts";

export const revokeLink: Verb = { usage: "revoke <id>", summary: "revoke a kill link", run: revoke };

async function revoke(call: Call): Promise<void> {
  const [id = ""] = call.args;
  const { client, project } = await openServer(call);
  const links = await client.listLinks(project);
  const link = links.find((one) => one.id === id);
  if (link === undefined) {
    const ids = links.map((one) => one.id);
    throw notFound(`There is no link ${id} in project ${project}.`, didYouMean(id, ids));
  }
  await call.output.confirm(`Revoke ${link.id} (${link.name}), which can ${describeAction(link)}?`);
  const revoked = await client.revokeLink(project, id);
  await call.output.result(revoked, () => `Revoked ${revoked.id} (${revoked.name}).`);
}
