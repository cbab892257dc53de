/** What the client asks about provider connections and of the playground. */

import type {
  ConnectionEdit,
  ConnectionRequest,
  ConnectionView,
  ModelAnswer,
  PlaygroundRequest,
  PlaygroundRun,
} from "./connections.ts";
import { pathOf as path, type Send } from "./request.ts";

export interface ConnectionCalls {
  listConnections(project: string, environment: string): Promise<readonly ConnectionView[]>;
  createConnection(project: string, environment: string, connection: ConnectionRequest): Promise<ConnectionView>;
  updateConnection(project: string, environment: string, id: string, edit: ConnectionEdit): Promise<ConnectionView>;
  removeConnection(project: string, environment: string, id: string): Promise<ConnectionView>;
  /** The smallest call of a model. */
  testConnection(project: string, environment: string, id: string, model: string): Promise<ModelAnswer>;
  /** One prompt on several variants. */
  runPlayground(project: string, environment: string, order: PlaygroundRequest): Promise<PlaygroundRun>;
}

export function connectionCalls(request: <T>(send: Send) => Promise<T>): ConnectionCalls {
  const all = (project: string, environment: string) => path`/projects/${project}/environments/${environment}/connections`;
  const one = (project: string, environment: string, id: string) => `${all(project, environment)}${path`/${id}`}`;
  return {
    listConnections: (project, environment) => request({ method: "GET", path: all(project, environment) }),
    createConnection: (project, environment, body) => request({ method: "POST", path: all(project, environment), body }),
    updateConnection: (project, environment, id, body) => request({ method: "PATCH", path: one(project, environment, id), body }),
    removeConnection: (project, environment, id) => request({ method: "DELETE", path: one(project, environment, id) }),
    testConnection: (project, environment, id, model) =>
      request({ method: "POST", path: `${one(project, environment, id)}/test`, body: { model } }),
    runPlayground: (project, environment, body) =>
      request({ method: "POST", path: path`/projects/${project}/environments/${environment}/playground`, body }),
  };
}
