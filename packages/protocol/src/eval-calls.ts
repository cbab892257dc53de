/** The calls of the management API about offline evals. */

import type {
  EvalComparisonView,
  EvalReportDetails,
  EvalReportFilters,
  EvalReportRequest,
  EvalReportView,
} from "./eval-reports.ts";
import { pathOf as path, type Query } from "./request.ts";

export interface EvalCalls {
  pushEvalReport(project: string, report: EvalReportRequest): Promise<EvalReportView>;
  /** Newest first. */
  listEvalReports(project: string, filters: EvalReportFilters, limit: number): Promise<readonly EvalReportView[]>;
  getEvalReport(project: string, id: string): Promise<EvalReportDetails>;
  compareEvalReports(
    project: string,
    reports: { readonly baseline: string; readonly candidate: string; readonly margin?: number | undefined },
  ): Promise<EvalComparisonView>;
}

interface Sends {
  readonly get: <T>(path: string, query?: Query) => Promise<T>;
  readonly post: <T>(path: string, body?: unknown) => Promise<T>;
  readonly newest: <T>(path: string, limit: number, query?: Query) => Promise<readonly T[]>;
}

export function evalCalls({ get, post, newest }: Sends): EvalCalls {
  return {
    pushEvalReport: (project, report) => post(path`/projects/${project}/eval-reports`, report),
    listEvalReports: (project, { flag, variant, suite }, limit) =>
      newest(path`/projects/${project}/eval-reports`, limit, { flag, variant, suite }),
    getEvalReport: (project, id) => get(path`/projects/${project}/eval-reports/${id}`),
    compareEvalReports: (project, { baseline, candidate, margin }) =>
      get(path`/projects/${project}/eval-reports/${candidate}/comparison`, { baseline, margin }),
  };
}
