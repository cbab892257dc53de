/** What went wrong, in words for people. */

import { ProblemError, UnreachableError } from "@dimmer/protocol";

export interface ErrorMessage {
  readonly title: string;
  readonly about: string;
}

export function messageOf(error: unknown): ErrorMessage {
  if (error instanceof ProblemError) {
    // The message of a refusal repeats its first issue, with the place in the request that people need not see.
    const errors = [...new Set(error.issues.filter(({ severity }) => severity === "error").map(sayIssue))];
    return { title: TITLES[error.code] ?? "That was refused", about: errors.length === 0 ? error.message : errors.join(" ") };
  }
  if (error instanceof UnreachableError)
    return { title: "The server does not answer", about: "It will be tried again by itself." };
  return { title: "Something broke in this page", about: error instanceof Error ? error.message : String(error) };
}

/** What is wrong and its mend, as one sentence or two; a place that the message begins with is said as people would. */
export function sayIssue({ message, mend }: { readonly message: string; readonly mend?: string }): string {
  const [, flag, environment, rest = message] = PLACED.exec(message) ?? [];
  // A name that stands first is written as it is.
  const isSentence = /^[a-z]+ [a-z]/u.test(rest);
  const said = (isSentence ? rest.charAt(0).toUpperCase() + rest.slice(1) : rest).replace(/\.$/u, "");
  const place = flag === undefined ? "" : ` (${flag}${environment === undefined ? "" : ` in ${environment}`})`;
  if (mend === undefined || mend === "") return `${said}${place}.`;
  return /^[A-Z]/u.test(mend) ? `${said}${place}. ${mend}` : `${said}${place}: ${mend}.`;
}

/** `flags/summarizer/environments/production/rules/paid/when: …` */
const PLACED = /^flags\/([^/:]+)(?:\/environments\/([^/:]+))?(?:\/\S*)?: (.*)$/u;

const TITLES: Readonly<Record<string, string>> = {
  forbidden: "You may not do that",
  unauthenticated: "You are signed out",
  "not-found": "That is not here",
  "revision-mismatch": "Somebody changed it in the meantime",
  conflict: "That does not fit what is there now",
  "already-exists": "There is one with that name already",
  "owned-by-file": "A file owns this flag",
  "invalid-document": "That is not valid yet",
  "too-many-requests": "Too many tries",
};
