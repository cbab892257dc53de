/** `dimmer publish FLAG VARIANT`: serve a variant's draft, a new value, or an earlier version in an environment. */

import { type FlagEnvironment, type JsonValue, type Serve } from "@dimmer/evaluation";
import type { Operation } from "@dimmer/protocol";
import { CHANGE_OPTIONS, makeChange, proposeOperations } from "../change.ts";
import { readValueFile } from "../document/read-value-file.ts";
import { EXIT } from "../exit-codes.ts";
import { Failure, wrongUsage } from "../failure.ts";
import { describeServe } from "../output/describe-flag.ts";
import { AT_OPTIONS } from "../schedule.ts";
import { environmentOf, findBlock, findFlag, openServer, requireVariant } from "../server.ts";
import type { Call, Verb } from "../verb.ts";
import { readCount } from "./read-limit.ts";

export const publish: Verb = {
  usage: "publish <flag> <variant>",
  summary: "serve the draft of a variant, a value given here, or an earlier version",
  options: [
    ["--version <n>", "serve this version again instead of the draft"],
    ["--value <json>", "the new value"],
    ["--value-file <file>", "the new value, in a JSON or YAML file"],
    ...AT_OPTIONS,
    ...CHANGE_OPTIONS,
  ],
  examples: ["publish summarizer opus", "publish summarizer opus --value-file opus.yaml", "publish summarizer opus --version 3"],
  run: publishValue,
};

async function publishValue(call: Call): Promise<void> {
  const [key = "", variant = ""] = call.args;
  const version = call.option("version");
  const value = await readValue(call);
  if (version !== undefined && value !== undefined)
    throw wrongUsage("--version serves a value that exists already; leave --value out.");
  const server = await openServer(call);
  const flag = await findFlag(server, key);
  const environment = environmentOf(call, flag);
  requireVariant(flag, variant);
  const { config, expected } = findBlock(flag, environment);
  const operations: Operation[] = [
    ...(value === undefined ? [] : [{ kind: "draft-value" as const, flag: key, variant, value: value.value }]),
    {
      kind: "publish",
      flag: key,
      variant,
      environments: [environment],
      ...(version === undefined ? {} : { version: readCount(version, "--version") }),
    },
  ];
  const seen = { [`flags/${key}`]: flag.revision };
  const isDraft = value === undefined && version === undefined;
  await makeChange(call, {
    server,
    // A draft is everybody's to replace; what is published later must be the one that was seen.
    later: isDraft ? { operations, expected: seen } : { operations },
    nothing: `Nothing changes: ${environment} serves that value of ${key}:${variant} already.`,
    question: `Publish ${version === undefined ? "" : `version ${version} of `}${key}:${variant} in ${environment}?`,
    preface: describeReach(config, variant),
    send: proposeOperations(server, operations, { ...expected, ...seen }),
  });
}

/** Who gets the new value at once: publishing is not a ramp. */
function describeReach(config: FlagEnvironment, variant: string): string[] {
  const serves: [string, Serve][] = [
    ...(config.rules ?? []).map(({ id, serve }): [string, Serve] => [`rule ${id}`, serve]),
    ["the default", config.default],
  ];
  const live = serves.filter(([, serve]) => ("split" in serve ? (serve.split[variant] ?? 0) > 0 : serve.variant === variant));
  if (!config.enabled || live.length === 0) return [`Nobody gets ${variant} through a rule or the default now.`];
  const reach = live.map(([where, serve]) => `  ${where}: ${describeServe(serve, { name: "those it decides", gets: "get" })}`);
  return [`These people get the new value at once:`, ...reach, `To open it step by step, add a variant and ramp that instead.`];
}

async function readValue(call: Call): Promise<{ readonly value: JsonValue } | undefined> {
  const [text, file] = [call.option("value"), call.option("value-file")];
  if (text !== undefined && file !== undefined) throw wrongUsage("Give --value or --value-file, not both.");
  if (text !== undefined) return { value: parseValue(text) };
  if (file === undefined) return undefined;
  return { value: await readValueFile(call.io.cwd, file) };
}

function parseValue(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw new Failure(EXIT.usage, `--value is not JSON: ${cause instanceof Error ? cause.message : String(cause)}.`, {
      mend: `A text needs its quotes: --value '"gpt-5"'.`,
      cause,
    });
  }
}
