/** The calls of the management API that are about guarded rollouts. */

import { pathOf as path, type Send } from "./request.ts";
import type {
  RolloutAbort,
  RolloutAct,
  RolloutReplay,
  RolloutRequest,
  RolloutTrail,
  RolloutView,
  StartedRollout,
  VerdictView,
} from "./rollouts.ts";

/** As many as one looks at. */
const PAGE = 50;

export interface RolloutFilter {
  readonly flag?: string;
  readonly environment?: string;
  /** Those that have not ended, or those that have; all unless given. */
  readonly active?: boolean;
}

export interface RolloutCalls {
  /** Newest first. */
  listRollouts(project: string, filter?: RolloutFilter, limit?: number): Promise<readonly RolloutView[]>;
  getRollout(project: string, id: string): Promise<RolloutView>;
  /** With `dryRun` it says what it would be like, and starts nothing. */
  startRollout(project: string, rollout: RolloutRequest): Promise<StartedRollout>;
  /** Newest first. */
  listRolloutVerdicts(project: string, id: string, limit?: number): Promise<readonly VerdictView[]>;
  getRolloutTrail(project: string, id: string): Promise<RolloutTrail>;
  replayRollout(project: string, id: string): Promise<RolloutReplay>;
  pauseRollout(project: string, id: string, act?: RolloutAct): Promise<RolloutView>;
  resumeRollout(project: string, id: string, act?: RolloutAct): Promise<RolloutView>;
  approveRollout(project: string, id: string, act?: RolloutAct): Promise<RolloutView>;
  abortRollout(project: string, id: string, act: RolloutAbort): Promise<RolloutView>;
}

export interface RolloutRequests {
  readonly get: <T>(path: string) => Promise<T>;
  readonly request: <T>(send: Send) => Promise<T>;
  readonly newest: <T>(path: string, limit: number, query?: Readonly<Record<string, string>>) => Promise<readonly T[]>;
}

export function rolloutCalls({ get, request, newest }: RolloutRequests): RolloutCalls {
  const all = (project: string) => path`/projects/${project}/rollouts`;
  const one = (project: string, id: string) => path`/projects/${project}/rollouts/${id}`;
  const act =
    (verb: string) =>
    (project: string, id: string, body: RolloutAct | RolloutAbort = {}) =>
      request<RolloutView>({ method: "POST", path: `${one(project, id)}/${verb}`, body });
  return {
    listRollouts: (project, { flag, environment, active } = {}, limit = PAGE) =>
      newest(all(project), limit, {
        ...(flag === undefined ? {} : { flag }),
        ...(environment === undefined ? {} : { environment }),
        ...(active === undefined ? {} : { active: String(active) }),
      }),
    getRollout: (project, id) => get(one(project, id)),
    startRollout: (project, body) => request({ method: "POST", path: all(project), body }),
    listRolloutVerdicts: (project, id, limit = PAGE) => newest(`${one(project, id)}/verdicts`, limit),
    getRolloutTrail: (project, id) => get(`${one(project, id)}/trail`),
    replayRollout: (project, id) => get(`${one(project, id)}/replay`),
    pauseRollout: act("pause"),
    resumeRollout: act("resume"),
    approveRollout: act("approve"),
    abortRollout: act("abort"),
  };
}
