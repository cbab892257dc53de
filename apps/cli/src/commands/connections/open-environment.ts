/** The server, the project and the environment that a verb of connections is about. */

import { chooseEnvironment } from "../../environment-choice.ts";
import { environmentsIn, openServer } from "../../server.ts";
import type { Call } from "../../verb.ts";

export type OpenEnvironment = Awaited<ReturnType<typeof openServer>> & { readonly environment: string };

export async function openEnvironment(call: Call): Promise<OpenEnvironment> {
  const server = await openServer(call);
  const known = await environmentsIn(server);
  return { ...server, environment: chooseEnvironment(call.settings.environment, known, `Project ${server.project}`) };
}
