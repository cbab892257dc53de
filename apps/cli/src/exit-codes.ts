/** What the command's exit codes mean, in one table; `docs/guide/cli.md` and `dimmer --help` print it. */

import type { ProblemCode } from "@dimmer/protocol";

export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  auth: 3,
  network: 4,
  notFound: 5,
  conflict: 6,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_MEANINGS: readonly (readonly [ExitCode, string])[] = [
  [EXIT.ok, "done"],
  [EXIT.failed, "a check failed, a difference was found, or the change was refused"],
  [EXIT.usage, "wrong usage: an argument, an option, or a question that could not be asked"],
  [EXIT.auth, "no key, a wrong key, or one that may not do that"],
  [EXIT.network, "the server could not be reached or could not answer"],
  [EXIT.notFound, "there is no such project, environment, flag, variant or file"],
  [EXIT.conflict, "it does not fit the present state, or somebody changed it in the meantime"],
  [EXIT.interrupted, "interrupted with Ctrl-C"],
];

/** Every problem of the server, by the exit code that a script can act on. */
export const EXIT_OF_PROBLEM: Readonly<Record<ProblemCode, ExitCode>> = {
  "invalid-request": EXIT.failed,
  "invalid-document": EXIT.failed,
  "body-too-deep": EXIT.failed,
  unauthenticated: EXIT.auth,
  "code-needed": EXIT.auth,
  forbidden: EXIT.auth,
  "not-found": EXIT.notFound,
  "method-not-allowed": EXIT.failed,
  "already-exists": EXIT.conflict,
  conflict: EXIT.conflict,
  "review-needed": EXIT.conflict,
  "evals-needed": EXIT.conflict,
  "request-in-flight": EXIT.network,
  "answer-not-kept": EXIT.conflict,
  "idempotency-key-reused": EXIT.conflict,
  "owned-by-file": EXIT.conflict,
  "revision-mismatch": EXIT.conflict,
  "body-too-large": EXIT.failed,
  "unsupported-media-type": EXIT.failed,
  "question-too-large": EXIT.failed,
  "revision-required": EXIT.conflict,
  "request-timeout": EXIT.network,
  "headers-too-large": EXIT.failed,
  "too-many-requests": EXIT.network,
  internal: EXIT.network,
  "provider-unavailable": EXIT.network,
  "telemetry-unavailable": EXIT.network,
  "store-full": EXIT.network,
  "store-unavailable": EXIT.network,
};
