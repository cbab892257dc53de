/** Between what telemetry sees and the alerts: the first sighting is an alert at once, those that follow are added up for a while. */

import type { JsonValue, Snapshot } from "@dimmer/evaluation";
import type { EvaluationCount } from "@dimmer/protocol";
import type { Place } from "../../delivery/snapshot-hub.ts";
import { openPasses, type PassesPorts } from "../../open-passes.ts";
import type { Store, StoreTransaction } from "../../storage/store.ts";
import type { UnpricedModel } from "../../telemetry/alarm-unpriced.ts";
import type { KeptEvent } from "../../telemetry/event-store.ts";
import { type AlertPorts, type RaisedAlert, raiseAlert } from "../raise-alert.ts";
import { otherModelsIn } from "./other-model.ts";
import { addCounts, type Counts, type Sighting } from "./sighting.ts";
import { leaksAmong, leaksIn } from "./tier-leak.ts";
import { unpricedSighting } from "./unpriced-model.ts";

export const SIGHTING_LIMITS = {
  /** Different ones that wait to be written; one more is seen again, or was one too many. */
  waiting: 500,
  /** Milliseconds for which those are added up that follow. */
  gatherMs: 10_000,
  /** Milliseconds between looks while nothing is seen. */
  idleMs: 3_600_000,
  /** After a store that could not be written. */
  retryMs: 5_000,
} as const;

export interface SightingsPorts extends AlertPorts, Pick<PassesPorts, "setTimer" | "onFailure"> {
  readonly store: Pick<Store, "transaction">;
  readonly snapshotOf: (place: Place) => Snapshot | undefined;
  /** Wakes whoever follows the notices of a project. */
  readonly told: (project: string) => void;
}

export interface Sightings {
  readonly evaluations: (place: Place, evaluations: readonly EvaluationCount[]) => void;
  readonly events: (place: Place, events: readonly KeptEvent[]) => void;
  readonly unpriced: (model: UnpricedModel) => void;
  /** What was seen is written. */
  close(): Promise<void>;
}

interface Waiting {
  readonly project: string;
  readonly key: string;
  readonly counts: Counts;
  readonly alert: Sighting["alert"];
}

/**
 * Shape:  returns at once; nobody who sends telemetry waits for an alert.
 * Errors: none; what the store refuses is told to `onFailure` and tried again.
 * Source: ADR-0063.
 */
export function openSightings(ports: SightingsPorts): Sightings {
  const { clock, snapshotOf } = ports;
  let waiting = new Map<string, Waiting>();
  /** When each was written last, of those that were just now. */
  let written = new Map<string, number>();

  const see = (seen: readonly Sighting[]): void => {
    const names = seen.map(note);
    // One that was written just now is written again when the timer of that time comes.
    if (names.some((name) => name !== undefined && !written.has(name))) passes.wake();
  };

  const note = ({ counts, alert }: Sighting): string | undefined => {
    const { project, key } = alert({});
    const name = JSON.stringify([project, key]);
    const before = waiting.get(name);
    if (before === undefined && waiting.size >= SIGHTING_LIMITS.waiting) return undefined;
    waiting.set(name, { project, key, alert, counts: addCounts(before?.counts ?? {}, counts) });
    return name;
  };

  const write = async (): Promise<number> => {
    const taken = waiting;
    if (taken.size === 0) {
      written = new Map();
      return SIGHTING_LIMITS.idleMs;
    }
    waiting = new Map();
    const now = clock();
    written = new Map([...written].filter(([, at]) => now - at < SIGHTING_LIMITS.gatherMs));
    for (const name of taken.keys()) written.set(name, now);
    try {
      await ports.store.transaction(async (tx) => {
        for (const one of taken.values()) await raise(tx, ports, one);
      });
    } catch (error) {
      waiting = addWaiting(taken, waiting);
      written = new Map();
      throw error;
    }
    for (const project of new Set([...taken.values()].map((one) => one.project))) ports.told(project);
    return SIGHTING_LIMITS.gatherMs;
  };
  const passes = openPasses({ ...ports, runDue: write, retryMs: SIGHTING_LIMITS.retryMs, what: "sightings" });

  return {
    evaluations: (place, evaluations) => {
      if (evaluations.some(({ blocked }) => blocked)) see(leaksAmong(place, snapshotOf(place), evaluations));
    },
    events: (place, events) => {
      const snapshot = snapshotOf(place);
      if (events.some(({ served }) => served?.blocked)) see(leaksIn(place, snapshot, events));
      const others = otherModelsIn(place, snapshot, events);
      if (others.length > 0) see(others);
    },
    unpriced: (model) => see([unpricedSighting(model)]),
    async close() {
      await passes.close();
      await write().catch((error: unknown) => ports.onFailure(error, "sightings"));
    },
  };
}

async function raise(tx: StoreTransaction, ports: AlertPorts, { project, key, counts, alert }: Waiting): Promise<void> {
  const before = await tx.newestAlert(project, key);
  const known = before === null || before.state === "resolved" ? {} : knownIn(before.evidence, counts);
  const raised: RaisedAlert = alert(addCounts(known, counts));
  await raiseAlert(tx, ports, raised);
}

/** What the alert that stands has counted already. */
function knownIn(evidence: JsonValue, counts: Counts): Counts {
  const numberAt = (name: string): number => {
    const value: unknown = Reflect.get(Object(evidence), name);
    return typeof value === "number" ? value : 0;
  };
  return Object.fromEntries(Object.keys(counts).map((name) => [name, numberAt(name)]));
}

function addWaiting(one: ReadonlyMap<string, Waiting>, other: ReadonlyMap<string, Waiting>): Map<string, Waiting> {
  const all = new Map(one);
  for (const [name, late] of other) {
    const counts = addCounts(all.get(name)?.counts ?? {}, late.counts);
    if (all.has(name) || all.size < SIGHTING_LIMITS.waiting) all.set(name, { ...late, counts });
  }
  return all;
}
