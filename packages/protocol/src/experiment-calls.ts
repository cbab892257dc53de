/** The calls of the management API about experiments, exclusion groups and holdouts. */

import type {
  EndedHoldout,
  ExclusionGroupRequest,
  ExclusionGroupView,
  ExperimentAct,
  ExperimentEdit,
  ExperimentFilters,
  ExperimentOutlook,
  ExperimentRequest,
  ExperimentResults,
  ExperimentStep,
  ExperimentView,
  HoldoutRequest,
  HoldoutView,
  ShipRequest,
} from "./experiments.ts";
import { pathOf as path, type Query, type Send } from "./request.ts";

export interface ExperimentCalls {
  /** The newest first; archived ones only where they are asked for. */
  listExperiments(project: string, filters?: ExperimentFilters): Promise<readonly ExperimentView[]>;
  /** What the planner says, before there is anything. */
  foreseeExperiment(project: string, experiment: ExperimentRequest): Promise<ExperimentOutlook>;
  createExperiment(project: string, experiment: ExperimentRequest): Promise<ExperimentView>;
  getExperiment(project: string, id: string): Promise<ExperimentView>;
  editExperiment(project: string, id: string, edit: ExperimentEdit): Promise<ExperimentView>;
  /** A draft is gone; what has ended is archived. */
  removeExperiment(project: string, id: string): Promise<ExperimentView>;
  startExperiment(project: string, id: string, act?: ExperimentAct): Promise<ExperimentStep>;
  endExperiment(project: string, id: string, act?: ExperimentAct): Promise<ExperimentView>;
  /** Everybody of the rule gets it; the baseline, to keep the old one. */
  shipExperiment(project: string, id: string, ship: ShipRequest): Promise<ExperimentStep>;
  getExperimentResults(project: string, id: string): Promise<ExperimentResults>;
  listExclusionGroups(project: string): Promise<readonly ExclusionGroupView[]>;
  createExclusionGroup(project: string, group: ExclusionGroupRequest): Promise<ExclusionGroupView>;
  removeExclusionGroup(project: string, id: string): Promise<ExclusionGroupView>;
  listHoldouts(project: string): Promise<readonly HoldoutView[]>;
  createHoldout(project: string, holdout: HoldoutRequest): Promise<HoldoutView>;
  /** Its people get what everybody gets. */
  endHoldout(project: string, id: string): Promise<EndedHoldout>;
}

interface Sends {
  readonly get: <T>(path: string, query?: Query) => Promise<T>;
  readonly post: <T>(path: string, body?: unknown) => Promise<T>;
  readonly request: <T>(send: Send) => Promise<T>;
}

interface Items<T> {
  readonly items: readonly T[];
}

export function experimentCalls({ get, post, request }: Sends): ExperimentCalls {
  const one = (project: string, id: string) => path`/projects/${project}/experiments/${id}`;
  const items = async <T>(at: string, query?: Query) => (await get<Items<T>>(at, query)).items;
  return {
    listExperiments: (project, { flag, environment, state, archived = false } = {}) =>
      items(path`/projects/${project}/experiments`, { flag, environment, state, archived: String(archived) }),
    foreseeExperiment: (project, experiment) => post(path`/projects/${project}/experiment-outlook`, experiment),
    createExperiment: (project, experiment) => post(path`/projects/${project}/experiments`, experiment),
    getExperiment: (project, id) => get(one(project, id)),
    editExperiment: (project, id, body) => request({ method: "PUT", path: one(project, id), body }),
    removeExperiment: (project, id) => request({ method: "DELETE", path: one(project, id) }),
    startExperiment: (project, id, act = {}) => post(`${one(project, id)}/start`, act),
    endExperiment: (project, id, act = {}) => post(`${one(project, id)}/end`, act),
    shipExperiment: (project, id, ship) => post(`${one(project, id)}/ship`, ship),
    getExperimentResults: (project, id) => get(`${one(project, id)}/results`),
    listExclusionGroups: (project) => items(path`/projects/${project}/exclusion-groups`),
    createExclusionGroup: (project, group) => post(path`/projects/${project}/exclusion-groups`, group),
    removeExclusionGroup: (project, id) => request({ method: "DELETE", path: path`/projects/${project}/exclusion-groups/${id}` }),
    listHoldouts: (project) => items(path`/projects/${project}/holdouts`),
    createHoldout: (project, holdout) => post(path`/projects/${project}/holdouts`, holdout),
    endHoldout: (project, id) => request({ method: "DELETE", path: path`/projects/${project}/holdouts/${id}` }),
  };
}
