/** The forms in which events and metrics leave for other tools, and how one takes them. */

import type { TelemetryEvent } from "./events.ts";
import { baseOf, bodyOf, CLIENT_LIMITS, type ManagementOptions, pathOf as path } from "./request.ts";

/** Of events: all with the same columns, times in epoch milliseconds. */
export const EVENT_FORMATS = ["ndjson", "csv", "parquet"] as const;
export type EventFormat = (typeof EVENT_FORMATS)[number];

/** Of metrics: `csv` has the variants alone, `ndjson` a line for everything. */
export const METRIC_FORMATS = ["json", "csv", "ndjson"] as const;

export const EVENT_KINDS = [
  "exposure",
  "generation",
  "run",
  "step",
  "feedback",
  "score",
  "task",
  "metric",
] as const satisfies readonly TelemetryEvent["kind"][];

/** Which events leave: those between `from` and `to`, or of the last `hours` before `to`, which is now unless given. */
export interface ExportQuestion {
  readonly format: EventFormat;
  readonly hours: number;
  /** RFC 3339. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly kind?: string | undefined;
  readonly flag?: string | undefined;
}

/**
 * Takes the events of an environment along.
 *
 * Shape:  the bytes of the file as they come. A try takes `CLIENT_LIMITS.backupMs` at most.
 * Errors: `ProblemError` where the server refuses, `UnreachableError` where it does not answer; the stream's own where it breaks off.
 */
export function fetchEvents(
  options: ManagementOptions,
  project: string,
  environment: string,
  question: ExportQuestion,
): Promise<ReadableStream<Uint8Array>> {
  const patient = { ...options, timeoutMs: CLIENT_LIMITS.backupMs };
  const asked = path`/projects/${project}/environments/${environment}/events/export`;
  return bodyOf(patient, baseOf(options.url), { method: "GET", path: asked, query: { ...question } });
}
