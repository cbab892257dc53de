/** What conditions can name. */

import { queryOptions } from "@tanstack/react-query";
import { management } from "../api/client.ts";

/** Keys of the flags and segments of a project. */
export const namesQuery = (project: string) =>
  queryOptions({ queryKey: ["project", project, "names"], queryFn: () => management.listNames(project) });
