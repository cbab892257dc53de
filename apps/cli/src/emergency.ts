/** The short way for kill and stop: where project and environment are named, nothing is asked of the server before the edit. */

import { environmentOf, findFlag, openServer, type Server } from "./server.ts";
import type { Call } from "./verb.ts";

export async function openEmergency(
  call: Call,
  flag: string,
): Promise<{ readonly server: Server; readonly environment: string }> {
  const server = await openServer(call);
  const environment = call.settings.environment ?? environmentOf(call, await findFlag(server, flag));
  return { server, environment };
}
