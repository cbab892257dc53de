/** The calls of the management API that watch without a ramp: drift, canaries, drills. */

import { pathOf as path, type Send } from "./request.ts";
import type {
  CanaryRequest,
  CanaryView,
  DriftEdit,
  DriftSummary,
  DriftView,
  DrillEdit,
  DrillResult,
  DrillsView,
} from "./watches.ts";

export interface WatchCalls {
  /** All flags of an environment that are watched, or could be. */
  listDrift(project: string, environment: string): Promise<readonly DriftSummary[]>;
  getDrift(project: string, environment: string, flag: string): Promise<DriftView>;
  setDrift(project: string, environment: string, flag: string, edit: DriftEdit): Promise<DriftView>;
  listCanaries(project: string, environment: string): Promise<readonly CanaryView[]>;
  getCanary(project: string, environment: string, id: string): Promise<CanaryView>;
  createCanary(project: string, environment: string, canary: CanaryRequest): Promise<CanaryView>;
  /** Replays it as soon as there is room, within its budget. */
  replayCanary(project: string, environment: string, id: string): Promise<CanaryView>;
  /** Takes what each variant does next as its new reference. */
  renewCanary(project: string, environment: string, id: string): Promise<CanaryView>;
  removeCanary(project: string, environment: string, id: string): Promise<CanaryView>;
  listDrills(project: string, environment: string): Promise<readonly DrillsView[]>;
  getDrills(project: string, environment: string, flag: string): Promise<DrillsView>;
  setDrills(project: string, environment: string, flag: string, edit: DrillEdit): Promise<DrillsView>;
  /** Begins one now. */
  startDrill(project: string, environment: string, flag: string): Promise<DrillResult>;
}

export function watchCalls(request: <T>(send: Send) => Promise<T>): WatchCalls {
  const within = (project: string, environment: string) => path`/projects/${project}/environments/${environment}`;
  const itemsOf = async <T>(send: Send): Promise<readonly T[]> => (await request<{ readonly items: readonly T[] }>(send)).items;
  const drift = (project: string, environment: string, flag: string) => `${within(project, environment)}${path`/drift/${flag}`}`;
  const canary = (project: string, environment: string, id: string) => `${within(project, environment)}${path`/canaries/${id}`}`;
  const drills = (project: string, environment: string, flag: string) =>
    `${within(project, environment)}${path`/drills/${flag}`}`;
  return {
    listDrift: (project, environment) => itemsOf({ method: "GET", path: `${within(project, environment)}/drift` }),
    getDrift: (project, environment, flag) => request({ method: "GET", path: drift(project, environment, flag) }),
    setDrift: (project, environment, flag, body) => request({ method: "PUT", path: drift(project, environment, flag), body }),
    listCanaries: (project, environment) => itemsOf({ method: "GET", path: `${within(project, environment)}/canaries` }),
    getCanary: (project, environment, id) => request({ method: "GET", path: canary(project, environment, id) }),
    createCanary: (project, environment, body) =>
      request({ method: "POST", path: `${within(project, environment)}/canaries`, body }),
    replayCanary: (project, environment, id) => request({ method: "POST", path: `${canary(project, environment, id)}/replay` }),
    renewCanary: (project, environment, id) => request({ method: "POST", path: `${canary(project, environment, id)}/renew` }),
    removeCanary: (project, environment, id) => request({ method: "DELETE", path: canary(project, environment, id) }),
    listDrills: (project, environment) => itemsOf({ method: "GET", path: `${within(project, environment)}/drills` }),
    getDrills: (project, environment, flag) => request({ method: "GET", path: drills(project, environment, flag) }),
    setDrills: (project, environment, flag, body) => request({ method: "PUT", path: drills(project, environment, flag), body }),
    startDrill: (project, environment, flag) => request({ method: "POST", path: `${drills(project, environment, flag)}/start` }),
  };
}
