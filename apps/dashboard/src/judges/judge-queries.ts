/** The online judges of an environment, and what they did today. */

import { queryOptions } from "@tanstack/react-query";
import { management } from "../api/client.ts";

/** What judges do is no change of the project, of which the page would hear. */
const EVERY_MS = 30_000;

export const judgesQuery = (project: string, environment: string) =>
  queryOptions({
    queryKey: ["project", project, "judges", environment],
    queryFn: () => management.listJudges(project, environment),
    refetchInterval: EVERY_MS,
  });
