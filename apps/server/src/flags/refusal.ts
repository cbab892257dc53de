/** Refusals of an operation: what is wrong, where in the request, and how to mend it. */

import { ProblemError, type ProblemCode } from "@dimmer/protocol";
import type { Issue } from "@dimmer/evaluation";

/** A refusal that points at one place of the request. */
export function refusal(code: ProblemCode, pointer: string, message: string, mend: string): ProblemError {
  const issue: Issue = { path: pointer, code, message, mend, severity: "error" };
  return new ProblemError(code, `${message} ${mend}`, { issues: [issue] });
}

/** Throws what a reader found wrong; warnings pass. */
export function refuseErrors(issues: readonly Issue[], detail = "The change would leave a document that is not valid."): void {
  const errors = issues.filter((issue) => issue.severity === "error");
  const first = errors[0];
  if (first === undefined) return;
  const more = errors.length === 1 ? "" : ` (and ${errors.length - 1} more)`;
  throw new ProblemError(
    "invalid-document",
    `${detail} ${first.path}: ${first.message.replace(/\.$/, "")}; ${first.mend}${more}`,
    { issues },
  );
}

/** One segment of a JSON Pointer (RFC 6901). */
export function pointerSegment(key: string | number): string {
  return `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
