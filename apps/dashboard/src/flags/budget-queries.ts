/** How the budgets in dollars of a flag stand. */

import { queryOptions } from "@tanstack/react-query";
import { management } from "../api/client.ts";

/** What is spent is no change of the project, of which the page would hear. */
const EVERY_MS = 15_000;

export const budgetsQuery = (project: string, environment: string, flag: string) =>
  queryOptions({
    queryKey: ["project", project, "budgets", environment, flag],
    queryFn: () => management.listBudgets(project, environment, flag),
    refetchInterval: EVERY_MS,
  });
