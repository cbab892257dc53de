/** What the pages about measures read. */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { management } from "../api/client.ts";

/** What is told arrives all the time, and no change of a flag announces it. */
const AGAIN_MS = 10_000;

export const metricsQuery = (project: string, environment: string, flag: string, hours: number) =>
  queryOptions({
    queryKey: ["metrics", project, environment, flag, hours],
    queryFn: () => management.getMetrics(project, environment, { flag, hours }),
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MS,
    retry: false,
  });
