/** What the pages about rollouts read, and what they ask for. */

import { queryOptions } from "@tanstack/react-query";
import type { PlanOutlook, RolloutAct, RolloutRequest, RolloutView } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { isOpen } from "./say-rollout.ts";

/** Milliseconds between looks: what a rollout has seen is no change of the project, of which the live stream tells. */
const OPEN_MS = 5_000;
const ENDED_MS = 60_000;
/** That a list shows. */
export const ROLLOUTS_SHOWN = 100;
const VERDICTS_SHOWN = 200;

export type RolloutActName = "pause" | "resume" | "abort" | "approve";

export const rolloutsQuery = (project: string, flag?: string) =>
  queryOptions({
    queryKey: ["project", project, "rollouts", flag ?? null],
    queryFn: () => management.listRollouts(project, flag === undefined ? {} : { flag }, ROLLOUTS_SHOWN),
    refetchInterval: ({ state }) => (state.data?.some(isOpen) === true ? OPEN_MS : ENDED_MS),
  });

/** Those that have not ended; the live stream tells of each that begins or ends. */
export const activeRolloutsQuery = (project: string) =>
  queryOptions({
    queryKey: ["project", project, "rollouts-active"],
    queryFn: () => management.listRollouts(project, { active: true }, ROLLOUTS_SHOWN),
    retry: false,
  });

export const rolloutQuery = (project: string, id: string) =>
  queryOptions({
    queryKey: ["project", project, "rollout", id],
    queryFn: () => management.getRollout(project, id),
    refetchInterval: ({ state }) => (state.data === undefined || isOpen(state.data) ? OPEN_MS : ENDED_MS),
  });

export const trailQuery = (project: string, id: string, isMoving: boolean) =>
  queryOptions({
    queryKey: ["project", project, "rollout", id, "trail"],
    queryFn: () => management.getRolloutTrail(project, id),
    refetchInterval: isMoving ? OPEN_MS : ENDED_MS,
  });

export const verdictsQuery = (project: string, id: string, isMoving: boolean) =>
  queryOptions({
    queryKey: ["project", project, "rollout", id, "verdicts"],
    queryFn: () => management.listRolloutVerdicts(project, id, VERDICTS_SHOWN),
    refetchInterval: isMoving ? OPEN_MS : ENDED_MS,
  });

const ACTS: Readonly<Record<RolloutActName, (project: string, id: string, body: RolloutAct) => Promise<RolloutView>>> = {
  pause: (project, id, body) => management.pauseRollout(project, id, body),
  resume: (project, id, body) => management.resumeRollout(project, id, body),
  approve: (project, id, body) => management.approveRollout(project, id, body),
  // What was served before comes back.
  abort: (project, id, body) => management.abortRollout(project, id, { ...body, shares: "back" }),
};

export const actOn = (project: string, id: string, act: RolloutActName, body: RolloutAct): Promise<RolloutView> =>
  ACTS[act](project, id, body);

/** What the server says of a plan, before anything starts. */
export const outlookQuery = (project: string, request: RolloutRequest, isAsked: boolean) =>
  queryOptions({
    queryKey: ["rollout-outlook", project, request],
    queryFn: async (): Promise<PlanOutlook> => (await management.startRollout(project, { ...request, dryRun: true })).outlook,
    enabled: isAsked,
    retry: false,
    staleTime: 30_000,
  });
