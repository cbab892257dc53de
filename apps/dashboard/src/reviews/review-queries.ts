/** What the pages about change requests read. */

import { queryOptions } from "@tanstack/react-query";
import type { ChangeRequestState } from "@dimmer/protocol";
import { management } from "../api/client.ts";

const SHOWN = 100;
/** Milliseconds between looks: what is said, approved and edited here is no change of the project, of which the live stream tells. */
const LOOK_MS = 5_000;

export const reviewsQuery = (project: string, state: ChangeRequestState | undefined) =>
  queryOptions({
    queryKey: ["project", project, "reviews", state ?? "all"],
    queryFn: () => management.listChangeRequests(project, state, SHOWN),
    staleTime: 0,
  });

export const reviewQuery = (project: string, id: string) =>
  queryOptions({
    queryKey: ["project", project, "review", id],
    queryFn: () => management.getChangeRequest(project, id),
    staleTime: 0,
    refetchInterval: LOOK_MS,
  });
