/** `dimmer keys list`: the keys of a project, without their secrets. */

import type { KeyView } from "@dimmer/protocol";
import { openClient, openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const listKeys: Verb = {
  usage: "list",
  summary: "the keys of the project",
  options: [["--everywhere", "the admin tokens of the whole installation instead"]],
  run: list,
};

async function list(call: Call): Promise<void> {
  const keys = await readKeys(call);
  await call.output.result(keys, () =>
    call.output.table(
      ["id", "kind", "role", "environment", "starts with", "state", "name"],
      keys.map((key) => [key.id, key.kind, key.role ?? "", key.environment ?? "all", `${key.prefix}…`, stateOf(key), key.name]),
    ),
  );
}

async function readKeys(call: Call): Promise<readonly KeyView[]> {
  if (call.has("everywhere")) return openClient(call).listInstallationKeys();
  const { client, project } = await openServer(call);
  return client.listKeys(project);
}

function stateOf({ revokedAt, expiresAt }: { readonly revokedAt: string | null; readonly expiresAt: string | null }): string {
  if (revokedAt !== null) return `revoked ${revokedAt.slice(0, 10)}`;
  return expiresAt === null ? "valid" : `until ${expiresAt.slice(0, 10)}`;
}
