/** What the pages about experiments read, and what they ask for. */

import { queryOptions } from "@tanstack/react-query";
import type {
  ExperimentAct,
  ExperimentOutlook,
  ExperimentRequest,
  ExperimentResult,
  ExperimentStep,
  ExperimentView,
  ShipRequest,
} from "@dimmer/protocol";
import { callServer } from "../api/call-server.ts";

export const EXPERIMENTS_SHOWN = 100;
/** Milliseconds between looks: what people do is no change of the project, of which the live stream tells. */
const LOOK_MS = 30_000;

const placeOf = (project: string) => `/api/v1/projects/${encodeURIComponent(project)}/experiments`;
const one = (project: string, id: string) => `${placeOf(project)}/${encodeURIComponent(id)}`;

export const experimentsQuery = (project: string, flag?: string) =>
  queryOptions({
    queryKey: ["project", project, "experiments", flag ?? null],
    queryFn: async () =>
      (
        await callServer<{ items: readonly ExperimentView[] }>(
          "GET",
          `${placeOf(project)}?limit=${EXPERIMENTS_SHOWN}${flag === undefined ? "" : `&flag=${encodeURIComponent(flag)}`}`,
        )
      ).items,
    refetchInterval: LOOK_MS,
  });

export const experimentQuery = (project: string, id: string) =>
  queryOptions({
    queryKey: ["project", project, "experiment", id],
    queryFn: () => callServer<ExperimentView>("GET", one(project, id)),
    refetchInterval: LOOK_MS,
  });

/** Reckoned when it is asked for. */
export const resultQuery = (project: string, id: string, isRunning: boolean) =>
  queryOptions({
    queryKey: ["project", project, "experiment", id, "result"],
    queryFn: () => callServer<ExperimentResult>("GET", `${one(project, id)}/result`),
    refetchInterval: isRunning ? LOOK_MS : false,
    retry: false,
  });

export const outlookQuery = (project: string, request: ExperimentRequest, isAsked: boolean) =>
  queryOptions({
    queryKey: ["experiment-outlook", project, request],
    queryFn: () => callServer<ExperimentOutlook>("POST", `${placeOf(project)}/plan`, request),
    enabled: isAsked,
    retry: false,
    staleTime: 30_000,
  });

export const createExperiment = (project: string, request: ExperimentRequest) =>
  callServer<ExperimentView>("POST", placeOf(project), request);

export const startExperiment = (project: string, id: string, act: ExperimentAct) =>
  callServer<ExperimentStep>("POST", `${one(project, id)}/start`, act);

export const endExperiment = (project: string, id: string, act: ExperimentAct) =>
  callServer<ExperimentStep>("POST", `${one(project, id)}/end`, act);

export const shipExperiment = (project: string, id: string, ship: ShipRequest) =>
  callServer<ExperimentStep>("POST", `${one(project, id)}/ship`, ship);
