/** How long answers are good for, when they are asked for again, and what a signed-out person gets to see. */

import { QueryCache, QueryClient } from "@tanstack/react-query";
import { ProblemError } from "@dimmer/protocol";

/** Milliseconds; changes of others come through the live stream and do not wait for this. */
const FRESH_MS = 30_000;

export function createQueries(): QueryClient {
  const queries: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError(error) {
        // The session has ended: whoever asks who is signed in finds out, and the shell shows the way in.
        if (error instanceof ProblemError && error.status === 401) void queries.invalidateQueries({ queryKey: ["session"] });
      },
    }),
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
