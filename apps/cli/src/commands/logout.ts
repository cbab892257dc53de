/** `dimmer logout`: revokes the token of this machine and forgets it. */

import { openManagement, ProblemError, UnreachableError } from "@dimmer/protocol";
import { forgetCredential, readCredentials, serverName } from "../credentials.ts";
import { notFound } from "../failure.ts";
import { requireAddress } from "../server.ts";
import type { Call, Verb } from "../verb.ts";

export const logout: Verb = {
  usage: "logout [url]",
  summary: "revoke this machine's token and forget it",
  examples: ["logout"],
  run: signOut,
};

async function signOut(call: Call): Promise<void> {
  const url = call.args[0] ?? call.settings.url;
  requireAddress({ ...call.settings, url });
  const credential = readCredentials(call.io).servers[serverName(url)];
  if (credential === undefined) throw notFound(`Nobody is signed in at ${url}.`);
  const { token, tokenId } = credential;
  // A token that was given is not ours to revoke: other machines may have it.
  const isRevoked = tokenId !== "" && (await revoke(call, url, { token, tokenId }));
  forgetCredential(call.io, url);
  await call.output.result({ url, revoked: isRevoked }, () => `Signed out at ${url}.`);
  if (!isRevoked) call.output.say("The token itself still counts; revoke it in the dashboard, under your account.");
}

async function revoke(
  call: Call,
  url: string,
  { token, tokenId }: { readonly token: string; readonly tokenId: string },
): Promise<boolean> {
  try {
    await openManagement({ url, token, agent: "dimmer-cli" }).revokePersonalToken(tokenId);
    return true;
  } catch (error) {
    if (!(error instanceof ProblemError || error instanceof UnreachableError)) throw error;
    call.output.warn(error.message);
    return false;
  }
}
