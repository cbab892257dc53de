/** Who spends most: `/api/v1/projects/{project}/environments/{environment}/spenders`. */

import { z } from "zod";
import { type Spender, SpenderDimension, type SpendersView } from "@dimmer/protocol";
import { requireHolding } from "../delivery/require-holding.ts";
import type { Place, SnapshotHub } from "../delivery/snapshot-hub.ts";
import type { HttpApp } from "../http/open-http.ts";
import { EnvironmentParams } from "../http/route-schemas.ts";
import type { EventIntake } from "../telemetry/event-intake.ts";
import type { HabitStore, SpenderQuestion, SpenderRow } from "../telemetry/habit-store.ts";
import { HOUR_MS, MINUTE_MS } from "../telemetry/times.ts";
import { askSettled } from "../telemetry/within-bound.ts";

export interface SpenderPorts {
  readonly hub: SnapshotHub;
  readonly events: EventIntake;
  readonly store: HabitStore;
  readonly clock: () => number;
}

const MAX_HOURS = 90 * 24;
const MAX_SPENDERS = 500;

const micro = z.int().describe("Millionths of a dollar.");
const SpendersSchema: z.ZodType<SpendersView> = z
  .object({
    asOf: z.string(),
    since: z.string(),
    until: z.string(),
    by: SpenderDimension,
    allMicroUsd: micro,
    items: z.array(
      z.object({
        name: z.string().nullable().describe("Null for what was not told."),
        costMicroUsd: micro,
        share: z.number().nullable().describe("Of all that was spent in the time asked; null where nothing was."),
        calls: z.int(),
        unpriced: z.int().describe("Calls whose cost is not known, and in no sum."),
        inputTokens: z.int(),
        outputTokens: z.int(),
        people: z.int(),
      }),
    ),
  })
  .meta({ id: "Spenders" });

export function spenderRoute(app: HttpApp, { hub, events, store, clock }: SpenderPorts): void {
  app.get(
    "/api/v1/projects/:project/environments/:environment/spenders",
    {
      config: { access: "management", right: "read" },
      schema: {
        operationId: "listSpenders",
        summary: "Who spends most: by person, flag, variant, model, provider, rule, conversation or task",
        description:
          "Of calls of models and steps of tasks, shadow calls and what an override forced included, as they cost as much. Of a project " +
          "that keeps hashes of targeting keys, people come as hashes.",
        tags: ["metrics"],
        params: EnvironmentParams,
        querystring: z.strictObject({
          by: SpenderDimension.default("person"),
          flag: z.string().min(1).max(256).optional(),
          hours: z.coerce.number().int().min(1).max(MAX_HOURS).default(24).describe("How far back."),
          limit: z.coerce.number().int().min(1).max(MAX_SPENDERS).default(20),
        }),
        response: { 200: SpendersSchema },
      },
    },
    async ({ params, query: { by, flag = "", hours, limit } }) => {
      await requireHolding(hub, params);
      const now = clock();
      const span = { since: now - hours * HOUR_MS, until: now + MINUTE_MS };
      const read = () => readSpenders(store, params, { ...span, by, flag, limit }, now);
      return await askSettled(events, read, ({ items }) => items.length === 0);
    },
  );
}

async function readSpenders(store: HabitStore, place: Place, question: SpenderQuestion, now: number): Promise<SpendersView> {
  const rows = await store.spenders(place, question);
  const time = (at: number): string => new Date(at).toISOString();
  const times = { asOf: time(now), since: time(question.since), until: time(question.until) };
  return { ...times, by: question.by, allMicroUsd: rows[0]?.allMicroUsd ?? 0, items: rows.map(viewSpender) };
}

function viewSpender({ allMicroUsd, priced, ...row }: SpenderRow): Spender {
  return { ...row, share: allMicroUsd === 0 ? null : row.costMicroUsd / allMicroUsd, unpriced: row.calls - priced };
}
