/** What the pages about experiments read. */

import { queryOptions } from "@tanstack/react-query";
import type { ExperimentRequest } from "@dimmer/protocol";
import { management } from "../api/client.ts";

/** Milliseconds between looks: what people do is no change of the project, of which the live stream tells. */
const LOOK_MS = 30_000;

export const experimentsQuery = (project: string) =>
  queryOptions({
    queryKey: ["project", project, "experiments"],
    queryFn: () => management.listExperiments(project),
    refetchInterval: LOOK_MS,
  });

export const experimentQuery = (project: string, id: string) =>
  queryOptions({
    queryKey: ["project", project, "experiment", id],
    queryFn: () => management.getExperiment(project, id),
    refetchInterval: LOOK_MS,
  });

/** Reckoned when it is asked for. */
export const resultsQuery = (project: string, id: string, isRunning: boolean) =>
  queryOptions({
    queryKey: ["project", project, "experiment", id, "results"],
    queryFn: () => management.getExperimentResults(project, id),
    refetchInterval: isRunning ? LOOK_MS : false,
    retry: false,
  });

export const outlookQuery = (project: string, request: ExperimentRequest, isAsked: boolean) =>
  queryOptions({
    queryKey: ["experiment-outlook", project, request],
    queryFn: () => management.foreseeExperiment(project, request),
    enabled: isAsked,
    retry: false,
    staleTime: 30_000,
  });
