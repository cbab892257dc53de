/** The short way for kill and stop: where project and environment are named, nothing is asked of the server before the edit. */

import { ProblemError } from "@dimmer/protocol";
import { type Proposal, proposeOperations } from "./change.ts";
import { environmentOf, findFlag, openServer } from "./server.ts";
import type { Call } from "./verb.ts";

type Emergency = { readonly kind: "kill" } | { readonly kind: "stop"; readonly variant: string };

export async function proposeEmergency(call: Call, flag: string, emergency: Emergency): Promise<Proposal> {
  const server = await openServer(call);
  const environment = call.settings.environment ?? environmentOf(call, await findFlag(server, flag));
  const operations = [{ ...emergency, flag, environment }];
  const send = proposeOperations(server, operations);
  return {
    server,
    later: { operations },
    send: async (about) => {
      try {
        return await send(about);
      } catch (error) {
        // Only now is there time to look which flag was meant.
        if (error instanceof ProblemError && error.code === "not-found") environmentOf(call, await findFlag(server, flag));
        throw error;
      }
    },
  };
}
