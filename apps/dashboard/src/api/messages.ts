/** What went wrong, in words for people. */

import { ProblemError, UnreachableError } from "@dimmer/protocol";

export interface ErrorMessage {
  readonly title: string;
  readonly about: string;
}

export function messageOf(error: unknown): ErrorMessage {
  if (error instanceof ProblemError) {
    const more = error.issues.map(({ message, mend }) => (mend === undefined ? message : `${message} ${mend}`));
    return { title: TITLES[error.code] ?? "That was refused", about: [...new Set([error.message, ...more])].join(" ") };
  }
  if (error instanceof UnreachableError)
    return { title: "The server does not answer", about: "It will be tried again by itself." };
  return { title: "Something broke in this page", about: error instanceof Error ? error.message : String(error) };
}

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
