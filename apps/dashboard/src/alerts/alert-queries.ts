/** What the inbox of alerts reads. */

import { queryOptions } from "@tanstack/react-query";
import type { AlertQuery } from "@dimmer/protocol";
import { management } from "../api/client.ts";

export const ALERTS_SHOWN = 100;
/** Milliseconds between looks, beside the live stream, which tells of new ones. */
const LOOK_MS = 30_000;

export const alertsQuery = (project: string, query: AlertQuery) =>
  queryOptions({
    queryKey: ["project", project, "alerts", query],
    queryFn: () => management.listAlerts(project, query, ALERTS_SHOWN),
    refetchInterval: LOOK_MS,
  });

export const alertQuery = (project: string, id: string) =>
  queryOptions({
    queryKey: ["project", project, "alert", id],
    queryFn: () => management.getAlert(project, id),
  });

/** How many are open, by how much they matter. */
export const alertCountsQuery = (project: string) =>
  queryOptions({
    queryKey: ["project", project, "alert-counts"],
    queryFn: () => management.countAlerts(project),
    refetchInterval: LOOK_MS,
    retry: false,
  });
