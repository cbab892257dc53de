/** The server a verb talks to: its client, and the project that is meant. */

import { type FlagEnvironment, variantsOf } from "@dimmer/evaluation";
import {
  type FlagView,
  type Management,
  type ManagementOptions,
  openManagement,
  ProblemError,
  type SegmentView,
} from "@dimmer/protocol";
import { chooseEnvironment, chooseProject } from "./environment-choice.ts";
import { EXIT } from "./exit-codes.ts";
import { Failure, notFound, wrongUsage } from "./failure.ts";
import { didYouMean } from "./output/suggest.ts";
import type { Call } from "./verb.ts";

export interface Server {
  readonly client: Management;
  readonly project: string;
}

/** The client alone, for what is not part of a project. */
export function openClient(call: Call): Management {
  return openManagement(clientOptions(call));
}

/** Where the server is and who asks. */
export function clientOptions(call: Call): ManagementOptions {
  if (call.settings.token === undefined) {
    throw new Failure(EXIT.auth, `Nobody is signed in at ${call.settings.url}.`, {
      mend: "Run `dimmer login`, set DIMMER_TOKEN (or DIMMER_TOKEN_FILE), or run this in the folder where `dimmer serve --demo` runs.",
    });
  }
  requireAddress(call.settings);
  return { url: call.settings.url, token: call.settings.token, agent: "dimmer-cli" };
}

/** Errors: a usage failure for what is no http(s) address. */
export function requireAddress({ url, urlFrom }: Call["settings"]): void {
  if (URL.canParse(url) && /^https?:$/u.test(new URL(url).protocol)) return;
  throw wrongUsage(`"${url}" (from ${urlFrom}) is not an http or https address.`, "Give one such as http://127.0.0.1:4180.");
}

/** The project that was named, or the only one that the token reaches. */
export async function openServer(call: Call): Promise<Server> {
  const client = openClient(call);
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
export async function findFlag({ client, project }: Server, key: string): Promise<FlagView> {
  return orNear(
    "flag",
    key,
    project,
    () => client.getFlag(project, key),
    async () => (await client.listNames(project)).flags,
  );
}

export async function findSegment({ client, project }: Server, key: string): Promise<SegmentView> {
  return orNear(
    "segment",
    key,
    project,
    () => client.getSegment(project, key),
    async () => (await client.listNames(project)).segments,
  );
}

async function orNear<T>(
  noun: string,
  key: string,
  project: string,
  get: () => Promise<T>,
  listKeys: () => Promise<readonly string[]>,
): Promise<T> {
  try {
    return await get();
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code !== "not-found") throw error;
    throw notFound(`There is no ${noun} ${key} in project ${project}.`, didYouMean(key, await listKeys()));
  }
}

/** The environment of a flag that a verb means. */
export function environmentOf(call: Call, flag: FlagView): string {
  return chooseEnvironment(call.settings.environment, Object.keys(flag.environments), `Flag ${flag.key}`);
}

/** What the flag does there, and the revision that the user is about to see. */
export function findBlock(
  flag: FlagView,
  environment: string,
): { readonly config: FlagEnvironment; readonly expected: Readonly<Record<string, number>> } {
  const block = flag.environments[environment];
  if (block === undefined) throw notFound(`Flag ${flag.key} is not configured in ${environment}.`);
  return { config: block.config, expected: { [`flags/${flag.key}/environments/${environment}`]: block.revision } };
}

export function requireVariant(flag: FlagView, variant: string): void {
  const known = Object.keys(variantsOf(flag.definition));
  if (!known.includes(variant)) throw notFound(`Flag ${flag.key} has no variant ${variant}.`, didYouMean(variant, known));
}
