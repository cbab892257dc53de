/** The calls of the management API that say how a project's telemetry is kept, and what its metrics mean. */

import type { ProjectTelemetryView } from "./management.ts";
import type { MetricDefinition, MetricDefinitionView } from "./metric-definitions.ts";
import { pathOf as path, type Send } from "./request.ts";

export interface TelemetrySettings {
  getProjectTelemetry(project: string): Promise<ProjectTelemetryView>;
  setProjectTelemetry(project: string, settings: { readonly hashTargetingKeys: boolean }): Promise<ProjectTelemetryView>;
  listMetricDefinitions(project: string): Promise<readonly MetricDefinitionView[]>;
  /** Makes it, or puts it in the place of the one of that name. */
  defineMetric(project: string, name: string, definition: MetricDefinition): Promise<MetricDefinitionView>;
  removeMetricDefinition(project: string, name: string): Promise<MetricDefinitionView>;
}

export function telemetrySettings(request: <T>(send: Send) => Promise<T>): TelemetrySettings {
  return {
    getProjectTelemetry: (project) => request({ method: "GET", path: path`/projects/${project}/telemetry` }),
    setProjectTelemetry: (project, body) => request({ method: "PUT", path: path`/projects/${project}/telemetry`, body }),
    listMetricDefinitions: async (project) =>
      (
        await request<{ readonly items: readonly MetricDefinitionView[] }>({
          method: "GET",
          path: path`/projects/${project}/metric-definitions`,
        })
      ).items,
    defineMetric: (project, name, definition) =>
      request({ method: "PUT", path: path`/projects/${project}/metric-definitions/${name}`, body: { definition } }),
    removeMetricDefinition: (project, name) =>
      request({ method: "DELETE", path: path`/projects/${project}/metric-definitions/${name}` }),
  };
}
