/** The form of what the management API says of metrics and runs. */

import { z } from "zod";
import { type EventsView, METRIC_PARTS, METRIC_TYPES, type MetricsView, TelemetryEventPart } from "@dimmer/protocol";

const quantiles = z.object({ p50: z.number().nullable(), p95: z.number().nullable(), p99: z.number().nullable() });
const count = z.number();

/** Of calls, whoever saw their answers. */
const calls = {
  generations: count.describe("Calls of a model."),
  errors: count.describe("Calls that failed, time-outs among them; not those that the app itself ended."),
  durationMs: quantiles.describe("Of the calls that did not fail; at most a hundredth more than the exact ones."),
  inputTokens: count.describe("Cached ones included."),
  outputTokens: count,
  usageUnknown: count.describe("Calls that did not fail and did not tell their tokens: unknown is not 0."),
  costMicroUsd: count.describe("Whole micro-dollars, of the calls whose cost is known; what steps cost is in tasks alone."),
  priced: count.describe("Calls whose cost is known."),
  costUnknown: count,
};

const measures = {
  exposures: count.describe("As they were told: an SDK tells of each person's once an hour."),
  people: count.describe("Different targeting keys."),
  runs: count,
  runsFallback: count.describe("Answered by something else of the flag's fallback."),
  runsDefault: count.describe("Answered by the app's own default, or by nobody; not those that the app itself ended."),
  ...calls,
  timeouts: count,
  refusals: count,
  firstChunkMs: quantiles,
  cacheReadTokens: count,
  reasoningTokens: count,
  toolCalls: count,
  thumbsUp: count,
  thumbsDown: count,
  ratings: count,
  ratingMean: z.number().nullable().describe("Between 0 and 1."),
  accepted: count,
  edited: count,
  retried: count,
  abandoned: count,
};

export const MetricsSchema: z.ZodType<MetricsView> = z
  .object({
    asOf: z.string(),
    since: z.string(),
    until: z.string(),
    stepMs: z.int(),
    variants: z.array(
      z.object({
        variant: z.string(),
        part: z.string().nullable().describe("Of the dimension that was asked for."),
        ...measures,
      }),
    ),
    defined: z
      .array(
        z.object({
          name: z.string(),
          variant: z.string(),
          type: z.enum(METRIC_TYPES),
          direction: z.enum(["up", "down"]).describe("Which way is good."),
          unit: z.string().nullable(),
          count: count.describe("Events."),
          people: count.describe("Different targeting keys among them."),
          value: z.number().nullable().describe("Null where there is nothing to divide by, or no value."),
          numerator: z.number().nullable(),
          denominator: z.number().nullable(),
        }),
      )
      .nullable()
      .describe("The metrics that the project defines, reckoned as it says."),
    values: z
      .array(
        z.object({
          kind: z.enum(["score", "metric"]),
          variant: z.string(),
          name: z.string(),
          count,
          mean: z.number().nullable(),
          sum: z.number().nullable(),
          p50: z.number().nullable(),
          p95: z.number().nullable(),
        }),
      )
      .nullable(),
    tasks: z
      .array(
        z.object({
          variant: z.string(),
          tasks: count.describe("That ended and that the variant was involved in; each counts for every variant that was."),
          succeeded: count,
          durationMs: quantiles.describe("Of those whose end told it."),
          generations: count.describe("Calls of a model in them, of whatever flag."),
          steps: count,
          costMicroUsd: count.describe("Of the tasks all of whose calls are priced, and their steps."),
          priced: count.describe("Tasks all of whose calls are priced."),
          thumbsUp: count.describe("Of any run in them, whatever variant gave the answer."),
          thumbsDown: count,
        }),
      )
      .nullable()
      .describe(
        "Of tasks whose end was told in the time asked, with all that was told of each since a day before, of whatever flag.",
      ),
    shadow: z
      .array(z.object({ variant: z.string(), ...calls }))
      .nullable()
      .describe("Calls whose answers nobody saw; in no other row."),
    models: z
      .array(
        z.object({
          variant: z.string(),
          provider: z.string().nullable(),
          requestModel: z.string().nullable(),
          responseModel: z.string().nullable().describe("The model that really answered."),
          generations: count,
          unpriced: count,
          lastAt: z.string(),
        }),
      )
      .nullable(),
    series: z
      .array(
        z.object({
          variant: z.string(),
          points: z.array(
            z.object({
              at: z.string(),
              generations: count,
              errors: count,
              durationMsP50: z.number().nullable(),
              durationMsP95: z.number().nullable(),
              durationMsP99: z.number().nullable(),
              inputTokens: count,
              outputTokens: count,
              usageUnknown: count,
              costMicroUsd: count,
              priced: count,
              thumbsUp: count,
              thumbsDown: count,
            }),
          ),
        }),
      )
      .nullable(),
    leftOut: z
      .array(z.object({ what: z.enum(METRIC_PARTS), remark: z.string() }))
      .describe("What took too long, and is null; each with what to do."),
  })
  .meta({ id: "Metrics" });

const Stored = z.intersection(
  TelemetryEventPart,
  z.object({
    receivedAt: z.number(),
    source: z.enum(["server", "browser"]).describe("Stamped from the kind of key."),
    priceFrom: z
      .string()
      .exactOptional()
      .describe("`app`, `project` for a price of its own, or the price table with its version."),
  }),
);

export const EventsSchema: z.ZodType<EventsView> = z.object({ items: z.array(Stored) }).meta({ id: "StoredEvents" });
