/** Which content of a variant an eval is of: its draft, or a version, known by the hash that publishing asks for. */

import type { JsonValue } from "@dimmer/evaluation";
import { fillSnippets, snippetsIn } from "@dimmer/ai/parts";
import type { FlagView } from "@dimmer/protocol";
import { digestOf } from "@dimmer/server";
import { readValueFile } from "../document/read-value-file.ts";
import { EXIT } from "../exit-codes.ts";
import { Failure, notFound, wrongUsage } from "../failure.ts";
import { findFlag, requireVariant, type Server } from "../server.ts";
import type { Call } from "../verb.ts";
import { readCount } from "../commands/read-limit.ts";

export interface Content {
  readonly flag: string;
  readonly variant: string;
  readonly value: JsonValue;
  readonly configHash: string;
  /** `the draft of summarizer:opus`, `version 3 of summarizer:opus`. */
  readonly words: string;
}

export const CONTENT_OPTIONS: readonly (readonly [string, string])[] = [
  ["--flag <flag>", "the flag"],
  ["--variant <variant>", "the variant"],
  ["--version <n>", "a version of its value; unless given the draft, and the newest version where there is none"],
  ["--value-file <file>", "a value that is no draft yet, in a JSON or YAML file"],
];

/** Errors: a usage failure without flag and variant, not-found for what is not there. */
export async function readContent(call: Call, server: Server): Promise<Content> {
  const [key, variant] = [call.option("flag"), call.option("variant")];
  if (key === undefined || variant === undefined) throw wrongUsage("Whose evals are they? Say --flag and --variant.");
  const flag = await findFlag(server, key);
  requireVariant(flag, variant);
  const [wanted, file] = [call.option("version"), call.option("value-file")];
  if (wanted !== undefined && file !== undefined) throw wrongUsage("Give --version or --value-file, not both.");
  const { hasDraft = false, draft = null, latest = 0 } = flag.versions[variant] ?? {};
  const of = `${key}:${variant}`;
  if (file !== undefined) {
    const value = await withSnippets(server, flag, file, await readValueFile(call.io.cwd, file));
    return { flag: key, variant, value, configHash: digestOf(value), words: `${file} as ${of}` };
  }
  if (wanted === undefined && hasDraft)
    return { flag: key, variant, value: draft, configHash: digestOf(draft), words: `the draft of ${of}` };
  const number = wanted === undefined ? latest : readCount(wanted, "--version");
  const versions = await server.client.listValueVersions(server.project, key);
  const found = versions.find((version) => version.variant === variant && version.number === number);
  if (found === undefined) throw notFound(`${of} has no version ${number}.`, `It has 1 to ${latest}.`);
  return { flag: key, variant, value: found.value, configHash: found.digest, words: `version ${number} of ${of}` };
}

/** As a save would make it, with the texts of its snippets as they are now: what is scored here is what would be published. */
async function withSnippets(server: Server, flag: FlagView, file: string, value: JsonValue): Promise<JsonValue> {
  const uses = flag.definition.schema === "ai-config" ? snippetsIn(value) : [];
  if (uses.length === 0) return value;
  const texts = new Map((await server.client.listSnippets(server.project)).map(({ name, text }) => [name, text]));
  const unknown = uses.find(({ name }) => name === undefined || !texts.has(name));
  if (unknown?.name !== undefined)
    throw notFound(`${file} uses the snippet ${unknown.name}, which is not there.`, "`dimmer snippets list` shows all.");
  if (unknown !== undefined)
    throw new Failure(EXIT.failed, `${file} has a tag that names no snippet at ${unknown.path}.`, {
      mend: "Name one in quotes: {% snippet 'tone' %}.",
    });
  return fillSnippets(value, texts);
}
