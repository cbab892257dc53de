/** How long answers are good for, when they are asked for again, and what a signed-out person gets to see. */

import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ProblemError } from "@dimmer/protocol";

/** Milliseconds; changes of others come through the live stream and do not wait for this. */
const FRESH_MS = 30_000;

export function createQueries(): QueryClient {
  /** The session has ended, or allows less than it did: whoever shows who is signed in and what they may do finds out. */
  const lookWhoAsks = (error: unknown) => {
    if (error instanceof ProblemError && [401, 403].includes(error.status))
      void queries.invalidateQueries({ queryKey: ["session"] });
  };
  const queries: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: lookWhoAsks }),
    mutationCache: new MutationCache({ onError: lookWhoAsks }),
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        // A refusal does not pass by itself.
        retry: (failures, error) => !(error instanceof ProblemError) && failures < 3,
      },
    },
  });
  return queries;
}
