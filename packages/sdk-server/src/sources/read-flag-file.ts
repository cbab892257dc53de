/** From a file's bytes to a document and the environment to serve. */

import { open } from "node:fs/promises";
import { extname } from "node:path";
import { parseDocument, type FlagDocument, type Issue } from "@dimmer/evaluation";
import type * as Yaml from "yaml";
import { ENGINE_LIMITS, type SourceFailure } from "@dimmer/sdk-core";

/** Carries a failure out of reading a file; never leaves this folder. */
export class FileError extends Error {
  readonly failure: SourceFailure;

  constructor(
    code: "file" | "payload",
    message: string,
    more: { readonly issues?: readonly Issue[]; readonly cause?: unknown } = {},
  ) {
    const mistakes = (more.issues ?? []).slice(0, SHOWN_ISSUES).map(({ path, message }) => ` ${path || "/"}: ${message}.`);
    const rest = (more.issues ?? []).length - mistakes.length;
    super(message + mistakes.join("") + (rest > 0 ? ` And ${rest} more.` : ""), { cause: more.cause });
    this.name = "FileError";
    this.failure = { code, message: this.message, ...more };
  }
}

/** Issues told in the message itself; all of them are in `issues`. */
const SHOWN_ISSUES = 3;

export interface FlagFile {
  readonly text: string;
  readonly document: FlagDocument;
  /** Undefined where nothing names one: the file has no flags (yet). */
  readonly environment: string | undefined;
  /** Mistakes in single flags; those are not in the document. */
  readonly issues: readonly Issue[];
}

/**
 * Reads a flag file.
 *
 * Shape:  `.json` as JSON, everything else as YAML; the environment is the one that was served before, else the wanted one, else the
 *         only one there is.
 * Errors: throws a FileError when nothing of it can be used.
 */
export async function readFlagFile(path: string, wanted: string | undefined, served?: string): Promise<FlagFile> {
  const { text, data } = await readData(path, ENGINE_LIMITS.snapshotBytes);
  const { value, issues } = parseDocument(data);
  const errors = issues.filter(({ severity }) => severity === "error");
  if (value === undefined) throw new FileError("payload", `${path} is not a flag document.`, { issues: errors });
  return { text, document: value, environment: chooseEnvironment(path, value, wanted, served), issues: errors };
}

/** A file's text and what it holds: `.json` as JSON, everything else as YAML. Throws a FileError. */
export async function readData(path: string, maxBytes: number): Promise<{ readonly text: string; readonly data: unknown }> {
  const text = await readBounded(path, maxBytes);
  return { text, data: extname(path) === ".json" ? parseJson(path, text) : await parseYaml(path, text) };
}

async function readBounded(path: string, maxBytes: number): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size > maxBytes) throw new FileError("payload", `${path} is longer than ${maxBytes} bytes.`);
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FileError("payload", `${path} is not valid JSON: ${(cause as Error).message}.`, { cause });
  }
}

async function parseYaml(path: string, text: string): Promise<unknown> {
  const { parse } = await importYaml(path);
  try {
    return parse(text);
  } catch (cause) {
    throw new FileError("payload", `${path} is not valid YAML: ${(cause as Error).message}`, { cause });
  }
}

/** An optional peer: whoever keeps flags in JSON, or on a server, does not need it. */
async function importYaml(path: string): Promise<Pick<typeof Yaml, "parse">> {
  try {
    return await import("yaml");
  } catch (cause) {
    throw new FileError("file", `Reading ${path} needs the package yaml: npm install yaml, or keep the flags in a .json file.`, {
      cause,
    });
  }
}

function chooseEnvironment(
  path: string,
  document: FlagDocument,
  wanted: string | undefined,
  served: string | undefined,
): string | undefined {
  const names = environmentsOf(document);
  const chosen = served ?? wanted ?? (names.length === 1 ? names[0] : undefined);
  // A document without flags is one of any environment.
  if (names.length === 0 || (chosen !== undefined && names.includes(chosen))) return chosen;
  const known = `${path} has ${names.join(", ")}.`;
  if (served !== undefined)
    throw new FileError("payload", `There is no environment ${served} any more; its last good flags stay. ${known}`);
  throw new FileError(
    "payload",
    wanted === undefined ? `Which environment? ${known}` : `There is no environment ${wanted}: ${known}`,
  );
}

/** The environments that a document configures at least one flag in. */
export function environmentsOf({ flags }: FlagDocument): readonly string[] {
  return [...new Set(Object.values(flags).flatMap(({ environments }) => Object.keys(environments ?? {})))];
}
