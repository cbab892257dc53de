/** The keys and names that a project or environment may have. */

import { checkEnvironmentKey } from "@dimmer/evaluation";
import { ProblemError } from "@dimmer/protocol";

/** Small letters, digits and hyphens, so that a key is the same in a URL, a file name and a chat. */
const KEY = /^[a-z0-9][a-z0-9-]{0,63}$/;
/** UTF-16 code units. */
export const MAX_NAME = 200;

export function requireKey(noun: string, key: string): void {
  if (KEY.test(key)) return;
  throw new ProblemError(
    "invalid-request",
    `A key of ${noun} is 1 to 64 small letters, digits and hyphens, and starts with a letter or digit.`,
  );
}

/** A document keeps its flags' blocks by environment, and takes none for a word such as `constructor`. */
export function requireEnvironmentKey(key: string): void {
  requireKey("an environment", key);
  const issue = checkEnvironmentKey(key);
  if (issue !== undefined) throw new ProblemError("invalid-request", `${issue.message}; ${issue.mend}.`);
}

export function requireName(noun: string, name: string): void {
  if (name.trim() !== "" && name.length <= MAX_NAME) return;
  throw new ProblemError("invalid-request", `The name of ${noun} is 1 to ${MAX_NAME} characters.`);
}
