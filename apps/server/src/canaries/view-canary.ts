/** Canary sets as the API shows them. */

import { sayDollars } from "@dimmer/evaluation";
import type { CanaryResult, CanaryView } from "@dimmer/protocol";
import { dayOf } from "../connections/connections.ts";
import type { CanaryRecord, CanaryResultRecord } from "../storage/canary-record.ts";
import type { StoreReader } from "../storage/store.ts";
import { digestOf } from "../flags/value-digest.ts";
import { liveValues } from "./replay-canaries.ts";
import { EMPTY_USAGE } from "./settle-replay.ts";

/** Results of each variant that are shown of one set. */
export const SHOWN_RESULTS = 100;

/** Shape: so many results of each live variant, the newest first. */
export async function viewCanary(store: StoreReader, record: CanaryRecord, now: number, results: number): Promise<CanaryView> {
  const { id, environment, definition, message, nextAt, createdAt } = record;
  const { replays, putOff, costMicroUsd, reservedMicroUsd } = (await store.getCanaryDay(id, dayOf(now))) ?? EMPTY_USAGE;
  const variants: CanaryView["variants"][number][] = [];
  for (const { variant, value } of await liveValues(store, record)) {
    const reference = await store.getCanaryReference(id, variant, digestOf(value));
    const kept = await store.listCanaryResults(id, variant, results);
    variants.push({ variant, reference: reference === null ? null : viewResult(reference), results: kept.map(viewResult) });
  }
  const isSpent = putOff > 0;
  const spent = `${sayDollars(costMicroUsd + reservedMicroUsd)} of its ${sayDollars(definition.dailyBudgetMicroUsd)} are spent today, and a replay takes more than what is left; it goes on tomorrow.`;
  return {
    id,
    environment,
    ...definition,
    state: message !== null ? "stopped" : isSpent ? "spent" : "active",
    message: message ?? (isSpent ? spent : null),
    today: { replays, putOff, costMicroUsd },
    nextAt: message === null ? new Date(nextAt).toISOString() : null,
    variants,
    createdAt: new Date(createdAt).toISOString(),
  };
}

function viewResult({ id, variant, configHash, at, result }: CanaryResultRecord): CanaryResult {
  return { id, variant, configHash, at: new Date(at).toISOString(), ...result };
}
