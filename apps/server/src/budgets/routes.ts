/** How budgets in dollars stand, `/api/v1/projects/{project}/environments/{environment}/budgets`; they are set by changes. */

import { z } from "zod";
import { type BudgetView, SPEND_LIMITS, SPEND_STAGES, SpendBudgetPart } from "@dimmer/protocol";
import { requireEnvironment } from "../environments/environments.ts";
import type { HttpApp } from "../http/open-http.ts";
import { EnvironmentParams } from "../http/route-schemas.ts";
import type { StoreReader } from "../storage/store.ts";
import type { Pace } from "./pace.ts";
import { type BudgetPorts, viewBudgets } from "./view-budget.ts";

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const BudgetSchema: z.ZodType<BudgetView> = z
  .object({
    flag: z.string(),
    budget: z.string().nullable().describe("Null for what the flag's shadow may spend in a day."),
    definition: SpendBudgetPart,
    since: z.string(),
    until: z.string(),
    spent: z
      .array(
        z.object({
          value: scalar.nullable(),
          spentMicroUsd: z.number(),
          calls: z.number(),
          unpriced: z.number().describe("Calls whose cost is not known: they are not in the sum."),
          stage: z.enum(SPEND_STAGES),
        }),
      )
      .describe(`The dearest first, ${SPEND_LIMITS.shown} at most.`),
    others: z.int().describe("Values that are not named here."),
    burns: z
      .array(z.object({ severity: z.enum(["page", "warn"]), hours: z.number(), rate: z.number() }))
      .nullable()
      .describe("Where it is spent too fast: in so many hours, so many times the even pace."),
    forecast: z.object({ totalMicroUsd: z.number(), chanceOver: z.number() }).nullable(),
  })
  .meta({ id: "Budget" });

export interface BudgetRoutePorts extends BudgetPorts {
  readonly store: StoreReader;
  readonly pace: Pick<Pace, "of">;
}

export function budgetRoutes(app: HttpApp, ports: BudgetRoutePorts): void {
  app.get(
    "/api/v1/projects/:project/environments/:environment/budgets",
    {
      config: { access: "management", right: "read" },
      schema: {
        operationId: "listBudgets",
        summary: "The budgets in dollars of an environment, what was spent of them, and how the period will end",
        description: "A budget is a part of its flag: a change of kind `set-spend` sets it.",
        tags: ["budgets"],
        params: EnvironmentParams,
        querystring: z.strictObject({ flag: z.string().min(1).max(128).optional() }),
        response: { 200: z.object({ items: z.array(BudgetSchema) }) },
      },
    },
    async ({ params: { project, environment }, query: { flag } }) => {
      await requireEnvironment(ports.store, project, environment);
      return { items: [...(await viewBudgets(ports, { project, environment }, flag))] };
    },
  );
}
