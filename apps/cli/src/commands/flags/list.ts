/** `dimmer flags list`: every flag and what it serves now, in words. */

import { type FlagView, ProblemError } from "@dimmer/protocol";
import { chooseEnvironment } from "../../environment-choice.ts";
import { formatAge } from "../../output/describe-arrival.ts";
import { summarizeServing } from "../../output/describe-flag.ts";
import { environmentsIn, openServer, type Server } from "../../server.ts";
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
  const lastOf = call.output.json ? undefined : await readLast(server, [...places]);
  await call.output.result(flags, () => {
    if (rows.length === 0) return `Project ${server.project} has no ${call.has("archived") ? "archived " : ""}flags.`;
    const head = [
      "flag",
      "type",
      "purpose",
      ...(places.size > 1 ? ["environment"] : []),
      "serves",
      ...(lastOf === undefined ? [] : ["last evaluated"]),
    ];
    return call.output.table(
      head,
      rows.map((row) => [
        row.flag,
        row.type,
        row.purpose,
        ...(places.size > 1 ? [row.environment] : []),
        row.serves,
        ...(lastOf === undefined ? [] : [lastOf(row)]),
      ]),
    );
  });
}

/** How far back a flag is looked for; one that nobody has asked for since is likely dead. */
const DAYS = 30;

/** When each flag was last evaluated, in words; undefined where nothing is known of any. */
async function readLast(
  { client, project }: Server,
  environments: readonly string[],
): Promise<((row: Row) => string) | undefined> {
  const age = new Map<string, number>();
  for (const environment of environments) {
    const seen = await client.getEvaluations(project, environment, { hours: DAYS * 24 }).catch(ifUnknown);
    for (const { flag, lastAt } of seen?.totals ?? []) {
      const name = JSON.stringify([environment, flag]);
      const ageMs = Math.max(0, Date.parse(seen?.asOf ?? lastAt) - Date.parse(lastAt));
      age.set(name, Math.min(ageMs, age.get(name) ?? ageMs));
    }
  }
  if (age.size === 0) return undefined;
  return ({ flag, environment }) => {
    const ageMs = age.get(JSON.stringify([environment, flag]));
    return ageMs === undefined ? `not in ${DAYS} days` : `${formatAge(ageMs)} ago`;
  };
}

/** The list is worth having without it. */
function ifUnknown(error: unknown): undefined {
  if (!(error instanceof ProblemError)) throw error;
  return undefined;
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
