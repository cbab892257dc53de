/** What is known of an environment's keys, apps and questions. */

import { queryOptions } from "@tanstack/react-query";
import { management } from "../api/client.ts";

export const keysQuery = (project: string) =>
  queryOptions({ queryKey: ["project", project, "keys"], queryFn: () => management.listKeys(project) });

export const sdksQuery = (project: string, environment: string) =>
  queryOptions({
    queryKey: ["project", project, "sdks", environment],
    queryFn: () => management.listSdks(project, environment),
  });

/** What became of one flag in the last hours. */
export const evaluationsQuery = (project: string, environment: string, flag: string, hours: number) =>
  queryOptions({
    queryKey: ["evaluations", project, environment, flag, hours],
    queryFn: () => management.getEvaluations(project, environment, { flag, hours }),
    retry: false,
  });

export const unknownFlagsQuery = (project: string, environment: string) =>
  queryOptions({
    queryKey: ["unknown-flags", project, environment],
    queryFn: () => management.listUnknownFlags(project, environment),
    retry: false,
  });
