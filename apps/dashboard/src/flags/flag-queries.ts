/** What the pages about flags read. Everything of a project lies under its name, so that the live stream can refresh it. */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { management, summariseFlags } from "../api/client.ts";

export const summariesQuery = (project: string, environment: string) =>
  queryOptions({
    queryKey: ["project", project, "flags", environment],
    queryFn: () => summariseFlags(project, environment),
  });

export const flagQuery = (project: string, flag: string) =>
  queryOptions({ queryKey: ["project", project, "flag", flag], queryFn: () => management.getFlag(project, flag) });

export const historyQuery = (project: string, flag: string, limit: number) =>
  queryOptions({
    queryKey: ["project", project, "flag", flag, "history", limit],
    queryFn: () => management.flagHistory(project, flag, limit),
    placeholderData: keepPreviousData,
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

export const versionsQuery = (project: string, flag: string) =>
  queryOptions({
    queryKey: ["project", project, "flag", flag, "versions"],
    queryFn: () => management.listValueVersions(project, flag),
  });

/** Schedules of a project that are read: those that are due, and the last ones that are over. */
const SCHEDULES = 200;

export const schedulesQuery = (project: string) =>
  queryOptions({
    queryKey: ["project", project, "schedules"],
    queryFn: () => management.listSchedules(project, undefined, SCHEDULES),
  });

export const linksQuery = (project: string) =>
  queryOptions({ queryKey: ["project", project, "links"], queryFn: () => management.listLinks(project) });
