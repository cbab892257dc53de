/** What models can be called through in an environment. */

import { queryOptions } from "@tanstack/react-query";
import { management } from "../api/client.ts";

export const connectionsQuery = (project: string, environment: string) =>
  queryOptions({
    queryKey: ["project", project, "connections", environment],
    queryFn: () => management.listConnections(project, environment),
  });
