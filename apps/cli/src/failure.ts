/** The command's own refusals: what is wrong, what to do about it, and the exit code. */

import type { Issue } from "@dimmer/evaluation";
import type { SourceText } from "./document/read-document.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";

export interface FailureDetails {
  readonly mend?: string | undefined;
  readonly issues?: readonly Issue[];
  readonly source?: SourceText;
  readonly cause?: unknown;
}

/** Thrown by a verb to end the command; `main.ts` prints it. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly exitCode: ExitCode;
  readonly mend: string | undefined;
  readonly issues: readonly Issue[];
  /** The file that the issues point into. */
  readonly source: SourceText | undefined;

  constructor(exitCode: ExitCode, message: string, more: FailureDetails = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.exitCode = exitCode;
    this.mend = more.mend;
    this.issues = more.issues ?? [];
    this.source = more.source;
  }
}

export const wrongUsage = (message: string, mend?: string): Failure => new Failure(EXIT.usage, message, { mend });
export const notFound = (message: string, mend?: string): Failure => new Failure(EXIT.notFound, message, { mend });
