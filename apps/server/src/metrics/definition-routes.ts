/** Metric definitions over HTTP: `/api/v1/projects/{project}/metric-definitions`. */

import { z } from "zod";
import { MetricDefinitionPart, type MetricDefinitionView } from "@dimmer/protocol";
import { requireProject } from "../environments/projects.ts";
import { authorOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { ProjectParams } from "../http/route-schemas.ts";
import type { ManagementPorts } from "../ports.ts";
import { defineMetric, definitionView, removeMetricDefinition } from "./metric-definitions.ts";

// The branches are strict, as a body is; what is answered has more beside them.
const ViewSchema = z.looseObject({ name: z.string(), type: z.string(), createdAt: z.string(), updatedAt: z.string() }).meta({
  id: "MetricDefinitionView",
  description: "A `MetricDefinition`, with its name and times.",
}) as unknown as z.ZodType<MetricDefinitionView>;

const PATH = "/api/v1/projects/:project/metric-definitions";
const OneParams = ProjectParams.extend({ metric: z.string().min(1).max(128) });
const access = "management";
const tags = ["metrics"];

export function metricDefinitionRoutes(app: HttpApp, ports: ManagementPorts): void {
  app.get(
    PATH,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listMetricDefinitions",
        summary: "What a project says of the metrics that its apps tell",
        tags,
        params: ProjectParams,
        response: { 200: z.object({ items: z.array(ViewSchema) }) },
      },
    },
    async ({ params: { project } }) => {
      await requireProject(ports.store, project);
      return { items: (await ports.store.listMetricDefinitions(project)).map(definitionView) };
    },
  );

  app.put(
    `${PATH}/:metric`,
    {
      config: { access, right: "project.edit", reach: "whole" },
      schema: {
        operationId: "defineMetric",
        summary: "Define a metric, or put this in the place of the one of that name",
        description: "Metrics are reckoned when they are asked for: it holds for what was told before, too.",
        tags,
        params: OneParams,
        body: z.strictObject({ definition: MetricDefinitionPart }),
        response: { 200: ViewSchema },
      },
    },
    async (request) => {
      const { project, metric: name } = request.params;
      return definitionView(await defineMetric(ports, authorOf(request), { project, name, ...request.body }));
    },
  );

  app.delete(
    `${PATH}/:metric`,
    {
      config: { access, right: "project.edit", reach: "whole" },
      schema: {
        operationId: "removeMetricDefinition",
        summary: "Remove a metric definition; its events stay",
        tags,
        params: OneParams,
        response: { 200: ViewSchema },
      },
    },
    async (request) => {
      const { project, metric: name } = request.params;
      return definitionView(await removeMetricDefinition(ports, authorOf(request), { project, name }));
    },
  );
}
