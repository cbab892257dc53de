/** The calls of the management API about offline evals. */

import type {
  EvalComparisonView,
  EvalReportDetails,
  EvalReportFilters,
  EvalReportRequest,
  EvalReportView,
} from "./eval-reports.ts";
import type { EvalRunFilters, EvalRunRequest, EvalRunView, EvalSuite, EvalSuiteDetails, EvalSuiteView } from "./eval-suites.ts";
import { pathOf as path, type Query, type Send } from "./request.ts";

export interface EvalCalls {
  pushEvalReport(project: string, report: EvalReportRequest): Promise<EvalReportView>;
  /** Newest first. */
  listEvalReports(project: string, filters: EvalReportFilters, limit: number): Promise<readonly EvalReportView[]>;
  getEvalReport(project: string, id: string): Promise<EvalReportDetails>;
  compareEvalReports(
    project: string,
    reports: { readonly baseline: string; readonly candidate: string; readonly margin?: number | undefined },
  ): Promise<EvalComparisonView>;
  /** Keeps a suite as the next version of its name; the same content as the newest is that one. */
  pushEvalSuite(project: string, suite: EvalSuite): Promise<EvalSuiteView>;
  /** The newest of each, by name. */
  listEvalSuites(project: string): Promise<readonly EvalSuiteView[]>;
  /** The newest unless a number is given. */
  getEvalSuite(project: string, name: string, number?: number): Promise<EvalSuiteDetails>;
  removeEvalSuite(project: string, name: string): Promise<EvalSuiteView>;
  /** Has the server run a suite that the project keeps. */
  startEvalRun(project: string, environment: string, order: EvalRunRequest): Promise<EvalRunView>;
  /** Newest first. */
  listEvalRuns(project: string, filters: EvalRunFilters): Promise<readonly EvalRunView[]>;
  getEvalRun(project: string, id: string): Promise<EvalRunView>;
  cancelEvalRun(project: string, id: string): Promise<EvalRunView>;
}

interface Sends {
  readonly get: <T>(path: string, query?: Query) => Promise<T>;
  readonly post: <T>(path: string, body?: unknown) => Promise<T>;
  readonly request: <T>(send: Send) => Promise<T>;
  readonly newest: <T>(path: string, limit: number, query?: Query) => Promise<readonly T[]>;
}

interface Items<T> {
  readonly items: readonly T[];
}

export function evalCalls({ get, post, request, newest }: Sends): EvalCalls {
  return {
    pushEvalReport: (project, report) => post(path`/projects/${project}/eval-reports`, report),
    listEvalReports: (project, { flag, variant, suite }, limit) =>
      newest(path`/projects/${project}/eval-reports`, limit, { flag, variant, suite }),
    getEvalReport: (project, id) => get(path`/projects/${project}/eval-reports/${id}`),
    compareEvalReports: (project, { baseline, candidate, margin }) =>
      get(path`/projects/${project}/eval-reports/${candidate}/comparison`, { baseline, margin }),
    pushEvalSuite: (project, suite) => post(path`/projects/${project}/eval-suites`, suite),
    listEvalSuites: async (project) => (await get<Items<EvalSuiteView>>(path`/projects/${project}/eval-suites`)).items,
    getEvalSuite: (project, name, number) => get(path`/projects/${project}/eval-suites/${name}`, { number }),
    removeEvalSuite: (project, name) => request({ method: "DELETE", path: path`/projects/${project}/eval-suites/${name}` }),
    startEvalRun: (project, environment, order) => post(path`/projects/${project}/environments/${environment}/eval-runs`, order),
    listEvalRuns: async (project, { flag, suite }) =>
      (await get<Items<EvalRunView>>(path`/projects/${project}/eval-runs`, { flag, suite })).items,
    getEvalRun: (project, id) => get(path`/projects/${project}/eval-runs/${id}`),
    cancelEvalRun: (project, id) => post(path`/projects/${project}/eval-runs/${id}/cancel`),
  };
}
