/** What the pages about segments read. */

import { queryOptions } from "@tanstack/react-query";
import { management } from "../api/client.ts";

export const segmentsQuery = (project: string) =>
  queryOptions({ queryKey: ["project", project, "segments"], queryFn: () => management.listSegments(project) });

export const segmentQuery = (project: string, segment: string) =>
  queryOptions({
    queryKey: ["project", project, "segments", segment],
    queryFn: () => management.getSegment(project, segment),
  });

export const segmentUsesQuery = (project: string) =>
  queryOptions({ queryKey: ["project", project, "segment-uses"], queryFn: () => management.listSegmentUses(project) });
