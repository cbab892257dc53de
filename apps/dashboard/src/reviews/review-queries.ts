/** What the pages about change requests read. */

import { queryOptions } from "@tanstack/react-query";
import type { ChangeRequestState } from "@dimmer/protocol";
import { management } from "../api/client.ts";

const SHOWN = 100;

export const reviewsQuery = (project: string, state: ChangeRequestState | undefined) =>
  queryOptions({
    queryKey: ["project", project, "reviews", state ?? "all"],
    queryFn: () => management.listChangeRequests(project, state, SHOWN),
  });

export const reviewQuery = (project: string, id: string) =>
  queryOptions({
    queryKey: ["project", project, "review", id],
    queryFn: () => management.getChangeRequest(project, id),
  });
