/** What the pages about rollouts read. */

import { queryOptions } from "@tanstack/react-query";
import type { PlanOutlook, RolloutRequest, RolloutTrail, RolloutView, StartedRollout, VerdictView } from "@dimmer/protocol";
import { callServer } from "../api/call-server.ts";
import { isOpen } from "./say-rollout.ts";

/** Milliseconds between looks: what a rollout has seen is no change of the project, of which the live stream tells. */
const OPEN_MS = 5_000;
const ENDED_MS = 60_000;
/** That a list shows. */
export const ROLLOUTS_SHOWN = 100;
const VERDICTS_SHOWN = 200;

export type RolloutActName = "pause" | "resume" | "abort" | "approve";

const placeOf = (project: string) => `/api/v1/projects/${encodeURIComponent(project)}/rollouts`;

export const rolloutsQuery = (project: string, flag?: string) =>
  queryOptions({
    queryKey: ["project", project, "rollouts", flag ?? null],
    queryFn: async () =>
      (
        await callServer<{ items: readonly RolloutView[] }>(
          "GET",
          `${placeOf(project)}?limit=${ROLLOUTS_SHOWN}${flag === undefined ? "" : `&flag=${encodeURIComponent(flag)}`}`,
        )
      ).items,
    refetchInterval: ({ state }) => (state.data?.some(isOpen) === true ? OPEN_MS : ENDED_MS),
  });

export const rolloutQuery = (project: string, id: string) =>
  queryOptions({
    queryKey: ["project", project, "rollout", id],
    queryFn: () => callServer<RolloutView>("GET", `${placeOf(project)}/${encodeURIComponent(id)}`),
    refetchInterval: ({ state }) => (state.data === undefined || isOpen(state.data) ? OPEN_MS : ENDED_MS),
  });

export const trailQuery = (project: string, id: string, isMoving: boolean) =>
  queryOptions({
    queryKey: ["project", project, "rollout", id, "trail"],
    queryFn: () => callServer<RolloutTrail>("GET", `${placeOf(project)}/${encodeURIComponent(id)}/trail`),
    refetchInterval: isMoving ? OPEN_MS : ENDED_MS,
  });

export const verdictsQuery = (project: string, id: string, isMoving: boolean) =>
  queryOptions({
    queryKey: ["project", project, "rollout", id, "verdicts"],
    queryFn: async () =>
      (
        await callServer<{ items: readonly VerdictView[] }>(
          "GET",
          `${placeOf(project)}/${encodeURIComponent(id)}/verdicts?limit=${VERDICTS_SHOWN}`,
        )
      ).items,
    refetchInterval: isMoving ? OPEN_MS : ENDED_MS,
  });

export const actOn = (
  project: string,
  id: string,
  act: RolloutActName,
  body: { readonly revision?: number; readonly reason?: string },
) => callServer<RolloutView>("POST", `${placeOf(project)}/${encodeURIComponent(id)}/${act}`, body);

export const startRollout = (project: string, request: RolloutRequest) =>
  callServer<StartedRollout>("POST", placeOf(project), request);

/** What the server says of a plan, before anything starts. */
export const outlookQuery = (project: string, request: RolloutRequest, isAsked: boolean) =>
  queryOptions({
    queryKey: ["rollout-outlook", project, request],
    queryFn: async (): Promise<PlanOutlook> => (await startRollout(project, { ...request, dryRun: true })).outlook,
    enabled: isAsked,
    retry: false,
    staleTime: 30_000,
  });
