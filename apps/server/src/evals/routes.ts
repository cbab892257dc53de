/** Eval reports: `/api/v1/projects/{project}/eval-reports`. */

import { z } from "zod";
import { EVAL_LIMITS, EvalReportRequest, ProblemError } from "@dimmer/protocol";
import { EVAL_GATE } from "@dimmer/statistics";
import { requireProject } from "../environments/projects.ts";
import { authorOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { pageBySequence, pageQuery, positionOf } from "../http/paging.ts";
import { EvalReportParams, ProjectParams } from "../http/route-schemas.ts";
import { pageOf } from "../http/views.ts";
import type { ManagementPorts } from "../ports.ts";
import type { EvalReportRecord } from "../storage/eval-report-record.ts";
import type { StoreReader } from "../storage/store.ts";
import { compareReports, type ScoredReport } from "./compare-reports.ts";
import { viewReport, viewReportDetails } from "./eval-report.ts";
import { EvalComparisonSchema, EvalReportDetailsSchema, EvalReportSchema } from "./eval-schemas.ts";
import { pushEvalReport } from "./push-report.ts";

const access = "management";
const tags = ["evals"];
const name = z.string().min(1).max(EVAL_LIMITS.nameChars);

export function evalRoutes(app: HttpApp, ports: ManagementPorts): void {
  app.get(
    "/api/v1/projects/:project/eval-reports",
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listEvalReports",
        summary: "Eval reports without their items, newest first",
        tags,
        params: ProjectParams,
        querystring: z.strictObject({
          ...pageQuery,
          flag: name.optional(),
          variant: name.optional(),
          suite: name.optional(),
        }),
        response: { 200: pageOf(EvalReportSchema) },
      },
    },
    async ({ params, query }) => {
      const { key } = await requireProject(ports.store, params.project);
      const { limit, cursor: _cursor, ...filters } = query;
      const page = { ...filters, limit: limit + 1, before: positionOf(query) };
      const { items, next } = pageBySequence(await ports.store.listEvalReports(key, page), limit);
      return { items: items.map(viewReport), next };
    },
  );

  app.post(
    "/api/v1/projects/:project/eval-reports",
    {
      bodyLimit: EVAL_LIMITS.bytes,
      config: { access, right: "eval.push", reach: "whole" },
      schema: {
        operationId: "pushEvalReport",
        summary: "Push how a value scored on the items of a suite",
        description:
          "Bound to the content that was run, by the version of the value or by the hash of its content. An environment may require a " +
          "fresh pass before it serves a value (`requireEvals`).",
        tags,
        params: ProjectParams,
        body: EvalReportRequest,
        response: { 201: EvalReportSchema },
      },
    },
    async (request, reply) => {
      const record = await pushEvalReport(ports, authorOf(request), request.params.project, request.body);
      return reply.code(201).send(viewReport(record));
    },
  );

  app.get(
    "/api/v1/projects/:project/eval-reports/:report",
    {
      config: { access, right: "read" },
      schema: {
        operationId: "getEvalReport",
        summary: "One eval report with its items",
        tags,
        params: EvalReportParams,
        response: { 200: EvalReportDetailsSchema },
      },
    },
    async ({ params }) => {
      const { record, items } = await requireReport(ports.store, params.project, params.report);
      return viewReportDetails(record, items);
    },
  );

  app.get(
    "/api/v1/projects/:project/eval-reports/:report/comparison",
    {
      config: { access, right: "read" },
      schema: {
        operationId: "compareEvalReports",
        summary: "Whether the report is no worse than a baseline, by each scorer, and which items differ most",
        description:
          "Paired by item, repeats averaged within their item. A re-run of the same content is a further look, and each look may spend half " +
          "of what the one before might. Too few items are `undecided`, which is no pass.",
        tags,
        params: EvalReportParams,
        querystring: z.strictObject({
          baseline: name.describe("The report that it is held against."),
          margin: z.coerce.number().min(0).max(1).default(EVAL_GATE.margin).describe("How much worse still counts as no worse."),
        }),
        response: { 200: EvalComparisonSchema },
      },
    },
    async ({ params, query }) => {
      const { store } = ports;
      const baseline = await requireReport(store, params.project, query.baseline);
      const candidate = await requireReport(store, params.project, params.report);
      const look = await store.countEvalReports(params.project, candidate.record, candidate.record.sequence);
      return compareReports(baseline, candidate, { ...EVAL_GATE, margin: query.margin, look });
    },
  );
}

async function requireReport(store: StoreReader, project: string, id: string): Promise<ScoredReport> {
  const record: EvalReportRecord | null = await store.getEvalReport(project, id);
  if (record === null) throw new ProblemError("not-found", `There is no eval report ${id} in project ${project}.`);
  return { record, items: await store.listEvalItems(project, id) };
}
