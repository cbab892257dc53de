/** `dimmer keys revoke ID`: the key fails at once. */

import { notFound } from "../../failure.ts";
import { didYouMean } from "../../output/suggest.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const revokeKey: Verb = {
  usage: "revoke <id>",
  summary: "revoke a key: it fails at once, and its streams close",
  run: revoke,
};

async function revoke(call: Call): Promise<void> {
  const [id = ""] = call.args;
  const server = await openServer(call);
  const keys = await server.client.listKeys(server.project);
  const key = keys.find((one) => one.id === id);
  if (key === undefined)
    throw notFound(
      `There is no key ${id} in project ${server.project}.`,
      didYouMean(
        id,
        keys.map((one) => one.id),
      ),
    );
  await call.output.confirm(`Revoke the ${key.kind} key ${key.id} (${key.name})?`);
  const revoked = await server.client.revokeKey(server.project, id);
  await call.output.result(revoked, () => `Revoked ${revoked.id} (${revoked.name}).`);
}
