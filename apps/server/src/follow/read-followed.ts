/** From the bytes of the followed file to a document without a single error. */

import { open } from "node:fs/promises";
import { type FlagDocument, parseDocument } from "@dimmer/evaluation";
import { ProblemError } from "@dimmer/protocol";
import { parse } from "yaml";
import { FOLLOW_LIMITS } from "./limits.ts";

/** Errors: those of the file system; `ProblemError("invalid-document")` for a file that is too long. */
export async function readFollowed(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size > FOLLOW_LIMITS.fileBytes)
      throw new ProblemError("invalid-document", `${path} is longer than ${FOLLOW_LIMITS.fileBytes} bytes.`);
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

/**
 * Shape:  YAML or JSON. One mistake refuses the file: half of it would be nobody's intent.
 * Errors: `ProblemError("invalid-document")` with the issues, their paths JSON Pointers into the file.
 */
export function parseFollowed(path: string, text: string): FlagDocument {
  const { value, issues } = parseDocument(parseText(path, text));
  const errors = issues.filter(({ severity }) => severity === "error");
  if (value !== undefined && errors.length === 0) return value;
  const [first] = errors;
  const what = first === undefined ? "" : ` ${first.path || "/"}: ${first.message}; ${first.mend}.`;
  throw new ProblemError("invalid-document", `${path} is not valid.${what}`, { issues: errors });
}

/** YAML 1.2, of which JSON is a part; a key that stands twice is refused in both. */
function parseText(path: string, text: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ProblemError("invalid-document", `${path} cannot be read: ${why}`, { cause });
  }
}
