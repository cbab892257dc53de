/** `dimmer flags create FLAG`: from options in the simple cases, from a file in all. */

import { type FlagDefinition, type FlagType, type JsonValue, listOf, type Purpose } from "@dimmer/evaluation";
import { CHANGE_OPTIONS, makeChange, proposeOperations } from "../../change.ts";
import { readSource } from "../../document/read-document.ts";
import { EXIT } from "../../exit-codes.ts";
import { Failure, wrongUsage } from "../../failure.ts";
import { environmentsIn, openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

const TYPES: readonly FlagType[] = ["boolean", "string", "number", "object"];
const PURPOSES: readonly Purpose[] = ["release", "kill-switch", "experiment", "entitlement", "config"];

export const createFlag: Verb = {
  usage: "create <flag>",
  summary: "create a flag that serves one variant everywhere, or the definition in a file",
  options: [
    ["--file <file>", "a flag definition in YAML or JSON; the other options are then left out"],
    ["--type <type>", `${listOf(TYPES, "or")} (boolean unless given)`],
    ["--purpose <purpose>", `${listOf(PURPOSES, "or")} (release unless given)`],
    ["--owner <team>", "who answers for it"],
    ["--remove-by <date>", "YYYY-MM-DD; permanent without it"],
    ["--description <text>", "what it is for"],
    ["--variant <name=value...>", "a variant and its value, as JSON or plain text; a boolean has on and off without it"],
    ["--serve <variant>", "what everybody gets (the last variant unless given)"],
    ...CHANGE_OPTIONS,
  ],
  examples: [
    "flags create new-search --owner search-team",
    "flags create chat-model --type string --owner chat-team --variant large=gpt-5 small=gpt-5-mini --serve small",
    "flags create summarizer --file summarizer.yaml",
  ],
  run: create,
};

async function create(call: Call): Promise<void> {
  const [key = ""] = call.args;
  const file = call.option("file");
  const server = await openServer(call);
  const definition =
    file === undefined ? definitionOf(call, await chosenEnvironments(call, server)) : await readDefinition(call, file, key);
  await makeChange(call, { server, send: proposeOperations(server, [{ kind: "create-flag", flag: key, definition }]) });
}

/** The one that was named, else all of them. */
async function chosenEnvironments(call: Call, server: Parameters<typeof environmentsIn>[0]): Promise<readonly string[]> {
  return call.settings.environment === undefined ? environmentsIn(server) : [call.settings.environment];
}

function definitionOf(call: Call, environments: readonly string[]): FlagDefinition {
  const type = oneOf(call.option("type") ?? "boolean", TYPES, "--type");
  const variants = readVariants(call.list("variant"), type);
  const names = variants === undefined ? ["on", "off"] : Object.keys(variants);
  const served = call.option("serve") ?? names.at(-1) ?? "";
  if (!names.includes(served)) throw wrongUsage(`--serve ${served} is no variant; there is ${listOf(names, "and")}.`);
  const [description, removeBy] = [call.option("description"), call.option("remove-by")];
  return {
    type,
    purpose: oneOf(call.option("purpose") ?? "release", PURPOSES, "--purpose"),
    owner: required(call, "owner"),
    ...(description === undefined ? {} : { description }),
    ...(removeBy === undefined ? { permanent: true } : { removeBy }),
    ...(variants === undefined ? {} : { variants }),
    environments: Object.fromEntries(
      environments.map((name) => [name, { enabled: true, fallback: served, default: { variant: served } }]),
    ),
  };
}

function readVariants(given: readonly string[], type: FlagType): Record<string, { value: JsonValue }> | undefined {
  if (given.length === 0 && type === "boolean") return undefined;
  if (given.length === 0)
    throw wrongUsage(`A ${type} flag needs its variants.`, "Such as: --variant large=gpt-5 small=gpt-5-mini");
  return Object.fromEntries(given.map((entry) => readVariant(entry, type)));
}

function readVariant(entry: string, type: FlagType): [string, { value: JsonValue }] {
  const at = entry.indexOf("=");
  if (at < 1) throw wrongUsage(`--variant takes name=value, and is "${entry}".`);
  return [entry.slice(0, at), { value: readValue(entry.slice(at + 1), type) }];
}

/** A text needs no quotes; everything else is JSON. */
function readValue(text: string, type: FlagType): JsonValue {
  if (type === "string" && !text.startsWith('"')) return text;
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw new Failure(EXIT.usage, `The value ${text} is not JSON, as a ${type} flag needs it.`, { cause });
  }
}

/** A file with the flag alone, or a whole document that has it. */
async function readDefinition(call: Call, file: string, key: string): Promise<FlagDefinition> {
  const source = await readSource(call.io.cwd, file);
  const { data } = source;
  if (typeof data !== "object" || data === null)
    throw new Failure(EXIT.failed, `${file} holds no flag definition.`, { issues: source.issues, source });
  const flags: unknown = Reflect.get(data, "flags");
  const isDocument = typeof flags === "object" && flags !== null;
  if (isDocument && !Object.hasOwn(flags, key)) throw new Failure(EXIT.notFound, `${file} is a document without a flag ${key}.`);
  // The server decides what is valid, with the same parser as `dimmer validate`.
  return (isDocument ? Reflect.get(flags, key) : data) as FlagDefinition;
}

function oneOf<T extends string>(text: string, allowed: readonly T[], option: string): T {
  const found = allowed.find((one) => one === text);
  if (found === undefined) throw wrongUsage(`${option} is ${listOf(allowed, "or")}, not ${text}.`);
  return found;
}

function required(call: Call, option: string): string {
  const text = call.option(option);
  if (text === undefined) throw wrongUsage(`--${option} is needed: every flag has somebody who answers for it.`);
  return text;
}
