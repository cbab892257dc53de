/** `dimmer flags list`: every flag and what it serves now, in words. */

import type { FlagView } from "@dimmer/protocol";
import { chooseEnvironment } from "../../environment-choice.ts";
import { summarizeServing } from "../../output/describe-flag.ts";
import { environmentsIn, openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const listFlags: Verb = {
  usage: "list",
  summary: "every flag and what it serves now",
  options: [["--archived", "the archived ones instead"]],
  run: list,
};

async function list(call: Call): Promise<void> {
  const server = await openServer(call);
  const { environment } = call.settings;
  // "Not configured here" would be true of an environment that is misspelt, and would mislead.
  if (environment !== undefined) chooseEnvironment(environment, await environmentsIn(server), `Project ${server.project}`);
  const flags = await server.client.listFlags(server.project, call.has("archived"));
  const rows = flags.flatMap((flag) => rowsOf(flag, environment));
  const places = new Set(rows.map(({ environment }) => environment));
  await call.output.result(flags, () => {
    if (rows.length === 0) return `Project ${server.project} has no ${call.has("archived") ? "archived " : ""}flags.`;
    const head = ["flag", "type", "purpose", ...(places.size > 1 ? ["environment"] : []), "serves"];
    return call.output.table(
      head,
      rows.map((row) => [row.flag, row.type, row.purpose, ...(places.size > 1 ? [row.environment] : []), row.serves]),
    );
  });
}

interface Row {
  readonly flag: string;
  readonly type: string;
  readonly purpose: string;
  readonly environment: string;
  readonly serves: string;
}

/** One row per environment; a flag without any still has its row. */
function rowsOf(flag: FlagView, only: string | undefined): Row[] {
  const base = { flag: flag.key, type: flag.definition.type, purpose: flag.definition.purpose };
  const blocks = Object.entries(flag.environments).filter(([environment]) => only === undefined || environment === only);
  if (blocks.length === 0) return [{ ...base, environment: only ?? "", serves: "not configured here" }];
  return blocks.map(([environment, { config }]) => ({ ...base, environment, serves: summarizeServing(config) }));
}
