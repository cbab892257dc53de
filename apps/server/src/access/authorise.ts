/** Whether an author's key reaches a project and an environment. */

import { ProblemError } from "@dimmer/protocol";
import type { Author } from "../flags/apply-change.ts";

/** Null stands for all of them: what belongs to every environment needs a key that reaches every environment. */
export interface Reach {
  readonly project: string | null;
  readonly environment: string | null;
}

/** Shape: true when the author is bound to nothing narrower than what is reached for. */
export function mayReach(author: Reach, target: Reach): boolean {
  if (author.project !== null && author.project !== target.project) return false;
  return author.environment === null || author.environment === target.environment;
}

/** Errors: `ProblemError("forbidden")`, saying what the key is bound to. */
export function requireReach(author: Author, target: Reach): void {
  if (mayReach(author, target)) return;
  const bound = [author.project ?? "every project", author.environment ?? "every environment"].join(", ");
  const asked = [target.project ?? "every project", target.environment ?? "every environment"].join(", ");
  throw new ProblemError("forbidden", `This key is bound to ${bound}; that needs one for ${asked}.`);
}
