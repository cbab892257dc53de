/** `dimmer promote FROM TO [FLAG…]`: what flags do in one environment, done in another, as one change. */

import { promoteFlag } from "@dimmer/planning";
import { CHANGE_OPTIONS, makeChange, proposeOperations } from "../change.ts";
import { compareEnvironments } from "../document/compare-environments.ts";
import { chooseEnvironment } from "../environment-choice.ts";
import { wrongUsage } from "../failure.ts";
import { describeEffects } from "../output/describe-effects.ts";
import { plural } from "../output/issues.ts";
import { environmentsIn, findFlag, openServer } from "../server.ts";
import type { Call, Verb } from "../verb.ts";

export const promote: Verb = {
  usage: "promote <from> <to> [flags...]",
  summary: "make flags do in one environment what they do in another; kills, stops and named people stay",
  options: CHANGE_OPTIONS,
  examples: ["promote staging production summarizer", "promote staging production --dry-run"],
  run: promoteFlags,
};

async function promoteFlags(call: Call): Promise<void> {
  const server = await openServer(call);
  const known = await environmentsIn(server);
  const [names, keys] = [call.args.slice(0, 2), call.args.slice(2)];
  const [from = "", to = ""] = names.map((name) => chooseEnvironment(name, known, `Project ${server.project}`));
  if (from === to) throw wrongUsage(`${from} cannot be promoted to itself.`);
  const named = await Promise.all(keys.map((key) => findFlag(server, key)));
  const flags = keys.length === 0 ? await server.client.listFlags(server.project) : named;
  const planned = flags.map((flag) => ({ flag, operations: promoteFlag(flag, from, to) }));
  const promoted = planned.filter(({ operations }) => operations.length > 0).map(({ flag }) => flag);
  if (promoted.length === 0) {
    const nothing = `Nothing changes: ${to} does what ${from} does already.`;
    return call.output.result({ status: "valid", change: null, effects: [], moves: [], issues: [], serving: [] }, () => nothing);
  }
  // What is promoted is what was seen in both environments.
  const expected = promoted.flatMap(({ key, revision, environments }) => [
    [`flags/${key}`, revision] as const,
    ...[from, to].map((name) => [`flags/${key}/environments/${name}`, environments[name]?.revision ?? 0] as const),
  ]);
  const operations = planned.flatMap((one) => one.operations);
  await makeChange(call, {
    server,
    isShare: true,
    preface: [`From ${to} as it is to what ${from} does:`, ...sayDifferences(promoted, from, to)],
    question: `Promote ${plural(promoted.length, "flag")} from ${from} to ${to}?`,
    send: proposeOperations(server, operations, Object.fromEntries(expected)),
  });
}

const sayDifferences = (flags: Parameters<typeof compareEnvironments>[0], from: string, to: string): string[] =>
  describeEffects(compareEnvironments(flags, [], to, from)).flatMap(({ sign, title, lines }) => [
    `  ${sign} ${title}`,
    ...lines.map((line) => `      ${line}`),
  ]);
