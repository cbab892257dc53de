/** The calls of the management API that are about online judges. */

import type { JudgeRequest, JudgeView } from "./judges.ts";
import { pathOf as path, type Send } from "./request.ts";

export interface JudgeCalls {
  listJudges(project: string, environment: string): Promise<readonly JudgeView[]>;
  createJudge(project: string, environment: string, judge: JudgeRequest): Promise<JudgeView>;
  /** With the samples that wait for it. */
  removeJudge(project: string, environment: string, id: string): Promise<JudgeView>;
}

export function judgeCalls(request: <T>(send: Send) => Promise<T>): JudgeCalls {
  const all = (project: string, environment: string) => path`/projects/${project}/environments/${environment}/judges`;
  return {
    listJudges: async (project, environment) =>
      (await request<{ readonly items: readonly JudgeView[] }>({ method: "GET", path: all(project, environment) })).items,
    createJudge: (project, environment, body) => request({ method: "POST", path: all(project, environment), body }),
    removeJudge: (project, environment, id) => request({ method: "DELETE", path: `${all(project, environment)}${path`/${id}`}` }),
  };
}
