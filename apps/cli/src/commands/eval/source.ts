/** Where `eval` gets its snapshot: a file, a server with a server key, or the management API. */

import { checkSnapshot, parseDocument, type Snapshot, snapshotOf } from "@dimmer/evaluation";
import { fetchSnapshot } from "@dimmer/protocol";
import { readSource, type SourceText } from "../../document/read-document.ts";
import { chooseEnvironment } from "../../environment-choice.ts";
import { EXIT } from "../../exit-codes.ts";
import { Failure, wrongUsage } from "../../failure.ts";
import { countIssues, plural } from "../../output/issues.ts";
import { environmentsIn, openServer } from "../../server.ts";
import type { Call } from "../../verb.ts";

export async function loadSnapshot(call: Call, flagKey: string): Promise<Snapshot> {
  const file = call.option("file");
  if (file !== undefined) return snapshotOfFile(call, file, flagKey);
  return call.settings.key === undefined ? snapshotByToken(call) : snapshotByKey(call, call.settings.key);
}

async function snapshotByToken(call: Call): Promise<Snapshot> {
  const server = await openServer(call);
  const known = await environmentsIn(server);
  return server.client.getSnapshot(
    server.project,
    chooseEnvironment(call.settings.environment, known, `Project ${server.project}`),
  );
}

/** The key decides the environment; naming another one is a mistake worth hearing of. */
async function snapshotByKey(call: Call, key: string): Promise<Snapshot> {
  const snapshot = readSnapshot(await fetchSnapshot({ url: call.settings.url, token: key }), call.settings.url);
  const named = call.settings.environment;
  if (named !== undefined && named !== snapshot.environment) {
    throw wrongUsage(
      `The server key is for ${snapshot.environment}, not for ${named}.`,
      "Use that environment's key, or leave --environment out.",
    );
  }
  return snapshot;
}

async function snapshotOfFile(call: Call, file: string, flagKey: string): Promise<Snapshot> {
  const source = await readSource(call.io.cwd, file);
  if (countIssues(source.issues, "error") > 0) throw invalid(source, source.issues, `${file} cannot be read.`);
  if (typeof source.data === "object" && source.data !== null && "format" in source.data) return readSnapshot(source.data, file);
  const { value, issues } = parseDocument(source.data);
  if (value === undefined) throw invalid(source, issues, `${file} is not a flag document.`);
  const broken = issues.filter(({ path, severity }) => severity === "error" && isUnder(path, `/flags/${escapePointer(flagKey)}`));
  if (broken.length > 0 && value.flags[flagKey] === undefined)
    throw invalid(source, broken, `Flag ${flagKey} in ${file} is not valid.`);
  const errors = countIssues(issues, "error");
  if (errors > 0) call.output.warn(`${file} has ${plural(errors, "error")}; \`dimmer validate ${file}\` shows them.`);
  return snapshotOf(value, chooseEnvironment(call.settings.environment, environmentsOfDocument(value.flags), file));
}

function readSnapshot(data: unknown, from: string): Snapshot {
  const { value, issues } = checkSnapshot(data);
  if (value === undefined) throw new Failure(EXIT.failed, `${from} gave no snapshot that this version can read.`, { issues });
  return value;
}

const environmentsOfDocument = (flags: Readonly<Record<string, { readonly environments?: object }>>): string[] => [
  ...new Set(Object.values(flags).flatMap((flag) => Object.keys(flag.environments ?? {}))),
];

const invalid = (source: SourceText, issues: Failure["issues"], message: string): Failure =>
  new Failure(EXIT.failed, message, { issues, source });

const isUnder = (path: string, parent: string): boolean => path === parent || path.startsWith(`${parent}/`);
const escapePointer = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");
