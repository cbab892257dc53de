/** What an edit would do, asked of the server before anything is saved. */

import { useQuery } from "@tanstack/react-query";
import type { Issue } from "@dimmer/evaluation";
import { type ChangeRequest, type ChangeResult, type Operation, ProblemError } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { useDebounced } from "../ui/use-debounced.ts";

/** Milliseconds after the last movement until the server is asked. */
const ASK_AFTER_MS = 200;

export interface Foreseen {
  /** Undefined until it is known for exactly these operations. */
  readonly result: ChangeResult | undefined;
  readonly error: unknown;
  /** What is wrong, or worth knowing, with its place in the request: `/operations/0/rule/when`. */
  readonly issues: readonly Issue[];
}

/** Shape: nothing is asked for without operations. */
export function useForeseen(
  project: string,
  operations: readonly Operation[],
  expected: Readonly<Record<string, number>> = {},
): Foreseen {
  const wanted = JSON.stringify({ operations, expected });
  const asked = useDebounced(wanted, ASK_AFTER_MS);
  const { data, error } = useQuery({
    // Not among what is read anew with every change: a change brings another revision, and so another question.
    queryKey: ["foreseen", project, asked],
    queryFn: () => management.submitChange(project, { ...(JSON.parse(asked) as ChangeRequest), dryRun: true }),
    enabled: operations.length > 0 && asked === wanted,
    retry: false,
  });
  if (asked !== wanted) return { result: undefined, error: undefined, issues: [] };
  const issues = error instanceof ProblemError ? error.issues : (data?.issues ?? []);
  return { result: data, error: error ?? undefined, issues };
}
