/** The calls of the management API that are about alerts. */

import type { AlertAct, AlertCounts, AlertQuery, AlertView } from "./alerts.ts";
import { pathOf as path, type Query, type Send } from "./request.ts";

export interface AlertCalls {
  /** Opened last first. */
  listAlerts(project: string, query: AlertQuery, limit: number): Promise<readonly AlertView[]>;
  getAlert(project: string, id: string): Promise<AlertView>;
  /** How many are open. */
  countAlerts(project: string): Promise<AlertCounts>;
  acknowledgeAlert(project: string, id: string, act?: AlertAct): Promise<AlertView>;
  resolveAlert(project: string, id: string, act?: AlertAct): Promise<AlertView>;
}

interface Sends {
  readonly request: <T>(send: Send) => Promise<T>;
  readonly newest: <T>(path: string, limit: number, query?: Query) => Promise<readonly T[]>;
}

export function alertCalls({ request, newest }: Sends): AlertCalls {
  const one = (project: string, id: string) => path`/projects/${project}/alerts/${id}`;
  return {
    listAlerts: (project, query, limit) => newest(path`/projects/${project}/alerts`, limit, { ...query }),
    getAlert: (project, id) => request({ method: "GET", path: one(project, id) }),
    countAlerts: (project) => request({ method: "GET", path: path`/projects/${project}/alerts/counts` }),
    acknowledgeAlert: (project, id, body = {}) => request({ method: "POST", path: `${one(project, id)}/acknowledge`, body }),
    resolveAlert: (project, id, body = {}) => request({ method: "POST", path: `${one(project, id)}/resolve`, body }),
  };
}
