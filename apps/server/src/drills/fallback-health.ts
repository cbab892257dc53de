/** Whether the fallback of a flag works, by what is known of it: its last drill, and the runs that it served anyway. */

import type { FlagEnvironment, JsonValue } from "@dimmer/evaluation";
import type { FallbackHealth } from "@dimmer/protocol";
import type { Place } from "../delivery/snapshot-hub.ts";
import type { DrillRecord } from "../storage/drill-record.ts";
import type { FlagRecord, StoreReader } from "../storage/store.ts";
import type { EventStore } from "../telemetry/event-store.ts";
import { DAY_MS } from "../telemetry/times.ts";

export interface HealthPorts {
  readonly store: StoreReader;
  readonly events: Pick<EventStore, "metrics">;
  readonly clock: () => number;
}

/** Calls of the last day that tell by themselves. */
const LEAST_CALLS = 30;
const MOST_ERRORS = 0.05;
/** A drill that is longer ago tells nothing of today. */
const DRILL_COUNTS_MS = 30 * DAY_MS;
const DRILLS = 20;

/**
 * The health of a flag's fallback in an environment.
 *
 * Shape:  a fallback that calls no model is healthy; else a drill of the last day tells first, then the calls of the last day, then the last
 *         drill of a month. `unknown` where there is neither, which is no pass.
 * Errors: those of the stores.
 * Source: design 7; ADR-0066.
 */
export async function fallbackHealth(ports: HealthPorts, place: Place, flag: string): Promise<FallbackHealth> {
  const now = ports.clock();
  const record = await ports.store.getFlag(place.project, flag);
  const config = record?.environments[place.environment]?.config;
  if (record === null || config === undefined) return health("unknown", `${flag} is not configured in ${place.environment}.`);
  const left = fallbackVariants(config).filter((variant) => config.stopped?.includes(variant) !== true);
  if (left.length === 0)
    return health("unhealthy", "Every variant of the fallback is stopped: the app's own default would serve.");
  const calling = await variantsThatCall(ports.store, record, config, left);
  if (calling.length === 0) return health("healthy", `${left.join(", ")} calls no model.`, now);
  const drill = await lastDrill(ports.store, place, flag);
  const drilledAt = drill?.drill.endedAt ?? 0;
  if (drill !== undefined && now - drilledAt < DAY_MS) return healthOfDrill(drill);
  const calls = await callsOf(ports, place, flag, calling, now);
  if (calls.runs >= LEAST_CALLS) return healthOfCalls(calling, calls, now);
  if (drill !== undefined && now - drilledAt < DRILL_COUNTS_MS) return healthOfDrill(drill);
  return health(
    "unknown",
    `Nobody knows whether ${calling.join(", ")} works: no drill of the last month, and hardly a call today.`,
  );
}

/** In their order, each once. */
export function fallbackVariants({ fallback }: FlagEnvironment): readonly string[] {
  return typeof fallback === "string" ? [fallback] : [...new Set(fallback.map(({ variant }) => variant))];
}

function health(
  state: FallbackHealth["state"],
  say: string,
  asOf: number | null = null,
  counts: Pick<FallbackHealth, "runs" | "failed"> = { runs: 0, failed: 0 },
): FallbackHealth {
  return { state, say, asOf: asOf === null ? null : new Date(asOf).toISOString(), ...counts };
}

/** Whether a value stands for a model that is called. */
export function callsModel(value: JsonValue | undefined): boolean {
  const config = Object(value) as { readonly model?: unknown; readonly reply?: unknown };
  return typeof config.model === "string" && config.reply === undefined;
}

async function variantsThatCall(
  store: StoreReader,
  { project, key, variants }: FlagRecord,
  { published }: FlagEnvironment,
  names: readonly string[],
): Promise<readonly string[]> {
  const places = names.map((variant) => ({ flag: key, variant, number: published?.[variant] ?? variants[variant]?.latest ?? 1 }));
  const values = await store.listValuesAt(project, places);
  return names.filter((name) => callsModel(values.find(({ variant }) => variant === name)?.value));
}

/** The last one that told anything. */
async function lastDrill(store: StoreReader, { project, environment }: Place, flag: string): Promise<DrillRecord | undefined> {
  const drills = await store.listDrills(project, environment, flag, DRILLS);
  return drills.find(({ state }) => state === "good" || state === "bad");
}

function healthOfDrill({ state, drill: { runs, failed, endedAt } }: DrillRecord): FallbackHealth {
  const day = new Date(endedAt ?? 0).toISOString().slice(0, 10);
  const say = `The last drill, on ${day}, was ${state}: ${failed} of ${runs} runs failed.`;
  return health(state === "good" ? "healthy" : "unhealthy", say, endedAt, { runs, failed });
}

async function callsOf({ events }: HealthPorts, place: Place, flag: string, variants: readonly string[], now: number) {
  const rows = await events.metrics(place, { since: now - DAY_MS, until: now, flag, by: "none" });
  const mine = rows.filter(({ variant }) => variants.includes(variant));
  return {
    runs: mine.reduce((sum, { generations }) => sum + generations, 0),
    failed: mine.reduce((sum, { errors }) => sum + errors, 0),
  };
}

function healthOfCalls(
  variants: readonly string[],
  counts: Pick<FallbackHealth, "runs" | "failed">,
  now: number,
): FallbackHealth {
  const isHealthy = counts.failed <= MOST_ERRORS * counts.runs;
  const say = `${counts.failed} of ${counts.runs} calls of ${variants.join(", ")} failed in the last day.`;
  return health(isHealthy ? "healthy" : "unhealthy", say, now, counts);
}
