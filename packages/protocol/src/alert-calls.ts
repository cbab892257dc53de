/** The calls of the management API that are about alerts, and about when models retire. */

import type { AlertAct, AlertCounts, AlertQuery, AlertView } from "./alerts.ts";
import type { ModelAddress, ModelRetirement } from "./retirements.ts";
import { pathOf as path, type Query, type Send } from "./request.ts";

export interface AlertCalls {
  /** Opened last first. */
  listAlerts(project: string, query: AlertQuery, limit: number): Promise<readonly AlertView[]>;
  getAlert(project: string, id: string): Promise<AlertView>;
  /** How many are open. */
  countAlerts(project: string): Promise<AlertCounts>;
  acknowledgeAlert(project: string, id: string, act?: AlertAct): Promise<AlertView>;
  resolveAlert(project: string, id: string, act?: AlertAct): Promise<AlertView>;
  listModelRetirements(project: string): Promise<readonly ModelRetirement[]>;
  setModelRetirement(project: string, retirement: ModelRetirement): Promise<ModelRetirement>;
  removeModelRetirement(project: string, address: ModelAddress): Promise<ModelRetirement>;
}

interface Sends {
  readonly request: <T>(send: Send) => Promise<T>;
  readonly newest: <T>(path: string, limit: number, query?: Query) => Promise<readonly T[]>;
}

export function alertCalls({ request, newest }: Sends): AlertCalls {
  const retirements = (project: string) => path`/projects/${project}/models/retirements`;
  const one = (project: string, id: string) => path`/projects/${project}/alerts/${id}`;
  return {
    listAlerts: (project, query, limit) => newest(path`/projects/${project}/alerts`, limit, { ...query }),
    getAlert: (project, id) => request({ method: "GET", path: one(project, id) }),
    countAlerts: (project) => request({ method: "GET", path: path`/projects/${project}/alerts/counts` }),
    acknowledgeAlert: (project, id, body = {}) => request({ method: "POST", path: `${one(project, id)}/acknowledge`, body }),
    resolveAlert: (project, id, body = {}) => request({ method: "POST", path: `${one(project, id)}/resolve`, body }),
    listModelRetirements: async (project) =>
      (await request<{ readonly items: readonly ModelRetirement[] }>({ method: "GET", path: retirements(project) })).items,
    setModelRetirement: (project, body) => request({ method: "PUT", path: retirements(project), body }),
    removeModelRetirement: (project, address) => request({ method: "DELETE", path: retirements(project), query: { ...address } }),
  };
}
