/** What contexts are like: what programs send in them, and what is declared of them. */

import { queryOptions } from "@tanstack/react-query";
import { management } from "../api/client.ts";

export const contextQuery = (project: string) =>
  queryOptions({ queryKey: ["project", project, "context"], queryFn: () => management.getContext(project) });

export const attributesQuery = (project: string, environment: string) =>
  queryOptions({
    queryKey: ["attributes-seen", project, environment],
    queryFn: () => management.listAttributes(project, environment),
    staleTime: 60_000,
    retry: false,
  });
