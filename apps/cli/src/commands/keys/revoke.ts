/** `dimmer keys revoke ID`: the key fails at once. */

import type { KeyView } from "@dimmer/protocol";
import { notFound } from "../../failure.ts";
import { didYouMean } from "../../output/suggest.ts";
import { openClient, openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const revokeKey: Verb = {
  usage: "revoke <id>",
  summary: "revoke a key: it fails at once, and its streams close",
  options: [["--everywhere", "an admin token of the whole installation"]],
  run: revoke,
};

async function revoke(call: Call): Promise<void> {
  const [id = ""] = call.args;
  const { keys, where, send } = call.has("everywhere") ? await inInstallation(call) : await inProject(call);
  const key = keys.find((one) => one.id === id);
  if (key === undefined)
    throw notFound(
      `There is no key ${id} in ${where}.`,
      didYouMean(
        id,
        keys.map((one) => one.id),
      ),
    );
  await call.output.confirm(`Revoke the ${key.kind} key ${key.id} (${key.name})?`);
  const revoked = await send(id);
  await call.output.result(revoked, () => `Revoked ${revoked.id} (${revoked.name}).`);
}

interface Keys {
  readonly keys: readonly KeyView[];
  readonly where: string;
  readonly send: (id: string) => Promise<KeyView>;
}

async function inProject(call: Call): Promise<Keys> {
  const { client, project } = await openServer(call);
  const keys = await client.listKeys(project);
  return { keys, where: `project ${project}`, send: (id) => client.revokeKey(project, id) };
}

async function inInstallation(call: Call): Promise<Keys> {
  const client = openClient(call);
  const keys = await client.listInstallationKeys();
  return { keys, where: "the installation", send: (id) => client.revokeInstallationKey(id) };
}
