/** `dimmer undo`: one change, one flag, or a whole environment. */

import { CHANGE_OPTIONS, isFelt, makeChange } from "../change.ts";
import { chooseEnvironment } from "../environment-choice.ts";
import { EXIT } from "../exit-codes.ts";
import { Failure, notFound, wrongUsage } from "../failure.ts";
import { describeChange } from "../output/describe-change.ts";
import { AT_OPTIONS } from "../schedule.ts";
import { environmentOf, environmentsIn, findFlag, openServer, type Server } from "../server.ts";
import type { Call, Verb } from "../verb.ts";
import { readCount } from "./read-limit.ts";

export const undo: Verb = {
  usage: "undo [change]",
  summary: "undo a change (the last one unless named), or take a flag or a whole environment back",
  options: [
    ["--flag <flag>", "take this flag back to the revision that --to names"],
    ["--to <revision>", "a revision of the flag in the environment"],
    ["--version <n>", "take the whole environment back to this version"],
    ["--force", "undo the change although the same places were edited since"],
    ...AT_OPTIONS,
    ...CHANGE_OPTIONS,
  ],
  examples: ["undo", "undo --flag summarizer --to 7 --environment production", "undo --version 41 --environment production"],
  run: undoSomething,
};

async function undoSomething(call: Call): Promise<void> {
  const [flag, to, version] = [call.option("flag"), call.option("to"), call.option("version")];
  const kinds = [call.args[0], flag, version].filter((given) => given !== undefined);
  if (kinds.length > 1) throw wrongUsage("Name a change, or --flag with --to, or --version; not several of them.");
  if ((flag === undefined) !== (to === undefined))
    throw wrongUsage("--flag and --to go together.", "`dimmer flags show FLAG` shows its revisions.");
  if (call.has("force") && (flag ?? version) !== undefined)
    throw wrongUsage("--force goes with a change.", "--flag and --version take back whatever was edited since anyway.");
  const server = await openServer(call);
  if (flag !== undefined && to !== undefined) return undoFlag(call, server, flag, readCount(to, "--to"));
  if (version !== undefined) return undoEnvironment(call, server, readVersion(version));
  return undoChange(call, server, call.args[0]);
}

async function undoChange(call: Call, server: Server, id: string | undefined): Promise<void> {
  const { client, project } = server;
  const change = id === undefined ? (await client.listChanges(project, 1))[0] : await client.getChange(project, id);
  if (change === undefined) throw notFound(`Nothing has been changed in project ${project} yet.`);
  if (!isFelt(change)) {
    throw new Failure(EXIT.conflict, `There is nothing to undo in ${change.id}: ${change.summary.join(" ")}`, {
      mend: "`dimmer restore FLAG[:VARIANT]` lifts a kill or a stop, `dimmer history FLAG` shows the change before.",
    });
  }
  const force = call.has("force") ? { force: true } : {};
  if (call.has("force") && call.option("at") !== undefined)
    throw wrongUsage("--force goes without --at.", "What will have been edited by then is not known yet.");
  await makeChange(call, {
    server,
    later: { undoes: change.id },
    question: "Undo this change?",
    preface: describeChange(change),
    send: (about) => client.undoChange(project, change.id, { ...about, ...force }),
  });
}

async function undoFlag(call: Call, server: Server, key: string, revision: number): Promise<void> {
  const environment = environmentOf(call, await findFlag(server, key));
  await makeChange(call, {
    server,
    question: `Take ${key} in ${environment} back to revision ${revision}?`,
    send: (about) => server.client.undoFlag(server.project, key, environment, { revision, ...about }),
  });
}

async function undoEnvironment(call: Call, server: Server, version: number): Promise<void> {
  const environment = chooseEnvironment(call.settings.environment, await environmentsIn(server), `Project ${server.project}`);
  await makeChange(call, {
    server,
    question: `Take everything in ${environment} back to version ${version}?`,
    send: (about) => server.client.undoEnvironment(server.project, environment, { version, ...about }),
  });
}

/** Version 0 is the environment as it was created. */
const readVersion = (text: string): number => (text === "0" ? 0 : readCount(text, "--version"));
