/** What the project says of the metrics that its apps tell. */

import { queryOptions } from "@tanstack/react-query";
import { management } from "../api/client.ts";

export const metricDefinitionsQuery = (project: string) =>
  queryOptions({
    queryKey: ["project", project, "metric-definitions"],
    queryFn: () => management.listMetricDefinitions(project),
  });
