/** The calls of the management API that are about budgets in dollars. */

import { pathOf as path, type Send } from "./request.ts";
import type { BudgetView } from "./spend.ts";

export interface BudgetCalls {
  /** Of all flags, or of one; they are set by changes, `set-spend`. */
  listBudgets(project: string, environment: string, flag?: string): Promise<readonly BudgetView[]>;
}

export function budgetCalls(request: <T>(send: Send) => Promise<T>): BudgetCalls {
  return {
    listBudgets: async (project, environment, flag) => {
      const all = path`/projects/${project}/environments/${environment}/budgets`;
      const one = flag === undefined ? all : `${all}${path`?flag=${flag}`}`;
      return (await request<{ readonly items: readonly BudgetView[] }>({ method: "GET", path: one })).items;
    },
  };
}
