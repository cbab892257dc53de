/** What became of each variant, and which model served a request: over HTTP. */

import { z } from "zod";
import { METRIC_DIMENSIONS, METRIC_FORMATS, type MetricsView } from "@dimmer/protocol";
import { requireHolding } from "../delivery/require-holding.ts";
import type { Place, SnapshotHub } from "../delivery/snapshot-hub.ts";
import type { HttpApp } from "../http/open-http.ts";
import { EnvironmentParams } from "../http/route-schemas.ts";
import type { MetricDefinitionReads, MetricDefinitionRecord } from "../storage/metric-definition-record.ts";
import type { EventIntake } from "../telemetry/event-intake.ts";
import type { EventStore } from "../telemetry/event-store.ts";
import type { HashedKeys } from "../telemetry/hashed-keys.ts";
import { HOUR_MS, MINUTE_MS } from "../telemetry/times.ts";
import { askSettled } from "../telemetry/within-bound.ts";
import { EventsSchema, MetricsSchema } from "./metric-schemas.ts";
import { metricsCsv, metricsNdjson } from "./metrics-file.ts";
import { readMetrics } from "./read-metrics.ts";

export interface MetricPorts {
  readonly hub: SnapshotHub;
  readonly events: EventIntake;
  readonly store: EventStore;
  readonly keys: HashedKeys;
  readonly definitions: Pick<MetricDefinitionReads, "listMetricDefinitions">;
  readonly clock: () => number;
}

const DEFAULT_HOURS = 24;
const MAX_HOURS = 90 * 24;
const EVENTS_PAGE = 500;

const hours = z.coerce.number().int().min(1).max(MAX_HOURS).default(DEFAULT_HOURS).describe("How far back.");
const name = z.string().min(1).max(256);
const about = { tags: ["metrics"] };
const environment = "/api/v1/projects/:project/environments/:environment";

export function variantMetricRoutes(app: HttpApp, { hub, events, store, keys, definitions, clock }: MetricPorts): void {
  /** Asks the store once it has what was sent before, of an environment that there is. */
  const ask = async <T>(place: Place, question: () => Promise<T>, isNothing: (answer: T) => boolean): Promise<T> => {
    await requireHolding(hub, place);
    return await askSettled(events, question, isNothing);
  };

  app.get(
    `${environment}/metrics`,
    {
      config: { access: "management", right: "read" },
      schema: {
        operationId: "getMetrics",
        summary: "What each variant of a flag cost, how fast it was, how often it failed and what people made of it",
        description:
          "From the events of the last 90 days at most. Unknown measures are counted beside the sums, and are never 0. What takes too " +
          "long is null, and `leftOut` says so: ask for less time.",
        ...about,
        params: EnvironmentParams,
        querystring: z.strictObject({
          flag: name,
          hours,
          by: z.enum(METRIC_DIMENSIONS).default("none").describe("What each variant is split by."),
          format: z.enum(METRIC_FORMATS).default("json").describe("CSV has the variants alone, NDJSON a line for everything."),
        }),
        response: {
          200: {
            description: "As asked.",
            content: {
              "application/json": { schema: MetricsSchema },
              "text/csv": { schema: z.string() },
              "application/x-ndjson": { schema: z.string() },
            },
          },
        },
      },
    },
    async ({ params, query: { format, ...query } }, reply) => {
      const read = async (): Promise<MetricsView> => {
        const records = await definitions.listMetricDefinitions(params.project);
        return await readMetrics(store, params, clock(), { ...query, definitions: records.map(named) });
      };
      const view = await ask(params, read, ({ variants, shadow }) => variants.length === 0 && (shadow ?? []).length === 0);
      if (format === "json") return view;
      const isTable = format === "csv";
      void reply.type(isTable ? "text/csv; charset=utf-8" : "application/x-ndjson");
      return isTable ? metricsCsv(view) : metricsNdjson(view);
    },
  );

  app.get(
    `${environment}/runs/:run`,
    {
      config: { access: "management", right: "read" },
      schema: {
        operationId: "getRun",
        summary: "Everything of one run: what was served and why, each call of a model, and what was made of the answer",
        ...about,
        params: EnvironmentParams.extend({ run: z.string().min(1).max(128) }),
        response: { 200: EventsSchema },
      },
    },
    ({ params }) => ask(params, async () => ({ items: await store.run(params, params.run) }), hasNoItems),
  );

  app.get(
    `${environment}/events`,
    {
      config: { access: "management", right: "read" },
      schema: {
        operationId: "listEvents",
        summary: "The newest events, of one person or of one flag",
        ...about,
        params: EnvironmentParams,
        querystring: z.strictObject({
          flag: name.optional(),
          targetingKey: name.optional(),
          hours,
          limit: z.coerce.number().int().min(1).max(EVENTS_PAGE).default(100),
        }),
        response: { 200: EventsSchema },
      },
    },
    ({ params, query: { flag = "", targetingKey, hours: back, limit } }) =>
      ask(
        params,
        async () => {
          const now = clock();
          const targetingKeys = targetingKey === undefined ? [] : await keys.namesOf(params.project, targetingKey);
          const span = { since: now - back * HOUR_MS, until: now + MINUTE_MS };
          return { items: await store.events(params, { ...span, flag, targetingKeys, limit }) };
        },
        hasNoItems,
      ),
  );
}

const hasNoItems = ({ items }: { readonly items: readonly unknown[] }): boolean => items.length === 0;

const named = ({ name, definition }: MetricDefinitionRecord) => ({ name, ...definition });
