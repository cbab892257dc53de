/** `dimmer links list`: the kill links of a project, without their secrets. */

import type { LinkView } from "@dimmer/protocol";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const listLinks: Verb = { usage: "list", summary: "the kill links of the project", run: list };

async function list(call: Call): Promise<void> {
  const { client, project } = await openServer(call);
  const links = await client.listLinks(project);
  const rows = links.map((link) => [
    link.id,
    describeAction(link),
    link.environment,
    `${link.prefix}…`,
    stateOf(link),
    link.name,
  ]);
  await call.output.result(links, () =>
    rows.length === 0
      ? "There are none."
      : call.output.table(["id", "does", "environment", "starts with", "state", "name"], rows),
  );
}

export const describeAction = ({ flag, variant }: LinkView): string =>
  variant === null ? `kill ${flag}` : `stop ${flag}:${variant}`;

function stateOf({ revokedAt, expiresAt, usedAt }: LinkView): string {
  if (revokedAt !== null) return `revoked ${revokedAt.slice(0, 10)}`;
  const used = usedAt === null ? "" : `, used ${usedAt}`;
  return `${expiresAt === null ? "valid" : `until ${expiresAt}`}${used}`;
}
