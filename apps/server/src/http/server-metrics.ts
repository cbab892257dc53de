/** What the server counts about itself, for Prometheus; the one file that knows the library. */

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { SdkArrival } from "@dimmer/protocol";
import type { Place } from "../delivery/snapshot-hub.ts";
import type { OtlpCounts } from "../otlp/intake.ts";
import type { VariantCount } from "../telemetry/count-variants.ts";
import type { EventCounts } from "../telemetry/event-intake.ts";
import type { IntakeCounts } from "../telemetry/intake.ts";

export interface MetricsPorts {
  readonly version: string;
  readonly streams: () => number;
  /** How far each environment's newest version has come. */
  readonly arrivals: () => Promise<readonly (Place & { readonly arrival: SdkArrival })[]>;
  readonly telemetry: () => IntakeCounts;
  readonly events: () => EventCounts;
  readonly otlp: () => OtlpCounts;
  readonly variants: () => readonly VariantCount[];
}

export interface ServerMetrics {
  requestAnswered(request: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly ms: number;
  }): void;
  changeCommitted(project: string): void;
  deliveryFailed(): void;
  /** Everything in Prometheus' text format 0.0.4. */
  read(): Promise<{ readonly type: string; readonly text: string }>;
}

/** Seconds; those of OpenTelemetry's `http.server.request.duration`, from a snapshot out of memory to a request that is given up. */
const BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** `shed` never came: SDKs had no room for them. */
const OUTCOMES = {
  received: "received",
  stored: "stored",
  repeated: "repeated",
  droppedNames: "dropped_names",
  droppedFull: "dropped_full",
  droppedFailed: "dropped_failed",
  shed: "shed",
} as const satisfies Partial<Record<keyof IntakeCounts, string>>;

const EVENT_OUTCOMES = {
  received: "received",
  stored: "stored",
  repeated: "repeated",
  droppedInvalid: "dropped_invalid",
  droppedFull: "dropped_full",
  droppedFailed: "dropped_failed",
} as const satisfies Partial<Record<keyof EventCounts, string>>;

const OTLP_OUTCOMES = {
  taken: "taken",
  passed: "passed",
  withoutFlag: "without_flag",
  severalFlags: "several_flags",
  refused: "refused",
} as const satisfies Record<keyof OtlpCounts, string>;

/** Of calls of models, by flag and variant. */
const CALLS = {
  calls: ["dimmer_generations_total", "Calls of a model."],
  errors: ["dimmer_generation_errors_total", "Calls that failed, but for those that the app itself ended."],
  inputTokens: ["dimmer_generation_input_tokens_total", "Tokens that went in, of the calls that told."],
  outputTokens: ["dimmer_generation_output_tokens_total", "Tokens that came out, of the calls that told."],
  costMicroUsd: ["dimmer_generation_cost_micro_usd_total", "Micro-dollars, of the calls whose price is known."],
  unpriced: [
    "dimmer_generations_unpriced_total",
    "Calls that went well and told their tokens, of models whose price is not known.",
  ],
} as const satisfies Partial<Record<keyof VariantCount, readonly [string, string]>>;

/** Labels hold names of projects, environments, flags, variants and routes, never of people or keys, so that their number stays small. */
export function openServerMetrics(ports: MetricsPorts): ServerMetrics {
  const registry = new Registry();
  const registers = [registry];
  const durations = new Histogram({
    name: "http_server_request_duration_seconds",
    help: "From a request's first byte to its answer's last, by route; streams are not in it.",
    labelNames: ["http_request_method", "http_route", "http_response_status_code"],
    buckets: BUCKETS,
    registers,
  });
  /** As many as the library holds itself: one for each route, method and status. */
  const durationsOf = new Map<string, Histogram.Internal<string>>();
  const changes = new Counter({
    name: "dimmer_changes_total",
    help: "Changes that were committed and moved a version.",
    labelNames: ["project"],
    registers,
  });
  const failures = new Counter({
    name: "dimmer_delivery_failures_total",
    help: "Times that a snapshot could not be read or a change not be passed on; both are tried again.",
    registers,
  });
  new Gauge({
    name: "dimmer_build_info",
    help: "1, with the version of this server.",
    labelNames: ["version"],
    registers,
  }).set({ version: ports.version }, 1);
  const streams = new Gauge({ name: "dimmer_streams", help: "Open streams of SDKs.", registers });
  const sdks = new Gauge({
    name: "dimmer_sdks",
    help: "SDKs that are connected, or were a moment ago.",
    labelNames: ["project", "environment"],
    registers,
  });
  const behind = new Gauge({
    name: "dimmer_sdks_behind",
    help: "Those of them that do not hold the newest version, by how they are connected.",
    labelNames: ["project", "environment", "connection"],
    registers,
  });
  const evaluations = new Counter({
    name: "dimmer_telemetry_evaluations_total",
    help: "Evaluations that were sent, and what became of them; those that are nowhere yet are in flight.",
    labelNames: ["outcome"],
    registers,
  });
  const inFlight = new Gauge({
    name: "dimmer_telemetry_evaluations_in_flight",
    help: "Evaluations that wait for the telemetry store.",
    registers,
  });
  const events = new Counter({
    name: "dimmer_telemetry_events_total",
    help: "Single events that were sent, and what became of them; those that are nowhere yet are in flight.",
    labelNames: ["outcome"],
    registers,
  });
  const eventsInFlight = new Gauge({
    name: "dimmer_telemetry_events_in_flight",
    help: "Events that wait for the telemetry store.",
    registers,
  });
  const records = new Counter({
    name: "dimmer_otlp_records_total",
    help: "Spans and log records that OpenTelemetry's exporters sent, and what became of them.",
    labelNames: ["outcome"],
    registers,
  });
  const countRecords = () => {
    const counts = ports.otlp();
    records.reset();
    for (const [name, outcome] of Object.entries(OTLP_OUTCOMES)) records.inc({ outcome }, counts[name as keyof OtlpCounts]);
  };
  const countEvents = () => {
    const { inFlight: waiting, ...counts } = ports.events();
    events.reset();
    for (const [name, outcome] of Object.entries(EVENT_OUTCOMES))
      events.inc({ outcome }, counts[name as keyof typeof EVENT_OUTCOMES]);
    eventsInFlight.set(waiting);
  };
  const countTelemetry = () => {
    const { inFlight: waiting, ...counts } = ports.telemetry();
    evaluations.reset();
    for (const [name, outcome] of Object.entries(OUTCOMES)) evaluations.inc({ outcome }, counts[name as keyof typeof OUTCOMES]);
    inFlight.set(waiting);
  };
  const calls = Object.entries(CALLS).map(([field, [name, help]]) => {
    const counter = new Counter({ name, help, labelNames: ["project", "environment", "flag", "variant"], registers });
    return { counter, field: field as keyof typeof CALLS };
  });
  const countCalls = () => {
    for (const { counter } of calls) counter.reset();
    for (const { project, environment, flag, variant, ...counts } of ports.variants())
      for (const { counter, field } of calls) counter.inc({ project, environment, flag, variant }, counts[field]);
  };
  const countSdks = async () => {
    sdks.reset();
    behind.reset();
    for (const { project, environment, arrival } of await ports.arrivals()) {
      sdks.set({ project, environment }, arrival.sdks);
      for (const connection of ["streaming", "polling", "away"]) {
        const late = arrival.behind.find((group) => group.connection === connection)?.sdks ?? 0;
        behind.set({ project, environment, connection }, late);
      }
    }
  };

  let isWatchingProcess = false;
  /** Only once somebody asks: the library watches event loop and garbage collection for good. */
  const watchProcess = () => {
    if (!isWatchingProcess) collectDefaultMetrics({ register: registry });
    isWatchingProcess = true;
  };

  return {
    requestAnswered({ method, route, status, ms }) {
      const name = `${method} ${status} ${route}`;
      let series = durationsOf.get(name);
      if (series === undefined) {
        series = durations.labels({ http_request_method: method, http_route: route, http_response_status_code: status });
        durationsOf.set(name, series);
      }
      series.observe(ms / 1_000);
    },
    changeCommitted: (project) => changes.inc({ project }),
    deliveryFailed: () => failures.inc(),
    async read() {
      watchProcess();
      streams.set(ports.streams());
      countTelemetry();
      countEvents();
      countRecords();
      countCalls();
      await countSdks();
      return { type: registry.contentType, text: await registry.metrics() };
    },
  };
}
