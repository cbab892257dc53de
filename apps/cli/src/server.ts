/** The server a verb talks to: its client, and the project that is meant. */

import type { FlagView, Management } from "@dimmer/protocol";
import { chooseEnvironment, chooseProject } from "./environment-choice.ts";
import { EXIT } from "./exit-codes.ts";
import { Failure, notFound } from "./failure.ts";
import { didYouMean } from "./output/suggest.ts";
import type { Call } from "./verb.ts";

export interface Server {
  readonly client: Management;
  readonly project: string;
}

/** The client alone, for what is not part of a project. */
export async function openClient(call: Call): Promise<Management> {
  const { openManagement } = await import("@dimmer/protocol");
  if (call.settings.token === undefined) {
    throw new Failure(EXIT.auth, `There is no admin token for ${call.settings.url}.`, {
      mend: "Set DIMMER_TOKEN (or DIMMER_TOKEN_FILE), or run this in the folder where `dimmer serve --demo` runs.",
    });
  }
  return openManagement({ url: call.settings.url, token: call.settings.token, agent: "dimmer-cli" });
}

/** The project that was named, or the only one that the token reaches. */
export async function openServer(call: Call): Promise<Server> {
  const client = await openClient(call);
  const { project } = call.settings;
  if (project !== undefined) return { client, project };
  return {
    client,
    project: chooseProject(
      undefined,
      (await client.listProjects()).map(({ key }) => key),
    ),
  };
}

export async function environmentsIn(server: Server): Promise<string[]> {
  return (await server.client.listEnvironments(server.project)).map(({ key }) => key);
}

/** The flag; where there is none, the names that come near. */
export async function findFlag(server: Server, key: string): Promise<FlagView> {
  const flags = await server.client.listFlags(server.project);
  const found = flags.find((flag) => flag.key === key);
  if (found !== undefined) return found;
  throw notFound(
    `There is no flag ${key} in project ${server.project}.`,
    didYouMean(
      key,
      flags.map((flag) => flag.key),
    ),
  );
}

/** The environment of a flag that a verb means. */
export function environmentOf(call: Call, flag: FlagView): string {
  return chooseEnvironment(call.settings.environment, Object.keys(flag.environments), `Flag ${flag.key}`);
}
