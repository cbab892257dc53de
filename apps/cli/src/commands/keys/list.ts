/** `dimmer keys list`: the keys of a project, without their secrets. */

import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const listKeys: Verb = { usage: "list", summary: "the keys of the project", run: list };

async function list(call: Call): Promise<void> {
  const server = await openServer(call);
  const keys = await server.client.listKeys(server.project);
  await call.output.result(keys, () =>
    call.output.table(
      ["id", "kind", "role", "environment", "starts with", "state", "name"],
      keys.map((key) => [key.id, key.kind, key.role ?? "", key.environment ?? "all", `${key.prefix}…`, stateOf(key), key.name]),
    ),
  );
}

function stateOf({ revokedAt, expiresAt }: { readonly revokedAt: string | null; readonly expiresAt: string | null }): string {
  if (revokedAt !== null) return `revoked ${revokedAt.slice(0, 10)}`;
  return expiresAt === null ? "valid" : `until ${expiresAt.slice(0, 10)}`;
}
