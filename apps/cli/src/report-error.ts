/** Turns what went wrong into words on stderr (or JSON with --json) and the exit code. */

import { ProblemError, UnreachableError } from "@dimmer/protocol";
import type { Issue } from "@dimmer/evaluation";
import { EXIT, EXIT_OF_PROBLEM, type ExitCode } from "./exit-codes.ts";
import { Failure } from "./failure.ts";
import type { Io } from "./io.ts";
import { renderIssue } from "./output/issues.ts";
import { openOutput, type OutputOptions } from "./output/output.ts";
import type { SourceText } from "./document/read-document.ts";

interface Report {
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly message: string;
  readonly mend: string | undefined;
  readonly issues: readonly Issue[];
  readonly source?: SourceText | undefined;
}

/** Prints the failure and gives its exit code; what is none of the known kinds is our own bug and is thrown on. */
export function reportError(error: unknown, io: Io, options: OutputOptions): ExitCode {
  const report = reportOf(error);
  if (report === undefined) throw error;
  const { exitCode, code, message, mend, issues, source } = report;
  const { paintTalk: paint } = openOutput(io, options);
  if (options.json) io.stderr.write(`${JSON.stringify({ error: { exitCode, code, message, mend, issues } })}\n`);
  else {
    const lines = [
      `${paint("red", "error:")} ${message}`,
      ...issues.filter((issue) => !isSaid(issue, message)).map((issue) => renderIssue(issue, paint, source)),
    ];
    io.stderr.write(`${[...lines, ...(mend === undefined ? [] : [mend])].join("\n")}\n`);
  }
  return exitCode;
}

/** A refusal may say its issue twice: as its message, and at its place in a request that the user never saw. */
const isSaid = ({ message, mend }: Issue, said: string): boolean => said.startsWith(message) && said.includes(mend);

function reportOf(error: unknown): Report | undefined {
  if (error instanceof Failure) {
    return {
      exitCode: error.exitCode,
      code: codeOf(error.exitCode),
      message: error.message,
      mend: error.mend,
      issues: error.issues,
      source: error.source,
    };
  }
  if (error instanceof UnreachableError) {
    return { exitCode: EXIT.network, code: "network", message: error.message, mend: error.mend, issues: [] };
  }
  if (error instanceof ProblemError) {
    const mend =
      error.status === 401
        ? "Run `dimmer login`, or set DIMMER_TOKEN to an admin token of this server (for eval, DIMMER_KEY to a server key is enough)."
        : undefined;
    return { exitCode: EXIT_OF_PROBLEM[error.code], code: error.code, message: error.message, mend, issues: error.issues };
  }
  return undefined;
}

function codeOf(exitCode: ExitCode): string {
  return Object.entries(EXIT).find(([, code]) => code === exitCode)?.[0] ?? "failed";
}
