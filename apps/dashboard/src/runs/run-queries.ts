/** What the run finder reads. */

import { queryOptions } from "@tanstack/react-query";
import { management } from "../api/client.ts";

/** What people make of an answer comes later than the answer, and no change of a flag announces it. */
const AGAIN_MS = 10_000;
/** Events of one person that are read. */
export const EVENTS = 500;

export const runQuery = (project: string, environment: string, run: string) =>
  queryOptions({
    queryKey: ["runs", project, environment, "run", run],
    queryFn: () => management.getRun(project, environment, run),
    refetchInterval: AGAIN_MS,
    retry: false,
  });

export const personEventsQuery = (project: string, environment: string, targetingKey: string, hours: number) =>
  queryOptions({
    queryKey: ["runs", project, environment, "person", targetingKey, hours],
    queryFn: () => management.listEvents(project, environment, { targetingKey, hours, limit: EVENTS }),
    refetchInterval: AGAIN_MS,
    retry: false,
  });

/** The newest of one flag, for whoever has no id at hand. */
export const flagEventsQuery = (project: string, environment: string, flag: string, hours: number) =>
  queryOptions({
    queryKey: ["runs", project, environment, "flag", flag, hours],
    queryFn: () => management.listEvents(project, environment, { flag, hours, limit: EVENTS }),
    refetchInterval: AGAIN_MS,
    retry: false,
  });
