/** Drills as the API shows them. */

import { type DrillResult, type DrillsView, WATCH_LIMITS } from "@dimmer/protocol";
import { requireWatchedFlag, type WatchedPlace } from "../drift/drift-settings.ts";
import type { DrillRecord } from "../storage/drill-record.ts";
import { fallbackHealth, type HealthPorts } from "./fallback-health.ts";

const textOf = (at: number): string => new Date(at).toISOString();

export function viewDrill({ id, state, startedAt, drill }: DrillRecord): DrillResult {
  const { say, percent, variants, runs, failed, actor, changes, endedAt } = drill;
  const times = { startedAt: textOf(startedAt), endedAt: endedAt === null ? null : textOf(endedAt) };
  return { id, state, say, percent, ...times, variants, runs, failed, actor, changes };
}

/** Shape: `limit` drills at most. Errors: `ProblemError("not-found")`. */
export async function viewDrills(
  ports: HealthPorts,
  place: WatchedPlace,
  limit: number = WATCH_LIMITS.drills,
): Promise<DrillsView> {
  const { project, environment, flag } = place;
  await requireWatchedFlag(ports.store, place);
  const kept = await ports.store.getDrillSettings(project, environment, flag);
  const drills = await ports.store.listDrills(project, environment, flag, limit);
  return {
    flag,
    environment,
    settings: kept?.settings ?? null,
    revision: kept?.revision ?? 0,
    nextAt: kept === null || kept.nextAt === null ? null : textOf(kept.nextAt),
    health: await fallbackHealth(ports, { project, environment }, flag),
    drills: drills.map(viewDrill),
  };
}
