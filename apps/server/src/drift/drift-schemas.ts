/** What the API tells of drift, as schemas. */

import { z } from "zod";
import { DRIFT_STATES, DriftMetric, DriftSettings, type DriftSummary, type DriftView } from "@dimmer/protocol";

const text = z.string();
const number = z.number();

const Reference = z.object({
  from: text,
  until: text,
  frozenAt: text,
  valueVersion: z.int().nullable(),
  configuration: text.describe("Of the published value and of who gets it, without the shares."),
  events: number,
  value: number,
  standardDeviation: number.nullable().describe("Of the means of hours; null for a rate."),
  threshold: number.nullable().describe("Milliseconds, of `slow_rate`: the 95th percentile of the past."),
  hourWeight: number.describe("How far hours of weekdays and weekends are told apart, from 0 to 1."),
});

const Series = z.object({
  variant: text,
  metric: DriftMetric,
  kind: z.enum(["rate", "mean"]),
  unit: z.enum(["share", "tokens", "microUsd", "score"]),
  state: z.enum(DRIFT_STATES),
  say: text,
  reference: Reference.nullable(),
  points: z.array(
    z.object({
      at: text,
      events: number,
      value: number.nullable(),
      expected: number,
      logEvidence: number.nullable(),
      alarmAt: number,
    }),
  ),
  logEvidence: number.nullable(),
  alarmAt: number.describe("ln of the evidence that an alarm takes; a tenth within a day of another model."),
  direction: z.enum(["up", "down"]).nullable(),
  alarmSince: text.nullable(),
});

const Mark = z.object({
  kind: z.enum(["model", "fingerprint", "flag", "reference", "alarm"]),
  at: text,
  variant: text.nullable(),
  say: text,
  before: text.nullable(),
  after: text.nullable(),
  change: text.nullable(),
});

export const DriftSchema: z.ZodType<DriftView> = z
  .object({
    asOf: text,
    flag: text,
    environment: text,
    settings: DriftSettings,
    isDefault: z.boolean(),
    revision: z.int(),
    watchedUntil: text.nullable(),
    seriesWatched: z.int(),
    series: z.array(Series),
    marks: z.array(Mark),
  })
  .meta({ id: "Drift" });

export const DriftSummarySchema: z.ZodType<DriftSummary> = z
  .object({
    flag: text,
    isOn: z.boolean(),
    isDefault: z.boolean(),
    state: z.enum(DRIFT_STATES),
    variants: z.int(),
    series: z.int(),
    alarms: z.array(z.object({ variant: text, metric: DriftMetric, since: text })),
  })
  .meta({ id: "DriftSummary" });
