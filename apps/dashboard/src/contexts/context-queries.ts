/** What the page about contexts reads. */

import { queryOptions } from "@tanstack/react-query";
import { management } from "../api/client.ts";

export const contextQuery = (project: string) =>
  queryOptions({ queryKey: ["project", project, "context"], queryFn: () => management.getContext(project) });
