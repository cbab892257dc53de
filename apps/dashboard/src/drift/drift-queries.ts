/** What the pages about drift read. */

import { queryOptions } from "@tanstack/react-query";
import { management } from "../api/client.ts";

/** Milliseconds between looks: hours close by themselves, and no change of the project tells of it. */
const LOOK_MS = 60_000;

export const driftQuery = (project: string, environment: string, flag: string) =>
  queryOptions({
    queryKey: ["project", project, "drift", environment, flag],
    queryFn: () => management.getDrift(project, environment, flag),
    refetchInterval: LOOK_MS,
    retry: false,
  });

export const drillsQuery = (project: string, environment: string, flag: string) =>
  queryOptions({
    queryKey: ["project", project, "drills", environment, flag],
    queryFn: () => management.getDrills(project, environment, flag),
    refetchInterval: LOOK_MS,
    retry: false,
  });

export const canariesQuery = (project: string, environment: string) =>
  queryOptions({
    queryKey: ["project", project, "canaries", environment],
    queryFn: () => management.listCanaries(project, environment),
    refetchInterval: LOOK_MS,
    retry: false,
  });
