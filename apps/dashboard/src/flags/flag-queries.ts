/** What the pages about flags read. Everything of a project lies under its name, so that the live stream can refresh it. */

import { queryOptions } from "@tanstack/react-query";
import { management, summariseFlags } from "../api/client.ts";

export const summariesQuery = (project: string, environment: string) =>
  queryOptions({
    queryKey: ["project", project, "flags", environment],
    queryFn: () => summariseFlags(project, environment),
  });

export const flagQuery = (project: string, flag: string) =>
  queryOptions({ queryKey: ["project", project, "flag", flag], queryFn: () => management.getFlag(project, flag) });

/** Changes of a flag that its page shows at first. */
const HISTORY = 30;

export const historyQuery = (project: string, flag: string) =>
  queryOptions({
    queryKey: ["project", project, "flag", flag, "history"],
    queryFn: () => management.flagHistory(project, flag, HISTORY),
  });

/** People seen this week: how many a share is. Not known where no SDK reports. */
export const peopleQuery = (project: string, environment: string) =>
  queryOptions({
    queryKey: ["people-seen", project, environment],
    queryFn: () => management.getPeople(project, environment),
    staleTime: 60_000,
    retry: false,
  });

export const arrivalQuery = (project: string, environment: string) =>
  queryOptions({
    queryKey: ["project", project, "arrival", environment],
    queryFn: () => management.getArrival(project, environment),
  });
