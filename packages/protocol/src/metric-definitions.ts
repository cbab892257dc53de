/** What a project says of the metrics that its apps tell: how they are reckoned, and which way is good. */

import { z } from "zod";
import { EVENT_LIMITS } from "./events.ts";

export const METRIC_TYPES = ["rate", "mean", "ratio", "quantile"] as const;
export type MetricType = (typeof METRIC_TYPES)[number];

/** What `quantile` may be. */
export const METRIC_QUANTILES = [0.5, 0.75, 0.9, 0.95, 0.99] as const;

export const METRIC_DEFINITION_LIMITS = {
  /** Of one project: all of them are reckoned in one question. */
  definitions: 50,
  unitChars: 32,
  descriptionChars: 1_000,
  windowHours: 30 * 24,
} as const;

const event = z.string().min(1).max(EVENT_LIMITS.nameChars);

/** Shape: lower case, digits, dots, dashes and underscores, from a letter on; the metric's name everywhere. */
export const MetricName = z
  .string()
  .regex(/^[a-z][0-9a-z._-]{0,63}$/u, "A name has 1 to 64 of a-z, 0-9, `.`, `_` and `-`, and begins with a letter.");

const shared = {
  description: z.string().max(METRIC_DEFINITION_LIMITS.descriptionChars).exactOptional(),
  event: event.describe("The `name` of the `metric` or `score` events that it is reckoned from."),
  direction: z.enum(["up", "down"]).describe("Which way is good."),
  unit: z
    .string()
    .min(1)
    .max(METRIC_DEFINITION_LIMITS.unitChars)
    .exactOptional()
    .describe("Of the value, as people read it: `ms`, `USD`."),
  windowHours: z
    .int()
    .min(1)
    .max(METRIC_DEFINITION_LIMITS.windowHours)
    .exactOptional()
    .describe("How long after somebody first met a variant what names only them still counts for it; 24 unless given."),
};
const cap = z.number().positive().exactOptional().describe("What is more counts as this.");

/** One metric of a project. */
export const MetricDefinitionPart = z
  .discriminatedUnion("type", [
    z.strictObject({ ...shared, type: z.literal("rate") }),
    z.strictObject({ ...shared, type: z.literal("mean"), cap }),
    z.strictObject({
      ...shared,
      type: z.literal("ratio"),
      cap,
      per: event.describe("The events that it is divided by; or `exposures`, or `people`, for those of the variant."),
    }),
    z.strictObject({ ...shared, type: z.literal("quantile"), cap, quantile: z.literal(METRIC_QUANTILES) }),
  ])
  .meta({ id: "MetricDefinition" });

/**
 * How a metric is reckoned.
 *
 * `rate`      of the people who met the variant, the share of whom such an event was told.
 * `mean`      of the values of such events.
 * `ratio`     the sum of their values by the sum of others'; an event without a value counts 1.
 * `quantile`  of their values.
 */
export type MetricDefinition = z.infer<typeof MetricDefinitionPart>;

export type MetricDefinitionView = MetricDefinition & {
  readonly name: string;
  readonly createdAt: string;
  readonly updatedAt: string;
};

/** A defined metric of one variant. */
export interface DefinedMetric {
  readonly name: string;
  readonly variant: string;
  readonly type: MetricType;
  readonly direction: "up" | "down";
  readonly unit: string | null;
  /** Events. */
  readonly count: number;
  /** Different targeting keys among them. */
  readonly people: number;
  /** Null where there is nothing to divide by, or no value. */
  readonly value: number | null;
  /** What `value` is divided of and by; null for a quantile. */
  readonly numerator: number | null;
  readonly denominator: number | null;
}
