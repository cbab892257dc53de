/** What the client asks about provider connections and of the playground. */

import {
  type ConnectionEdit,
  type ConnectionRequest,
  type ConnectionView,
  type ModelAnswer,
  PLAYGROUND_LIMITS,
  type PlaygroundQuestion,
  type PlaygroundRequest,
  type PlaygroundRun,
  type PlaygroundVariables,
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
  /** The variables that the templates of some variants ask for. */
  findPlaygroundVariables(project: string, environment: string, question: PlaygroundQuestion): Promise<PlaygroundVariables>;
}

/** As long as its calls may take, and a little for the way. */
const CALLS_MODELS = { method: "POST", timeoutMs: PLAYGROUND_LIMITS.totalMs + 5_000, isOnce: true } as const;

export function connectionCalls(request: <T>(send: Send) => Promise<T>): ConnectionCalls {
  const all = (project: string, environment: string) => path`/projects/${project}/environments/${environment}/connections`;
  const playground = (project: string, environment: string) => path`/projects/${project}/environments/${environment}/playground`;
  const one = (project: string, environment: string, id: string) => `${all(project, environment)}${path`/${id}`}`;
  return {
    listConnections: (project, environment) => request({ method: "GET", path: all(project, environment) }),
    createConnection: (project, environment, body) => request({ method: "POST", path: all(project, environment), body }),
    updateConnection: (project, environment, id, body) => request({ method: "PATCH", path: one(project, environment, id), body }),
    removeConnection: (project, environment, id) => request({ method: "DELETE", path: one(project, environment, id) }),
    testConnection: (project, environment, id, model) =>
      request({ ...CALLS_MODELS, path: `${one(project, environment, id)}/test`, body: { model } }),
    runPlayground: (project, environment, body) => request({ ...CALLS_MODELS, path: playground(project, environment), body }),
    findPlaygroundVariables: (project, environment, body) =>
      request({ method: "POST", path: `${playground(project, environment)}/variables`, body }),
  };
}
