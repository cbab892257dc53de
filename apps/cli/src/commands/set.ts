/** `dimmer set FLAG VARIANT`: one variant for everybody. */

import { listOf } from "@dimmer/evaluation";
import { CHANGE_OPTIONS, makeChange, proposeOperations } from "../change.ts";
import { describeServing, sayKilled } from "../output/describe-flag.ts";
import { AT_OPTIONS } from "../schedule.ts";
import { environmentOf, findBlock, findFlag, openServer, requireVariant } from "../server.ts";
import type { Call, Verb } from "../verb.ts";

export const set: Verb = {
  usage: "set <flag> <variant>",
  summary: "serve one variant to everybody: rules and targets go",
  options: [...AT_OPTIONS, ...CHANGE_OPTIONS],
  examples: ["set summarizer sonnet", "set summarizer sonnet --yes --reason 'opus is slow today'"],
  run: serveAll,
};

async function serveAll(call: Call): Promise<void> {
  const [key = "", variant = ""] = call.args;
  const server = await openServer(call);
  const flag = await findFlag(server, key);
  const environment = environmentOf(call, flag);
  requireVariant(flag, variant);
  const { config, expected } = findBlock(flag, environment);
  const gone = [
    ...(config.rules ?? []).map(({ id }) => `rule ${id}`),
    ...Object.entries(config.targets ?? {}).flatMap(([name, keys]) => (keys.length === 0 ? [] : [`the targets of ${name}`])),
  ];
  const operation = { kind: "serve-all" as const, flag: key, environment, variant };
  await makeChange(call, {
    server,
    isShare: true,
    nothing: `Nothing changes: ${key} serves ${variant} to everyone in ${environment} already.`,
    question: `Serve ${variant} of ${key} to everyone in ${environment}?`,
    preface: [
      `Now: ${describeServing(config)}.`,
      ...sayKilled(config, key, environment),
      ...(gone.length === 0 ? [] : [`Removed by this: ${listOf(gone, "and")}.`]),
    ],
    later: { operations: [operation] },
    send: proposeOperations(server, [operation], expected),
  });
}
