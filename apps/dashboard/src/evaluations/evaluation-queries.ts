/** What somebody with a context would get: asked of the server, which evaluates as SDKs do and counts nothing. */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { explainContext } from "../api/client.ts";
import type { Question } from "./question.ts";

export const answersQuery = (project: string, environment: string, question: Question) =>
  queryOptions({
    // Below the project, so that an edit shows what it changes for this context at once.
    queryKey: ["project", project, "answers", environment, question],
    queryFn: () => explainContext(project, environment, question),
    placeholderData: keepPreviousData,
    // Contexts are personal: kept while they are shown.
    gcTime: 0,
  });
