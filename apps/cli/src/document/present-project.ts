/** Reads from a server what a plan is made on: flags, segments, their revisions, and value versions where a document is about them. */

import { isDeepStrictEqual } from "node:util";
import { type FlagDefinition, type FlagDocument, variantsOf } from "@dimmer/evaluation";
import type { PresentProject } from "@dimmer/planning";
import type { ValueVersionView } from "@dimmer/protocol";
import { environmentsIn, type Server } from "../server.ts";

/** Archived flags are among them, because a document that names one brings it back. */
export async function readPresent(server: Server, wanted: FlagDocument): Promise<PresentProject> {
  const { client, project } = server;
  const [environments, context, live, archived, segments] = [
    await environmentsIn(server),
    await client.getContext(project),
    await client.listFlags(project),
    await client.listFlags(project, true),
    await client.listSegments(project),
  ];
  const flags = new Map([...live, ...archived].map((flag) => [flag.key, flag]));
  const versions = new Map<string, readonly ValueVersionView[]>();
  for (const [key, definition] of Object.entries(wanted.flags)) {
    const blocks = definition.environments ?? {};
    const flag = flags.get(key);
    const isNamed = Object.values(blocks).some(({ published }) => published !== undefined);
    if (flag === undefined || !(isNamed || hasOtherValue(flag.definition, definition))) continue;
    versions.set(key, await client.listValueVersions(project, key));
  }
  return { environments, context, flags, segments: new Map(segments.map((segment) => [segment.key, segment])), versions };
}

/** The value may be one that was served before. */
function hasOtherValue(present: FlagDefinition, wanted: FlagDefinition): boolean {
  const newest = variantsOf(present);
  return Object.entries(variantsOf(wanted)).some(([name, { value }]) => !isDeepStrictEqual(newest[name]?.value, value));
}
