/** What the pages about evals read. */

import { queryOptions } from "@tanstack/react-query";
import type { EvalReportFilters } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { isOpen } from "./run-choice.ts";

export const REPORTS_SHOWN = 100;
/** Milliseconds between looks: a report is no change of the project, of which the live stream tells. */
const LOOK_MS = 15_000;
const PROGRESS_MS = 2_000;

export const reportsQuery = (project: string, filters: EvalReportFilters) =>
  queryOptions({
    queryKey: ["project", project, "eval-reports", filters],
    queryFn: () => management.listEvalReports(project, filters, REPORTS_SHOWN),
    staleTime: 0,
    refetchInterval: LOOK_MS,
  });

/** By name, the newest of each. */
export const suitesQuery = (project: string) =>
  queryOptions({
    queryKey: ["project", project, "eval-suites"],
    queryFn: () => management.listEvalSuites(project),
    staleTime: 0,
  });

/** Looked at more often while one goes on. */
export const runsQuery = (project: string) =>
  queryOptions({
    queryKey: ["project", project, "eval-runs"],
    queryFn: () => management.listEvalRuns(project, {}),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.some(isOpen) === true ? PROGRESS_MS : LOOK_MS),
  });

/** A report never changes. */
export const reportQuery = (project: string, id: string) =>
  queryOptions({
    queryKey: ["project", project, "eval-report", id],
    queryFn: () => management.getEvalReport(project, id),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const comparisonQuery = (project: string, baseline: string, candidate: string) =>
  queryOptions({
    queryKey: ["project", project, "eval-comparison", baseline, candidate],
    queryFn: () => management.compareEvalReports(project, { baseline, candidate }),
    staleTime: Number.POSITIVE_INFINITY,
  });
