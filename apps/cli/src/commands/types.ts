/** `dimmer types`: TypeScript types of the project's flags, or OpenFeature's flag manifest, to generate code from. */

import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { FlagDocument } from "@dimmer/evaluation";
import { readSource, requireDocument } from "../document/read-document.ts";
import { writeManifest } from "../document/types/write-manifest.ts";
import { writeTypes } from "../document/types/write-types.ts";
import { EXIT } from "../exit-codes.ts";
import { Failure, wrongUsage } from "../failure.ts";
import { isErrnoException } from "../io.ts";
import { openServer } from "../server.ts";
import type { Call, Verb } from "../verb.ts";

export const types: Verb = {
  usage: "types",
  summary: "TypeScript types, so that the compiler checks flag keys, variants, values and contexts",
  options: [
    ["--file <file>", "a document instead of the server's project"],
    ["--out <file>", "write it there instead of to standard output"],
    ["--check", "write nothing; exit code 1 where the file that --out names is not up to date"],
    ["--manifest", "OpenFeature's flag manifest (JSON) instead"],
  ],
  examples: [
    "types --out src/flags.ts",
    "types --file dimmer.yaml --out src/flags.ts --check",
    "types --manifest --out flags.json",
  ],
  run: generate,
};

async function generate(call: Call): Promise<void> {
  const out = call.option("out");
  if (call.has("check") && out === undefined) throw wrongUsage("--check compares with the file that --out names.");
  const document = await documentOf(call);
  const text = call.has("manifest")
    ? `${JSON.stringify(writeManifest(document, call.settings.environment), null, 2)}\n`
    : writeTypes(document);
  if (out === undefined) return call.output.result({ text }, () => text.trimEnd());
  const isCurrent = (await readPresent(call, out)) === text;
  if (!call.has("check") && !isCurrent) await write(call, out, text);
  if (call.has("check") && !isCurrent) {
    throw new Failure(EXIT.failed, `${out} is not up to date.`, {
      mend: `Run \`dimmer types\` with the same options and without --check, and commit ${out}.`,
    });
  }
  await call.output.result({ file: out, changed: !isCurrent }, () => (isCurrent ? `${out} is up to date.` : `Wrote ${out}.`));
}

async function documentOf(call: Call): Promise<FlagDocument> {
  const file = call.option("file");
  if (file !== undefined) return requireDocument(await readSource(call.io.cwd, file), "so nothing is written");
  const { client, project } = await openServer(call);
  return client.exportDocument(project);
}

async function readPresent(call: Call, out: string): Promise<string | undefined> {
  try {
    return await readFile(resolve(call.io.cwd, out), "utf8");
  } catch (cause) {
    if (isErrnoException(cause) && cause.code === "ENOENT") return undefined;
    throw new Failure(EXIT.failed, `${out} cannot be read.`, { cause });
  }
}

async function write(call: Call, out: string, text: string): Promise<void> {
  try {
    await writeFile(resolve(call.io.cwd, out), text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure(EXIT.failed, `${out} cannot be written: ${why}.`, { cause });
  }
}
