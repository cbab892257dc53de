/** Reads a variant's value from a JSON or YAML file. */

import type { JsonValue } from "@dimmer/evaluation";
import { EXIT } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import { parseSource, readText } from "./read-document.ts";

/** Errors: a failure that shows the place where it is neither. */
export async function readValueFile(cwd: string, file: string): Promise<JsonValue> {
  const source = parseSource(file, await readText(cwd, file));
  if (source.data !== undefined) return source.data as JsonValue;
  throw new Failure(EXIT.failed, `${file} is neither JSON nor YAML.`, { issues: source.issues, source });
}
